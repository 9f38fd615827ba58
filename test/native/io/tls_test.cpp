#include "io/tls.hpp"

#include "io/process.hpp"
#include "io/sockets.hpp"
#include "loop.hpp"
#include "tls_pair.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <thread>

namespace nearside::io {
namespace {

using asio::experimental::awaitable_operators::operator&&;
using asio::ip::tcp;

class Tls : public ::testing::Test {
 protected:
  TlsPair connected() {
    auto pair = tls_pair(loop, server, client);
    if (!pair.server || !pair.client) throw std::runtime_error("the handshake failed");
    return pair;
  }
  /// What the server says of a peer that does not do what it should.
  Fault refusal_of(std::function<asio::awaitable<void>(tcp::socket&)> peer,
                   std::chrono::milliseconds limit = kTestLimit) {
    auto sockets = socket_pair(loop);
    std::optional<Fault> fault;
    loop.run([&]() -> asio::awaitable<void> {
      const auto handshake = [&]() -> asio::awaitable<void> {
        auto result =
            co_await tls_handshake(std::move(sockets.accepted), server, "the peer", limit);
        if (!result) fault = result.error();
      };
      co_await (handshake() && peer(sockets.connected));
    }());
    if (!fault) throw std::runtime_error("the handshake succeeded");
    return *fault;
  }
  static std::function<asio::awaitable<void>(tcp::socket&)> says(std::string bytes) {
    return [bytes](tcp::socket& socket) -> asio::awaitable<void> {
      co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    };
  }

