// The model test of a shared session: 2 to 8 clients that show what they are told of, as VS Code
// does, and an adapter that answers in turn, in random schedules. Every request is answered once,
// the others hear of each resume before its stop, and when all is quiet the adapter has what the
// clients show. NEARSIDE_SCHEDULE=N runs that one alone, NEARSIDE_SCHEDULES=N runs so many.
#include "core/session/session.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace nearside::session {
namespace {

using nlohmann::json;
using Lines = std::map<std::string, std::set<int>>;  ///< By file.

struct Asked {
  std::string command;
  json arguments;
};
struct ModelClient {
  std::int64_t next_seq = 1;
  std::map<std::int64_t, Asked> waiting;
  Lines shown;
  std::set<std::string> unsent;  ///< Files of which it was told, and has sent nothing since.
  std::map<std::int64_t, std::pair<std::string, int>> ids;
  bool stands = false;
  bool has_resumed = false;  ///< It has asked for it since it was told of a stop.
};

class SharedModel {
 public:
  explicit SharedModel(std::uint64_t seed) : random_(seed) {
    take(session_.attach(1));
    clients_[1];
    ask(1, "initialize", json::object());
    answer_all();
    ask(1, "launch", {{"program", "/p"}});
    answer_all();
    stop();
    const auto others = 1 + below(7);
    for (std::size_t i = 0; i < others; ++i) join();
  }

  void run(std::size_t steps) {
    for (std::size_t step = 0; step < steps && failure.empty(); ++step) {
      switch (below(8)) {
        case 0:
        case 1:
          edit(any());
          break;
        case 2:
          ask(any(), "threads", json::object());
          break;
        case 3:
          ask(any(), "next", {{"threadId", 1}});
          break;
        case 4:
          if (clients_.size() < 8) join();
          break;
        case 5:
          if (clients_.size() > 2) leave(std::next(clients_.begin())->first);
          break;
        default:
          answer_one();
      }
      if (below(6) == 0) settle();
    }
    settle();
  }

  std::string failure;

 private:
  std::size_t below(std::size_t count) { return random_() % count; }
  ClientId any() {
    return std::next(clients_.begin(), static_cast<std::ptrdiff_t>(below(clients_.size())))->first;
  }
  void take(const Result<void>& result) {
    if (!result) fail(result.error().message);
  }
  void fail(std::string what) {
    if (failure.empty()) failure = std::move(what);
  }

  void ask(ClientId id, const std::string& command, const json& arguments) {
    auto& client = clients_.at(id);
    const auto seq = client.next_seq++;
    client.waiting[seq] = {command, arguments};
    client.has_resumed = client.has_resumed || command == "next";
    const json request{
        {"seq", seq}, {"type", "request"}, {"command", command}, {"arguments", arguments}};
    apply(session_.handle_client_message(id, dap::Message::parse(request.dump()).value()));
  }

  void join() {
    const auto id = ++last_;
    take(session_.attach(id, Role::kController));
    clients_[id];
    ask(id, "initialize", json::object());
    ask(id, "attach", json::object());
  }

  void leave(ClientId id) {
    clients_.erase(id);
    apply(session_.handle_client_left(id));
  }

  /// Its user clicks into the gutter; all of the file is sent. First what it was told of is sent
  /// back, as VS Code does by itself.
  void edit(ClientId id) {
    auto& client = clients_.at(id);
    const std::string file = below(2) == 0 ? "/a.c" : "/b.c";
    const auto line = static_cast<int>(1 + below(5));
    if (client.unsent.erase(file) != 0) send_list(id, file);
    auto& lines = client.shown[file];
    if (lines.erase(line) == 0) lines.insert(line);
    send_list(id, file);
  }

  void send_list(ClientId id, const std::string& file) {
    const auto& lines = clients_.at(id).shown[file];
    auto list = json::array();
    for (const auto one : lines) list.push_back({{"line", one}});
    ask(id, "setBreakpoints", {{"source", {{"path", file}}}, {"breakpoints", list}});
  }

  // --- The adapter ---

  void answer_one() {
    if (asked_.empty()) return;
    const auto request = asked_.front();
    asked_.pop_front();
    json answer{{"seq", 0},
                {"type", "response"},
                {"request_seq", request["seq"]},
                {"command", request["command"]},
                {"success", true}};
    const std::string command = request["command"];
    if (command == "setBreakpoints") {
      auto& lines = adapters_[request["arguments"]["source"]["path"]];
      lines.clear();
      auto list = json::array();
      for (const auto& one : request["arguments"]["breakpoints"]) {
        const int line = one["line"];
        if (!lines.insert(line).second) fail("two breakpoints at one place");
        list.push_back({{"verified", true}, {"line", line}});
      }
      answer["body"] = {{"breakpoints", list}};
    }
    const bool early = command == "next" && below(2) == 0;
    if (early) stop();
    say(answer);
    if (command == "next" && !early) stop();
  }

