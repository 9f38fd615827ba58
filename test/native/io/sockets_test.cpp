#include "io/sockets.hpp"

#include "io/files.hpp"
#include "io/identity.hpp"
#include "io/process.hpp"
#include "loop.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace nearside::io {
namespace {

using asio::ip::tcp;

TEST(HostPort, IsReadAndPrinted) {
  for (const char* text : {"127.0.0.1:0", "[::1]:4711", "build-box:65535"})
    EXPECT_EQ(parse_host_port(text).value().text(), text);
  EXPECT_EQ(parse_host_port("[::1]:4711").value().host, "::1");
}

TEST(HostPort, WhatIsMissingIsSaidWithTheText) {
  for (const char* text : {"", "host", "host:", ":1", "host:x", "host:-1", "host:65536", "host:1x",
                           "host: 1", "::1:80", "[::1", "[::1]", "[::1]80", "[]:1", "a b:1",
                           "a/b:1", "host:99999999999999999999"}) {
    const auto parsed = parse_host_port(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Errc::kUsage);
    EXPECT_NE(parsed.error().message.find("\"" + std::string(text) + "\""), std::string::npos);
  }
}

struct Connected {
  tcp::socket accepted;
  tcp::socket connected;
};

Connected connect_pair(Loop& loop, const std::string& listen_on, const std::string& connect_to) {
  auto acceptor = listen_tcp(loop.executor(), {listen_on, 0}).value();
  const HostPort address{connect_to, acceptor.local_endpoint().port()};
  auto connected = loop.run(connect_tcp(loop.executor(), address, kTestLimit));
  if (!connected) throw std::runtime_error(connected.error().message);
  auto accepted = loop.run(acceptor.async_accept(asio::use_awaitable));
  return {std::move(accepted), std::move(*connected)};
}

TEST(Tcp, ConnectsByAddressAndByName) {
  Loop loop;
  for (const char* host : {"127.0.0.1", "localhost"}) {
    auto [accepted, connected] = connect_pair(loop, "127.0.0.1", host);
    tcp::no_delay no_delay;
    connected.get_option(no_delay);
    EXPECT_TRUE(no_delay.value());
    const auto from = make_stream(std::move(accepted), "from");
    const auto to = make_stream(std::move(connected), "to");
    ASSERT_TRUE(loop.run(from->write(asio::buffer("hello", 5))));
    EXPECT_EQ(loop.run(read_up_to(*to, 5)), "hello");
  }
}

TEST(Tcp, APortInUseIsSaid) {
  Loop loop;
  const auto first = listen_tcp(loop.executor(), {"127.0.0.1", 0}).value();
  const auto second = listen_tcp(loop.executor(), {"127.0.0.1", first.local_endpoint().port()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kListenFailed);
  EXPECT_NE(second.error().message.find("in use"), std::string::npos) << second.error().message;
  EXPECT_NE(second.error().message.find(std::to_string(first.local_endpoint().port())),
            std::string::npos);
}

TEST(Tcp, AnAddressOfAnotherMachineCannotBeListenedOn) {
  Loop loop;
  const auto acceptor = listen_tcp(loop.executor(), {"192.0.2.1", 0});  // RFC 5737: for documents
  ASSERT_FALSE(acceptor);
  EXPECT_NE(acceptor.error().message.find("does not have that address"), std::string::npos);
}

TEST(Tcp, NobodyListeningIsSaid) {
  Loop loop;
  std::uint16_t port = 0;
  {
    const auto acceptor = listen_tcp(loop.executor(), {"127.0.0.1", 0}).value();
    port = acceptor.local_endpoint().port();
  }
  const auto socket = loop.run(connect_tcp(loop.executor(), {"127.0.0.1", port}, kTestLimit));
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, Errc::kConnectFailed);
  EXPECT_NE(socket.error().message.find("nothing listens"), std::string::npos);
}

TEST(Tcp, AnUnknownNameIsSaid) {
  Loop loop;
  const auto socket =
      loop.run(connect_tcp(loop.executor(), {"no-such-host.invalid", 1}, kTestLimit));
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().condition, Condition::kUnreachable);
  EXPECT_NE(socket.error().message.find("no-such-host.invalid"), std::string::npos);
}

TEST(Tcp, ConnectingEndsAtItsLimit) {
  Loop loop;
  // A listener whose queue is full takes no more: Linux then drops what asks for a connection.
  asio::io_context quiet;
  tcp::acceptor acceptor(quiet, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  acceptor.listen(0);
  std::vector<tcp::socket> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back(quiet);
    waiting.back().open(tcp::v4());
    waiting.back().native_non_blocking(true);
    const tcp::endpoint to = acceptor.local_endpoint();  // Asio's own connect would wait
    ::connect(waiting.back().native_handle(), to.data(), static_cast<socklen_t>(to.size()));
  }
  const auto socket =
      loop.run(connect_tcp(loop.executor(), {"127.0.0.1", acceptor.local_endpoint().port()},
                           std::chrono::milliseconds(50)));
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, Errc::kTimedOut);
}