  TemporaryFolder folder;
  Loop loop;
  Identity server_identity = load_or_make_identity(folder / "server").value();
  Identity client_identity = load_or_make_identity(folder / "client").value();
  TlsContext server = TlsContext::make(TlsSide::kServer, server_identity).value();
  TlsContext client = TlsContext::make(TlsSide::kClient, client_identity).value();
};

TEST_F(Tls, EachSideLearnsTheOthersFingerprintOverVersion13) {
  const auto pair = connected();
  EXPECT_EQ(pair.server->peer.fingerprint, client_identity.fingerprint);
  EXPECT_EQ(pair.client->peer.fingerprint, server_identity.fingerprint);
  EXPECT_NE(client_identity.fingerprint, server_identity.fingerprint);
  EXPECT_EQ(pair.client->peer.version, "TLSv1.3");
  EXPECT_TRUE(pair.client->peer.cipher.starts_with("TLS_"));
  EXPECT_FALSE(pair.client->peer.ca_refusal);
}

TEST_F(Tls, TheChannelBindingIsTheSameOnBothEndsAndAnotherEachTime) {
  const auto first = connected();
  const auto second = connected();
  EXPECT_EQ(first.server->peer.channel_binding.size(), 32u);
  EXPECT_EQ(first.server->peer.channel_binding, first.client->peer.channel_binding);
  EXPECT_NE(first.server->peer.channel_binding, second.server->peer.channel_binding);
}

TEST_F(Tls, ManyRecordsPassBothWaysAtOnceAndEachEndIsSeen) {
  const auto pair = connected();
  std::string bytes(8 * 1024 * 1024 + 3, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  loop.run([&]() -> asio::awaitable<void> {
    auto [from_client, from_server] = co_await (
        write_and_end(*pair.client->stream, bytes) && write_and_end(*pair.server->stream, bytes) &&
        read_up_to(*pair.server->stream) && read_up_to(*pair.client->stream));
    EXPECT_TRUE(from_client == bytes);
    EXPECT_TRUE(from_server == bytes);
  }());
}

TEST_F(Tls, OneDirectionMayEndWhileTheOtherGoesOn) {
  const auto pair = connected();
  loop.run([&]() -> asio::awaitable<void> {
    co_await write_and_end(*pair.client->stream, "question");
    const auto question = co_await read_up_to(*pair.server->stream);
    EXPECT_EQ(question, "question");
    EXPECT_TRUE(co_await pair.server->stream->write(asio::buffer("answer", 6)));
    const auto answer = co_await read_up_to(*pair.client->stream, 6);
    EXPECT_EQ(answer, "answer");
  }());
}

TEST_F(Tls, TryWriteTakesWhatFitsAndAWriteTakesTheRest) {
  const auto pair = connected();
  const std::string bytes(6 * 1024 * 1024, 'x');
  const std::size_t taken = pair.client->stream->try_write(asio::buffer(bytes));
  EXPECT_GT(taken, 0u);
  EXPECT_LT(taken, bytes.size());
  loop.run([&]() -> asio::awaitable<void> {
    const std::string rest = bytes.substr(taken);
    const auto received =
        co_await (write_and_end(*pair.client->stream, rest) && read_up_to(*pair.server->stream));
    EXPECT_TRUE(received == bytes);
  }());
}

TEST_F(Tls, APeerThatEndsWithoutCloseNotifyHasEnded) {
  auto pair = connected();
  ASSERT_TRUE(loop.run(pair.client->stream->write(asio::buffer("last words", 10))));
  pair.client->stream->close();
  EXPECT_EQ(loop.run(read_up_to(*pair.server->stream, 10)), "last words");
  char buffer[10];
  for (int i = 0; i < 2; ++i) {
    const auto end = loop.run(pair.server->stream->read_some(asio::buffer(buffer)));
    ASSERT_TRUE(end);
    EXPECT_EQ(*end, 0u);
  }
}

TEST_F(Tls, AReadThatWaitsEndsWithAFaultWhenTheStreamIsClosed) {
  const auto pair = connected();
  std::optional<Result<std::size_t>> result;
  char buffer[10];
  asio::co_spawn(
      loop.context(), pair.client->stream->read_some(asio::buffer(buffer)),
      [&](const std::exception_ptr&, Result<std::size_t> got) { result = std::move(got); });
  loop.context().restart();
  loop.context().poll();
  EXPECT_FALSE(result);
  pair.client->stream->close();
  loop.context().restart();
  loop.context().run_for(kTestLimit);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error().code, Errc::kStopped);
  EXPECT_FALSE(loop.run(pair.client->stream->write(asio::buffer("x", 1))));
}

TEST_F(Tls, BitsThatFlipOnTheWayEndTheConnectionAndNothingElse) {
  // Between the two: a relay of ours that changes one byte after the handshake.
  auto to_server = socket_pair(loop);
  auto to_client = socket_pair(loop);
  std::optional<Result<TlsStream>> at_server, at_client;
  const auto shake = [&](tcp::socket socket, TlsContext context,
                         std::optional<Result<TlsStream>>& into) -> asio::awaitable<void> {
    into.emplace(co_await tls_handshake(std::move(socket), context, "peer", kTestLimit));
  };
  bool flip = false;
  const auto relay = [&](tcp::socket& from, tcp::socket& to,
                         bool may_flip) -> asio::awaitable<void> {
    char buffer[20'000];
    for (;;) {
      const auto [error, count] =
          co_await from.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
      if (error) break;
      if (flip && may_flip) buffer[count / 2] = static_cast<char>(buffer[count / 2] ^ 1);
      co_await asio::async_write(to, asio::buffer(buffer, count),
                                 asio::as_tuple(asio::use_awaitable));
    }
    boost::system::error_code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
  };
  asio::co_spawn(loop.context(), relay(to_client.accepted, to_server.connected, true),
                 asio::detached);
  asio::co_spawn(loop.context(), relay(to_server.connected, to_client.accepted, false),
                 asio::detached);
  loop.run([&]() -> asio::awaitable<void> {
    co_await (shake(std::move(to_server.accepted), server, at_server) &&
              shake(std::move(to_client.connected), client, at_client));
  }());
  ASSERT_TRUE(at_server->has_value() && at_client->has_value());
  flip = true;
  ASSERT_TRUE(loop.run((*at_client)->stream->write(asio::buffer("some bytes to be damaged", 24))));
  char buffer[100];
  const auto read = loop.run((*at_server)->stream->read_some(asio::buffer(buffer)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::kTransportFailed);
  EXPECT_FALSE(loop.run((*at_server)->stream->write(asio::buffer("x", 1))));
  (*at_client)->stream->close();
  (*at_server)->stream->close();
  loop.context().restart();
  loop.context().run_for(kTestLimit);
}

TEST_F(Tls, PeersThatSpeakSomethingElseAreNamed) {
  const auto expect = [&](const std::string& bytes, const char* words) {
    const auto fault = refusal_of(says(bytes));
    EXPECT_NE(fault.message.find(words), std::string::npos) << fault.message;
    EXPECT_EQ(fault.condition, Condition::kPeerViolation);
  };
  expect("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "speaks HTTP");
  expect("SSH-2.0-OpenSSH_9.2\r\n", "speaks SSH");
  expect(std::string(100, 'z'), "does not speak TLS");
  expect(std::string("\x16\x03\x01\x00\x05rubbish and more of it", 27), "failed");
}

TEST_F(Tls, SilenceAndAByteNowAndThenEndAtTheLimit) {
  const auto silent = refusal_of([](tcp::socket&) -> asio::awaitable<void> { co_return; },
                                 std::chrono::milliseconds(50));
  EXPECT_EQ(silent.code, Errc::kHandshakeTimeout);
  EXPECT_NE(silent.message.find("said nothing"), std::string::npos) << silent.message;
  // The first bytes of a ClientHello, one at a time and then no more.
  const auto slow = refusal_of(
      [](tcp::socket& socket) -> asio::awaitable<void> {
        for (const char byte : {'\x16', '\x03', '\x01', '\x02'}) {
          co_await asio::async_write(socket, asio::buffer(&byte, 1), asio::use_awaitable);
          asio::steady_timer pause(socket.get_executor(), std::chrono::milliseconds(5));
          co_await pause.async_wait(asio::use_awaitable);
        }
      },
      std::chrono::milliseconds(100));
  EXPECT_EQ(slow.code, Errc::kHandshakeTimeout);
  EXPECT_NE(slow.message.find("did not end the TLS handshake"), std::string::npos) << slow.message;
}

TEST_F(Tls, APeerThatClosesAtOnceIsSaid) {
  const auto fault = refusal_of([](tcp::socket& socket) -> asio::awaitable<void> {
    socket.close();
    co_return;
  });
  EXPECT_EQ(fault.condition, Condition::kUnreachable);
  EXPECT_NE(fault.message.find("closed the connection"), std::string::npos) << fault.message;
}

/// A peer of OpenSSL's own making on a blocking socket, in a thread.
std::thread blocking_peer(tcp::socket& socket, bool accepts, int newest_version) {
  const int descriptor = socket.release();
  return std::thread([=] {
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
    SSL_CTX* const context = SSL_CTX_new(TLS_method());
    SSL_CTX_set_max_proto_version(context, newest_version);
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509_set_pubkey(certificate, key);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 1000);
    X509_sign(certificate, key, EVP_sha256());
    if (accepts) {
      SSL_CTX_use_certificate(context, certificate);
      SSL_CTX_use_PrivateKey(context, key);
    }
    SSL* const connection = SSL_new(context);
    SSL_set_fd(connection, descriptor);
    char byte;
    if ((accepts ? SSL_accept(connection) : SSL_connect(connection)) == 1)
      SSL_read(connection, &byte, 1);
    SSL_free(connection);
    SSL_CTX_free(context);
    X509_free(certificate);
    EVP_PKEY_free(key);
    ::close(descriptor);
  });
}

TEST_F(Tls, AnOlderVersionIsRefusedAndNamedOnBothSides) {
  auto sockets = socket_pair(loop);
  auto peer = blocking_peer(sockets.connected, false, TLS1_2_VERSION);
  const auto at_server =
      loop.run(tls_handshake(std::move(sockets.accepted), server, "an old client", kTestLimit));
  peer.join();
  ASSERT_FALSE(at_server);
  EXPECT_NE(at_server.error().message.find("older than 1.3"), std::string::npos)
      << at_server.error().message;

  sockets = socket_pair(loop);
  peer = blocking_peer(sockets.accepted, true, TLS1_2_VERSION);
  const auto at_client =
      loop.run(tls_handshake(std::move(sockets.connected), client, "an old server", kTestLimit));
  peer.join();
  ASSERT_FALSE(at_client);
  EXPECT_NE(at_client.error().message.find("older than 1.3"), std::string::npos)
      << at_client.error().message;
}

TEST_F(Tls, AClientWithoutACertificateIsRefused) {
  auto sockets = socket_pair(loop);
  auto peer = blocking_peer(sockets.connected, false, TLS1_3_VERSION);
  const auto refused =
      loop.run(tls_handshake(std::move(sockets.accepted), server, "a browser", kTestLimit));
  peer.join();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("no certificate"), std::string::npos)
      << refused.error().message;
}

TEST_F(Tls, OpensslsOwnClientGetsNoOlderVersionAndNoTicket) {
  if (!find_program("openssl", "/usr/bin:/bin")) GTEST_SKIP() << "no openssl program";
  auto acceptor = listen_tcp(loop.executor(), {"127.0.0.1", 0}).value();
  const auto run = [&](const std::string& more) {
    ProcessOptions options;
    const std::string state = (folder / "client").string();
    options.arguments = {
        "sh", "-c",
        "openssl s_client -connect 127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) +
            " -cert " + state + "/identity.crt -key " + state + "/identity.key " + more +
            " </dev/null 2>&1"};
    options.environment = current_environment();
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    options.descriptors[1] = ends[1];
    auto process = Process::start(loop.executor(), options).value();
    ::close(ends[1]);
    auto socket = loop.run(acceptor.async_accept(asio::use_awaitable));
    auto result = loop.run(tls_handshake(std::move(socket), server, "s_client", kTestLimit));
    if (result) loop.run(result->stream->end_output()).value();
    const auto output =
        make_descriptor_stream(loop.executor(), ends[0], ::open("/dev/null", O_WRONLY), "output");
    auto text = loop.run(read_up_to(*output));
    loop.run(process.wait()).value();
    return std::pair(result.has_value(), text);
  };
  const auto [good, said] = run("-tls1_3");
  EXPECT_TRUE(good) << said;
  EXPECT_EQ(said.find("New Session Ticket arrived"), std::string::npos) << said;
  const auto [old_good, old_said] = run("-tls1_2");
  EXPECT_FALSE(old_good);
  EXPECT_NE(old_said.find("protocol version"), std::string::npos) << old_said;
}

TEST(Crypto, HmacIsThatOfRfc4231) {
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, ComparisonSeesLengthAndContent) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

TEST(Crypto, RandomBytesAreNotTheSameTwice) {
  EXPECT_EQ(random_bytes(16).size(), 16u);
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

}  // namespace
}  // namespace nearside::io
