// Commands of every kind of behaviour in the place of ssh: what comes of the stream, of the words,
// and of the processes.
#include "near/command_transport.hpp"

#include "near/stdio_command.hpp"
#include "world.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <csignal>
#include <fstream>

namespace nearside::near_end {
namespace {

using namespace std::chrono_literals;
using asio::experimental::awaitable_operators::operator&&;

const std::string kGreet = "printf 'nearside agent on stdio, link 1\\n'; ";

class CommandTransport : public testing::Test {
 protected:
  CommandTransport() {
    std::signal(SIGPIPE, SIG_IGN);
    auto options = world.options();
    options.environment = io::Environment{{"PATH", "/usr/bin:/bin"}};
    options_ = std::make_shared<const NearEndOptions>(std::move(options));
  }
  ~CommandTransport() override {
    tasks.stop();
    world.run(tasks.join());
  }

  Result<Transport> open(const std::string& script, std::chrono::milliseconds limit = 30s) {
    const Target target = ExecTarget{script};
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::optional<FarSystem> missing;
    return world.run(open_command_transport(world.executor(), options_, target,
                                            stdio_command(target, kPlatform).value(), tasks,
                                            deadline, missing));
  }
  bool is_gone(const std::string& file) {
    const auto pid = pid_in(file);
    return pid > 1 && ::kill(pid, 0) != 0;
  }
  pid_t pid_in(const std::string& file) {
    std::ifstream stream(world.file(file.c_str()));
    pid_t pid = 0;
    stream >> pid;
    return pid;
  }
  std::string note_pid(const char* file) {
    return "echo $$ >'" + world.file(file).string() + "'; ";
  }

  World world;
  io::TaskGroup tasks{world.executor()};
  std::shared_ptr<const NearEndOptions> options_;
};

TEST_F(CommandTransport, BeginsAfterTheGreetingWhateverCameBefore) {
  auto transport = open("echo 'Last login: today'; " + kGreet + "printf EARLY; cat");
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_TRUE(transport->compress);
  EXPECT_EQ(world.run(io::read_up_to(*transport->stream, 5)), "EARLY");
  const std::string sent = "and back";
  ASSERT_TRUE(world.run(transport->stream->write(asio::buffer(sent))));
  EXPECT_EQ(world.run(io::read_up_to(*transport->stream, sent.size())), sent);
}

TEST_F(CommandTransport, TellsStatusAndLastWordsOfWhatDiedBeforeTheGreeting) {
  const auto transport = open("echo on stdout; printf 'no \\033[1mroute\\033[0m\\n' >&2; exit 3");
  ASSERT_FALSE(transport);
  const auto& message = transport.error().message;
  EXPECT_NE(message.find("exited with code 3 before nearside answered"), std::string::npos);
  EXPECT_NE(message.find("no route\non stdout"), std::string::npos) << message;
  EXPECT_EQ(transport.error().condition, Condition::kUnreachable);
}

TEST_F(CommandTransport, TellsThemToWhoReadsOrWritesWhenItDiesLater) {
  auto transport = open(kGreet + "read line; echo broken pipe to box >&2; kill -9 $$");
  ASSERT_TRUE(transport);
  const std::string line = "go\n";
  ASSERT_TRUE(world.run(transport->stream->write(asio::buffer(line))));
  char byte;
  const auto read = world.run(transport->stream->read_some(asio::buffer(&byte, 1)));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("killed by signal 9"), std::string::npos);
  EXPECT_NE(read.error().message.find("broken pipe to box"), std::string::npos);
  const auto written = world.run(transport->stream->write(asio::buffer(line)));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error(), read.error());
}

TEST_F(CommandTransport, KeepsTheNewestWordsOnly) {
  const auto transport = open("seq 1 100000 >&2; exit 1");
  ASSERT_FALSE(transport);
  EXPECT_NE(transport.error().message.find("\n100000"), std::string::npos);
  EXPECT_EQ(transport.error().message.find("\n1000\n"), std::string::npos);
  EXPECT_LT(transport.error().message.size(), 4096u + 300);
}

TEST_F(CommandTransport, EndsACommandThatHasClosedItsOutputAndStays) {
  const auto transport =
      open(note_pid("pid") + "exec >&-; trap '' TERM; while :; do sleep 0.1; done");
  ASSERT_FALSE(transport);
  EXPECT_TRUE(is_gone("pid"));
}

TEST_F(CommandTransport, GivesUpAtTheDeadlineWithTheWordsSoFar) {
  const auto transport = open(note_pid("pid") + "echo waiting for the VPN >&2; sleep 1000", 300ms);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().code, Errc::kTimedOut);
  EXPECT_NE(transport.error().message.find("waiting for the VPN"), std::string::npos);
  ASSERT_TRUE(world.until([&] { return is_gone("pid"); }));
}

TEST_F(CommandTransport, KillsTheCommandAtOnceWhenItsTasksAreStopped) {
  const auto begun = std::chrono::steady_clock::now();
  auto transport =
      open(note_pid("pid") + "trap '' TERM HUP; " + kGreet + "while :; do sleep 0.1; done");
  ASSERT_TRUE(transport);
  tasks.stop();
  world.run(tasks.join());
  EXPECT_TRUE(is_gone("pid"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
}

TEST_F(CommandTransport, EndsByItselfWhenTheStreamGoes) {
  {
    auto transport = open(note_pid("pid") + kGreet + "exec cat");
    ASSERT_TRUE(transport);
  }
  ASSERT_TRUE(world.until([&] { return is_gone("pid"); }));
}

TEST_F(CommandTransport, DoesNotWaitForWhoInheritedItsStderr) {
  const auto transport = open("(setsid sleep 1000 >/dev/null & echo $! >'" +
                              world.file("kept").string() + "'); exit 5");
  ASSERT_FALSE(transport);
  EXPECT_NE(transport.error().message.find("exited with code 5"), std::string::npos);
  ::kill(pid_in("kept"), SIGKILL);
}

asio::awaitable<void> send_all(io::Stream& stream, const std::string& bytes) {
  const auto written = co_await stream.write(asio::buffer(bytes));
  EXPECT_TRUE(written);
}
asio::awaitable<void> take_all(io::Stream& stream, std::string& into, std::size_t count) {
  into = co_await io::read_up_to(stream, count);
}

TEST_F(CommandTransport, CarriesMuchBothWaysAtOnce) {
  auto transport = open(kGreet + "exec cat");
  ASSERT_TRUE(transport);
  std::string sent(10 * 1024 * 1024, 'x'), received;
  for (std::size_t at = 0; at < sent.size(); at += 7) sent[at] = static_cast<char>(at / 7);
  world.run(send_all(*transport->stream, sent) &&
            take_all(*transport->stream, received, sent.size()));
  EXPECT_TRUE(received == sent);
}

}  // namespace
}  // namespace nearside::near_end