class PeerOwner : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(PeerOwner, IsFoundForEachKindOfLoopbackConnection) {
  Loop loop;
  const auto [listen_on, connect_to] = GetParam();
  std::optional<Connected> pair;
  try {
    pair.emplace(connect_pair(loop, listen_on, connect_to));
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << error.what();  // a machine without IPv6
  }
  EXPECT_EQ(peer_user(pair->accepted).value(), ::geteuid());
  EXPECT_EQ(peer_user(pair->connected).value(), ::geteuid());
  EXPECT_TRUE(peer_belongs_to(pair->accepted, ::getpid()));
}

INSTANTIATE_TEST_SUITE_P(Loopback, PeerOwner,
                         ::testing::Values(std::pair("127.0.0.1", "127.0.0.1"),
                                           std::pair("::1", "::1"), std::pair("::", "127.0.0.1"),
                                           std::pair("127.0.0.1", "::ffff:127.0.0.1")));

TEST(PeerOwner, AConnectionThatItsProcessHasClosedBelongsToNobody) {
  Loop loop;
  auto [accepted, connected] = connect_pair(loop, "127.0.0.1", "127.0.0.1");
  connected.close();
  EXPECT_FALSE(peer_user(accepted));
  EXPECT_FALSE(peer_belongs_to(accepted, ::getpid()));
}

TEST(PeerOwner, ADescendantsConnectionIsToldFromAStrangers) {
  Loop loop;
  auto acceptor = listen_tcp(loop.executor(), {"127.0.0.1", 0}).value();
  // The grandchild connects: what a debugger's launcher does.
  ProcessOptions options;
  options.arguments = {"bash", "-c",
                       "( exec 3<>/dev/tcp/127.0.0.1/" +
                           std::to_string(acceptor.local_endpoint().port()) +
                           "; read -u 3 line ); :"};
  options.environment = current_environment();
  auto family = Process::start(loop.executor(), options).value();
  options.arguments = {"sleep", "1000"};
  auto stranger = Process::start(loop.executor(), options).value();
  auto accepted = loop.run(acceptor.async_accept(asio::use_awaitable));
  EXPECT_TRUE(peer_belongs_to(accepted, family.id()));
  EXPECT_TRUE(peer_belongs_to(accepted, ::getpid()));
  EXPECT_FALSE(peer_belongs_to(accepted, stranger.id()));
  EXPECT_EQ(peer_user(accepted).value(), ::geteuid());
  accepted.close();
  stranger.signal(SIGKILL);
  loop.run(stranger.wait()).value();
  loop.run(family.wait()).value();
}