  void stop() {
    say({{"seq", 0},
         {"type", "event"},
         {"event", "stopped"},
         {"body", {{"reason", "step"}, {"threadId", 1}, {"allThreadsStopped", true}}}});
  }

  void say(const json& message) {
    apply(session_.handle_adapter_message(dap::Message::parse(message.dump()).value()));
  }
  void answer_all() {
    while (!asked_.empty()) answer_one();
  }

  void settle() {
    answer_all();
    for (const auto& [id, client] : clients_)
      if (!client.waiting.empty()) fail("a request of client " + std::to_string(id) + " waits");
    Lines shown;
    for (const auto& [id, client] : clients_)
      for (const auto& [file, lines] : client.shown) shown[file].insert(lines.begin(), lines.end());
    for (const auto* const file : {"/a.c", "/b.c"})
      if (shown[file] != adapters_[file])
        fail("of " + std::string(file) + " is shown " + json(shown[file]).dump() + ", and set " +
             json(adapters_[file]).dump());
  }

  // --- What comes to the clients ---

  void apply(const std::vector<SessionCommand>& commands) {
    for (const auto& command : commands) {
      if (const auto* to_adapter = std::get_if<SendToAdapter>(&command)) {
        auto request = json::parse(to_adapter->bytes);
        if (request["seq"] != ++adapter_seq_) fail("the adapter's seq has a gap");
        asked_.push_back(std::move(request));
      } else if (const auto* to_client = std::get_if<SendToClient>(&command)) {
        const auto found = clients_.find(to_client->client);
        if (found == clients_.end())
          fail("a message for nobody");
        else
          hear(found->first, found->second, json::parse(to_client->bytes));
      }
    }
  }

  void hear(ClientId id, ModelClient& client, const json& message) {
    if (message["type"] == "response") {
      const auto found = client.waiting.find(message["request_seq"]);
      if (found == client.waiting.end() || json(found->second.command) != message["command"])
        return fail("an answer to nothing that client " + std::to_string(id) + " asked");
      if (found->second.command == "setBreakpoints")
        hear_set(client, found->second.arguments, message["body"]["breakpoints"]);
      client.waiting.erase(found);
    } else if (message["event"] == "stopped") {
      if (client.stands && !client.has_resumed)
        fail("client " + std::to_string(id) + " was told of two stops and of no resume");
      client.stands = true;
      const auto steps = [](const auto& one) { return one.second.command == "next"; };
      client.has_resumed = std::ranges::any_of(client.waiting, steps);
    } else if (message["event"] == "continued") {
      client.stands = false;
    } else if (message["event"] == "breakpoint") {
      hear_breakpoint(client, message["body"]);
    }
  }

  void hear_set(ModelClient& client, const json& arguments, const json& answered) {
    const auto& set = arguments["breakpoints"];
    if (set.size() != answered.size()) return fail("an answer that is not one to one");
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (set[i]["line"] != answered[i]["line"]) fail("an answer of another breakpoint");
      client.ids[answered[i]["id"]] = {arguments["source"]["path"], set[i]["line"]};
    }
  }

  static void hear_breakpoint(ModelClient& client, const json& body) {
    const auto& breakpoint = body["breakpoint"];
    const std::int64_t id = breakpoint["id"];
    if (body["reason"] == "new") {
      const std::string file = breakpoint["source"]["path"];
      client.shown[file].insert(breakpoint["line"].get<int>());
      client.unsent.insert(file);
      client.ids[id] = {file, breakpoint["line"]};
    } else if (body["reason"] == "removed") {
      const auto known = client.ids.find(id);
      if (known != client.ids.end()) client.shown[known->second.first].erase(known->second.second);
    }
  }

  std::mt19937_64 random_;
  Session session_;
  std::map<ClientId, ModelClient> clients_;
  ClientId last_ = 1;
  std::deque<json> asked_;
  std::int64_t adapter_seq_ = 0;
  Lines adapters_;
};

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(SharedModel, HoldsWhateverTheClientsDo) {
  const auto one = number_of("NEARSIDE_SCHEDULE", 0);
  const auto last = one != 0 ? one : number_of("NEARSIDE_SCHEDULES", 100);
  for (auto seed = one != 0 ? one : 1; seed <= last; ++seed) {
    SharedModel model(seed);
    model.run(120);
    ASSERT_EQ(model.failure, "") << "NEARSIDE_SCHEDULE=" << seed;
  }
}

}  // namespace
}  // namespace nearside::session
