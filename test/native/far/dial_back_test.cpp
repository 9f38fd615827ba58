#include "far/dial_back.hpp"

#include "agent_place.hpp"
#include "io/deadline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

using testing::HasSubstr;

TEST(DialBack, ClosesAStrangersConnectionAndGoesOnWaiting) {
  Loop loop;
  auto dial_back = DialBack::listen(loop.executor()).value();
  const auto address = io::parse_host_port(dial_back.address()).value();
  // This process is the stranger: the one that was started is somebody else.
  std::optional<Result<io::StreamPtr>> accepted;
  io::TaskGroup tasks(loop.executor());
  const pid_t somebody_else = 1 << 22;  // Beyond the kernel's largest number.
  tasks.spawn([](DialBack& listener, pid_t process, auto& result) -> asio::awaitable<void> {
    result.emplace(co_await listener.accept(process, "an adapter"));
  }(dial_back, somebody_else, accepted));

  auto socket = loop.run(io::connect_tcp(loop.executor(), address, std::chrono::seconds(5)));
  const auto stranger = io::make_stream(std::move(socket.value()), "a stranger");
  char byte = 0;
  const auto count = loop.run(stranger->read_some(asio::buffer(&byte, 1)));
  EXPECT_TRUE(!count || *count == 0);
  EXPECT_EQ(dial_back.strangers(), 1u);
  EXPECT_FALSE(accepted);
  tasks.stop();
  loop.run(tasks.join());
}

TEST(DialBack, TakesTheProcessThatItWaitsFor) {
  Loop loop;
  auto dial_back = DialBack::listen(loop.executor()).value();
  const auto address = io::parse_host_port(dial_back.address()).value();
  auto socket = loop.run(io::connect_tcp(loop.executor(), address, std::chrono::seconds(5)));
  EXPECT_TRUE(loop.run(dial_back.accept(::getpid(), "an adapter")));
}

/// Through a whole agent: an adapter of the configuration file that dials back.
class DialBackAgentTest : public testing::Test, public AgentPlace {
 protected:
  link::ChannelId open(const std::string& text) {
    const std::string program = python("dials.py", text);
    const auto file = scratch.path() / "state/adapters.json";
    std::ofstream(file) << nlohmann::json{
        {"dials", {{"command", {program, "{address}"}}, {"speaks", "dial-back"}}}};
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    return link->open_session("dials");
  }
  std::unique_ptr<NearLink> link = connect();
};

TEST_F(DialBackAgentTest, SpeaksWithAnAdapterThatDialsBackAndShowsItsStdout) {
  std::string text = kStandIn;
  text.insert(0, R"PY(
import socket, sys
class Redirected: pass
print('program output', flush=True)
host, port = sys.argv[1].split(':')
connection = socket.create_connection((host, int(port)))
stream = connection.makefile('rwb')
sys_stdout, sys_stdin = sys.stdout, sys.stdin
sys.stdout = Redirected(); sys.stdout.buffer = stream
sys.stdin = Redirected(); sys.stdin.buffer = stream
)PY");
  const auto channel = open(text);
  EXPECT_TRUE(link->request(channel, "initialize").at("success"));
  EXPECT_EQ(link->wait_for_output(channel, "program output").at("body").at("category"), "stdout");
  link->request(channel, "disconnect");
  link->wait_until_closed(channel);
}

TEST_F(DialBackAgentTest, SaysWhyAnAdapterDidNotDialBack) {
  const auto channel = open("import sys\nsys.stderr.write('bad flag\\n')\nsys.exit(2)\n");
  const Fault fault = link->wait_for_failure(channel);
  EXPECT_EQ(fault.code, Errc::kAdapterStartFailed);
  EXPECT_THAT(fault.message, HasSubstr("exited with code 2"));
  EXPECT_THAT(fault.message, HasSubstr("bad flag"));
}

}  // namespace
}  // namespace nearside::far_end