TEST(LocalListener, TakesConnectionsOfThisUserAndIsPrivate) {
  const TemporaryFolder folder;
  Loop loop;
  auto listener = LocalListener::bind(loop.executor(), folder / "agent.sock").value();
  struct stat status {};
  ASSERT_EQ(::stat((folder / "agent.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  auto connected = loop.run(connect_local(loop.executor(), listener.path(), kTestLimit)).value();
  auto accepted = loop.run(listener.acceptor().async_accept(asio::use_awaitable));
  EXPECT_EQ(peer_user(accepted).value(), ::geteuid());
  EXPECT_EQ(peer_user(connected).value(), ::geteuid());
  const auto from = make_stream(std::move(accepted), "from");
  const auto to = make_stream(std::move(connected), "to");
  ASSERT_TRUE(loop.run(to->write(asio::buffer("hello", 5))));
  EXPECT_EQ(loop.run(read_up_to(*from, 5)), "hello");
}

TEST(LocalListener, TheSecondIsRefusedAndNamesTheProcess) {
  const TemporaryFolder folder;
  Loop loop;
  auto first = LocalListener::bind(loop.executor(), folder / "agent.sock").value();
  const auto second = LocalListener::bind(loop.executor(), folder / "agent.sock");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kListenFailed);
  EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
  EXPECT_TRUE(loop.run(connect_local(loop.executor(), first.path(), kTestLimit)));
}

TEST(LocalListener, ASocketThatAKilledProcessLeftBehindIsReplaced) {
  const TemporaryFolder folder;
  Loop loop;
  const pid_t child = ::fork();
  if (child == 0) {
    asio::io_context context;
    auto listener = LocalListener::bind(context.get_executor(), folder / "agent.sock");
    ::kill(::getpid(), SIGKILL);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_TRUE(std::filesystem::exists(folder / "agent.sock"));
  EXPECT_EQ(
      loop.run(connect_local(loop.executor(), folder / "agent.sock", kTestLimit)).error().code,
      Errc::kConnectFailed);
  EXPECT_TRUE(LocalListener::bind(loop.executor(), folder / "agent.sock"));
}

TEST(LocalListener, TheFileGoesWithTheListener) {
  const TemporaryFolder folder;
  Loop loop;
  { const auto listener = LocalListener::bind(loop.executor(), folder / "agent.sock").value(); }
  EXPECT_FALSE(std::filesystem::exists(folder / "agent.sock"));
}

TEST(LocalListener, AFileThatIsNoSocketIsLeftAlone) {
  const TemporaryFolder folder;
  Loop loop;
  ASSERT_TRUE(write_private_file(folder / "agent.sock", "precious"));
  EXPECT_EQ(LocalListener::bind(loop.executor(), folder / "agent.sock").error().code,
            Errc::kListenFailed);
  EXPECT_EQ(read_file(folder / "agent.sock", 100).value(), "precious");
}

TEST(LocalListener, APathThatIsTooLongIsSaid) {
  Loop loop;
  const auto path = "/tmp/" + std::string(120, 'x');
  EXPECT_NE(LocalListener::bind(loop.executor(), path).error().message.find("longer"),
            std::string::npos);
  EXPECT_FALSE(loop.run(connect_local(loop.executor(), path, kTestLimit)));
}

TEST(LocalSocket, ConnectingToAListenerThatNeverAcceptsEndsAtTheLimit) {
  const TemporaryFolder folder;
  Loop loop;
  using asio::local::stream_protocol;
  stream_protocol::acceptor acceptor(loop.context(),
                                     stream_protocol::endpoint((folder / "s").string()));
  acceptor.listen(0);
  std::vector<stream_protocol::socket> waiting;
  for (;;) {
    auto socket =
        loop.run(connect_local(loop.executor(), folder / "s", std::chrono::milliseconds(30)));
    if (!socket) {
      EXPECT_EQ(socket.error().code, Errc::kTimedOut);
      break;
    }
    waiting.push_back(std::move(*socket));
    ASSERT_LT(waiting.size(), 100u);
  }
}

TEST(AgentSocket, DiffersByStateFolderAndNotByItsSpelling) {
  const TemporaryFolder folder;
  const auto usual = agent_socket_path(state_folder(std::nullopt).value());
  ASSERT_TRUE(usual) << usual.error().message;
  EXPECT_EQ(usual->filename(), "agent.sock");
  const auto one = agent_socket_path(folder / "one").value();
  const auto two = agent_socket_path(folder / "two").value();
  EXPECT_NE(one, two);
  EXPECT_NE(one, *usual);
  EXPECT_EQ(one.parent_path(), usual->parent_path());
  EXPECT_EQ(agent_socket_path(folder / "x/../one/").value(), one);
}

/// What /tmp/nearside-<uid> may look like when it is not ours, seen by a user that no machine has.
TEST(AgentSocket, AFolderThatIsNotOursAloneIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be another user";
  constexpr uid_t kUser = 54321;
  const std::string place = "/tmp/nearside-54321";
  const auto as_user = [&] {  // 0: given; 1: refused, and the folder was named
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setuid(kUser) != 0) ::_exit(9);
      const auto path = agent_socket_path("/nowhere");
      if (path) ::_exit(0);
      ::_exit(path.error().code == Errc::kPermissionsWrong &&
                      path.error().message.find(place) != std::string::npos
                  ? 1
                  : 8);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  const auto clean = [&] { std::filesystem::remove_all(place); };
  clean();
  EXPECT_EQ(as_user(), 0);  // made by the user itself
  EXPECT_EQ(as_user(), 0);
  ::chmod(place.c_str(), 0755);
  EXPECT_EQ(as_user(), 1);
  clean();
  ASSERT_EQ(::mkdir(place.c_str(), 0700), 0);  // root's
  EXPECT_EQ(as_user(), 1);
  clean();
  const TemporaryFolder elsewhere;
  ASSERT_EQ(::chown(elsewhere.path().c_str(), kUser, kUser), 0);
  ASSERT_EQ(::symlink(elsewhere.path().c_str(), place.c_str()), 0);
  EXPECT_EQ(as_user(), 1);
  clean();
  ASSERT_TRUE(write_private_file(place, ""));
  EXPECT_EQ(as_user(), 1);
  clean();
}

}  // namespace
}  // namespace nearside::io
