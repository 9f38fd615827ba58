// A running agent in a folder of its own, links to it, and what is needed to see that processes are
// gone.
#pragma once

#include "far/agent.hpp"
#include "far/offspring.hpp"
#include "io/sockets.hpp"
#include "loop.hpp"
#include "near_link.hpp"

#include <signal.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearside::far_end {

class AgentPlace {
 public:
  explicit AgentPlace(const std::function<void(AgentOptions&)>& choose = [](AgentOptions&) {}) {
    AgentOptions options;
    options.state = scratch.path() / "state";
    options.executable = own_program();
    options.linger = {std::chrono::seconds(0), std::chrono::seconds(0)};  // Nobody comes back.
    choose(options);
    agent = std::make_unique<Agent>(
        loop.executor(), options, [this](const nlohmann::json& event) { events.push_back(event); });
    asio::co_spawn(loop.executor(), agent->run(),
                   [this](std::exception_ptr thrown, Result<void> r) {
                     if (thrown) std::rethrow_exception(thrown);
                     ended = std::move(r);
                   });
    EXPECT_TRUE(loop.run_until([&] { return !events.empty() || ended; }));
  }
  ~AgentPlace() {
    agent->stop();
    EXPECT_TRUE(loop.run_until([&] { return ended.has_value(); })) << "the agent did not stop";
  }

  std::unique_ptr<NearLink> connect(bool may_resume = false) {
    auto socket = loop.run(io::connect_local(
        loop.executor(), events.at(0).at("socket").get<std::string>(), std::chrono::seconds(5)));
    return std::make_unique<NearLink>(loop, io::make_stream(std::move(socket.value()), "agent"),
                                      std::nullopt, may_resume);
  }
  /// The n-th event of that name, waited for.
  nlohmann::json event(const std::string& name, std::size_t n = 0) {
    nlohmann::json found;
    EXPECT_TRUE(loop.run_until([&] {
      std::size_t left = n;
      for (const auto& one : events) {
        if (one.at("event") != name || left-- > 0) continue;
        found = one;
        return true;
      }
      return false;
    })) << "no event "
        << name;
    return found;
  }
  /// A program of /bin/sh in the scratch folder; `$0` is its path.
  std::string script(const std::string& name, const std::string& text) {
    const auto path = scratch.path() / name;
    std::ofstream(path) << "#!/bin/sh\n" << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
  }
  std::string python(const std::string& name, const std::string& text) {
    const auto path = scratch.path() / name;
    std::ofstream(path) << "#!/usr/bin/python3\n" << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
  }
  /// Waits for a file that a program writes, and takes the number in it.
  pid_t number_in(const std::string& name) {
    pid_t number = 0;
    EXPECT_TRUE(loop.run_until([&] {
      std::ifstream file(scratch.path() / name);
      std::string line;
      return std::getline(file, line) && !file.eof() && (number = std::stoi(line)) > 0;
    })) << "nothing in "
        << name;
    return number;
  }
  bool gone(pid_t process) {
    return loop.run_until([&] {
      for (const auto& entry : list_processes())
        if (entry.id == process && entry.state != 'Z') return false;
      return true;
    });
  }
  static bool runs(pid_t process) {
    for (const auto& entry : list_processes())
      if (entry.id == process && entry.state != 'Z') return true;
    return false;
  }

  Loop loop;
  Scratch scratch;
  std::vector<nlohmann::json> events;
  std::optional<Result<void>> ended;
  std::unique_ptr<Agent> agent;
};

/// An adapter in Python that answers every request with success, and does what some of them say.
inline constexpr const char* kStandIn = R"PY(
import json, os, resource, signal, subprocess, sys, time
out, inp = sys.stdout.buffer, sys.stdin.buffer
def send(message):
    body = json.dumps(message).encode()
    out.write(b'Content-Length: %d\r\n\r\n' % len(body) + body); out.flush()
def receive():
    length = None
    while True:
        line = inp.readline()
        if not line: sys.exit(0)
        line = line.strip()
        if not line: break
        length = int(line.split(b':')[1])
    return json.loads(inp.read(length))
seq = 0
def note(name, text):
    with open(name + '.new', 'w') as file: file.write(str(text) + '\n')
    os.rename(name + '.new', name)
while True:
    request = receive()
    command, arguments = request['command'], request.get('arguments') or {}
    if request['type'] == 'response':
        send({'seq': 0, 'type': 'event', 'event': 'answered', 'body': request}); continue
    body = {}
    if command == 'initialize': body = {'supportsX': True}
    if command == 'environment': body = dict(os.environ)
    if 'answer' in arguments: body = arguments['answer']
    if command == 'limits': body = {'openFiles': resource.getrlimit(resource.RLIMIT_NOFILE)[0]}
    if command == 'flood':
        for i in range(arguments['count']):
            send({'seq': 0, 'type': 'event', 'event': 'flood', 'body': {'text': 'x' * 65536}})
        note(arguments['file'], 1)
    if command == 'say': sys.stderr.write(arguments['text']); sys.stderr.flush()
    if command == 'spawn':
        # a grandchild in a session of its own, whose parent is gone at once
        note(arguments['file'] + '.adapter', os.getpid())
        code = 'import os,time\nos.setsid()\nif os.fork(): os._exit(0)\n' \
               'if %r: os.environ.clear()\nopen(%r,"w").write(str(os.getpid())+"\\n")\ntime.sleep(600)'
        subprocess.run([sys.executable, '-c', code % (False, arguments['file'])], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if command == 'exit': os._exit(arguments.get('code', 0))
    if command == 'kill': os.kill(os.getpid(), signal.SIGKILL)
    if command == 'silence': continue
    if command == 'spin':
        while True: pass
    if command == 'stop reading': time.sleep(600)
    if command == 'garbage': out.write(b'this is no frame\r\n\r\n'); out.flush(); time.sleep(600)
    if command == 'half': out.write(b'Content-Length: 100\r\n\r\n{"seq"'); out.flush(); os._exit(0)
    if command == 'big': body = {'text': 'x' * arguments['size']}
    if command == 'terminal':
        send({'seq': 0, 'type': 'request', 'command': 'runInTerminal', 'arguments': arguments})
    send({'seq': 0, 'type': 'response', 'request_seq': request['seq'], 'command': command,
          'success': True, 'body': body})
    if command == 'disconnect':
        note(os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), 'disconnect'),
             1 if arguments.get('terminateDebuggee') else 2)
        if not os.environ.get('LINGER'): sys.exit(0)
)PY";

}  // namespace nearside::far_end
