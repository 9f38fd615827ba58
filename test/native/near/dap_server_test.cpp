// Clients on real sockets: what debug clients, web browsers, rubbish and silence get.
#include "near/dap_server.hpp"

#include "core/dap/frame.hpp"
#include "world.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

namespace nearside::near_end {
namespace {

/// A client as a test writes it: bytes out, messages in.
class Client {
 public:
  explicit Client(io::StreamPtr stream) : stream_(std::move(stream)) {}

  asio::awaitable<void> send(std::string bytes) { co_await stream_->write(asio::buffer(bytes)); }
  asio::awaitable<void> ask(int seq, std::string command) {
    co_await send(dap::encode_frame(request(seq, command)));
  }
  /// The next message; nothing at the end of the stream.
  asio::awaitable<std::optional<Json>> receive() {
    for (;;) {
      auto body = decoder_.next();
      if (body && *body) co_return Json::parse(**body);
      char bytes[4096];
      const auto count = co_await stream_->read_some(asio::buffer(bytes));
      if (!count || *count == 0) co_return std::nullopt;
      decoder_.feed(std::string_view(bytes, *count));
    }
  }
  asio::awaitable<std::vector<Json>> receive_all() {
    std::vector<Json> all;
    for (;;) {
      auto message = co_await receive();
      if (!message) co_return all;
      all.push_back(std::move(*message));
    }
  }
  asio::awaitable<std::string> receive_bytes() { return io::read_up_to(*stream_); }
  io::Stream& stream() { return *stream_; }

 private:
  io::StreamPtr stream_;
  dap::FrameDecoder decoder_;
};

class DapServerTest : public testing::Test {
 protected:
  DapServerTest() { options.adapter = "echo"; }

  /// Serves one end of a socketpair; the other one is the client's.
  Client connect() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    asio::local::stream_protocol::socket near(world.executor(), {}, ends[0]);
    asio::local::stream_protocol::socket theirs(world.executor(), {}, ends[1]);
    tasks.spawn(serve_one(io::make_stream(std::move(near), "client")));
    return Client(io::make_stream(std::move(theirs), "near end"));
  }
  asio::awaitable<void> serve_one(io::StreamPtr stream) {
    auto fault = co_await serve_client(links, options, std::move(stream), log());
    ended.push_back(std::move(fault));
  }
  std::function<void(const std::string&)> log() {
    return [this](const std::string& line) { lines.push_back(line); };
  }
  bool until_ended(std::size_t count = 1) {
    return world.until([&] { return ended.size() >= count; });
  }
  /// What a client that sends just these bytes gets.
  std::vector<Json> answers_to(std::string bytes) {
    auto client = connect();
    const auto task = [](Client& sending, std::string all) -> asio::awaitable<std::vector<Json>> {
      co_await sending.send(std::move(all));
      co_return co_await sending.receive_all();
    };
    auto got = world.run(task(client, std::move(bytes)));
    client.stream().close();
    EXPECT_TRUE(until_ended());
    return got;
  }

  World world;
  FarEnd far{world};
  Links links{world.executor(), world.options()};
  SessionOptions options;
  std::vector<std::string> lines;
  std::vector<std::optional<Fault>> ended;
  io::TaskGroup tasks{world.executor()};
};

TEST_F(DapServerTest, CarriesASessionFromTheFirstRequestToTheEndOfTheStream) {
  auto client = connect();
  world.run(client.ask(1, "initialize"));
  EXPECT_EQ(world.run(client.receive()).value()["command"], "initialize");
  world.run(client.ask(2, "disconnect"));
  EXPECT_EQ(world.run(client.receive()).value()["request_seq"], 2);
  EXPECT_FALSE(world.run(client.receive()));
  ASSERT_TRUE(until_ended());
  EXPECT_FALSE(ended[0]);
}

TEST_F(DapServerTest, TakesRequestsByteByByteAndManyAtOnce) {
  auto client = connect();
  const auto bytes = dap::encode_frame(request(1, "initialize"));
  for (const char byte : bytes) world.run(client.send(std::string(1, byte)));
  EXPECT_EQ(world.run(client.receive()).value()["request_seq"], 1);
  std::string many;
  for (int seq = 2; seq <= 200; ++seq) many += dap::encode_frame(request(seq, "threads"));
  world.run(client.send(many));
  for (int seq = 2; seq <= 200; ++seq)
    EXPECT_EQ(world.run(client.receive()).value()["request_seq"], seq);
}

TEST_F(DapServerTest, CarriesLargeAnswersToAClientThatReadsThem) {
  far.on_message = [](FarEnd::Session& at, const Json& message) {
    at.answer(message, {{"text", std::string(10 * 1024 * 1024, 'x')}});
  };
  auto client = connect();
  world.run(client.ask(1, "a"));
  world.run(client.ask(2, "b"));
  EXPECT_EQ(world.run(client.receive()).value()["body"]["text"].get<std::string>().size(),
            10u * 1024 * 1024);
  EXPECT_EQ(world.run(client.receive()).value()["request_seq"], 2);
}

TEST_F(DapServerTest, StartsNothingForWhoJustConnects) {
  auto client = connect();
  world.context().restart();
  world.context().poll();
  client.stream().close();
  ASSERT_TRUE(until_ended());
  EXPECT_FALSE(ended[0]);
  EXPECT_TRUE(far.connections.empty());
}

TEST_F(DapServerTest, RefusesWhatSpeaksHttpWithAWholeAnswerAndStartsNothing) {
  const std::string body = dap::encode_frame(request(1, "initialize"));
  const std::string attacks[] = {
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
      "OPTIONS / HTTP/1.1\r\nOrigin: https://evil.example\r\n\r\n" + std::string(300'000, 'x')};
  for (const auto& attack : attacks) {
    ended.clear();
    auto client = connect();
    const auto task = [](Client& sending, std::string bytes) -> asio::awaitable<std::string> {
      co_await sending.send(std::move(bytes));
      co_await sending.stream().end_output();
      co_return co_await sending.receive_bytes();
    };
    const auto got = world.run(task(client, attack));
    EXPECT_TRUE(got.starts_with("HTTP/1.1 403 ")) << got.substr(0, 80);
    ASSERT_TRUE(until_ended());
    EXPECT_TRUE(ended[0]);
  }
  EXPECT_TRUE(far.connections.empty());
  EXPECT_NE(lines.at(0).find("HTTP"), std::string::npos);
}

TEST_F(DapServerTest, TellsAClientThatBreaksTheFramingWhatWasWrong) {
  const std::string broken[] = {
      "Content-Length: -1\r\n\r\n",
      "Content-Length: 99999999999999999999\r\n\r\n",
      "Content-Length: 67108865\r\n\r\n",
      "Content-Length: abc\r\n\r\n",
      "Content-Type: x\r\n\r\n",
      "{\"seq\":1,\"type\":\"request\",\"command\":\"initialize\"}",
      "SSH-2.0-OpenSSH_9.2\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8) + "\r\n\r\n",
      std::string(64 * 1024, 'A') + ": x\r\n\r\n",
  };
  for (const auto& bytes : broken) {
    ended.clear();
    const auto got = answers_to(bytes);
    ASSERT_EQ(got.size(), 2u) << bytes.substr(0, 40);
    EXPECT_EQ(got[0]["event"], "output");
    EXPECT_EQ(got[1]["event"], "terminated");
    ASSERT_TRUE(ended[0]);
    EXPECT_EQ(got[0]["body"]["output"].get<std::string>(), ended[0]->message + "\n");
    EXPECT_NE(lines.back().find(ended[0]->message), std::string::npos);
  }
  EXPECT_TRUE(far.connections.empty());
}

TEST_F(DapServerTest, AnswersWhatWaitsWhenTheFramingBreaksLater) {
  far.on_message = [](FarEnd::Session&, const Json&) {};
  const auto got = answers_to(dap::encode_frame(request(1, "initialize")) + "rubbish\r\n\r\n");
  ASSERT_GE(got.size(), 2u);
  EXPECT_EQ(got[0]["request_seq"], 1);
  EXPECT_FALSE(got[0]["success"]);
  EXPECT_EQ(got.back()["event"], "terminated");
}

TEST_F(DapServerTest, GoesOnAfterBodiesThatAreNoMessages) {
  auto client = connect();
  for (const std::string& body :
       {std::string("x"), std::string("[1]"), std::string(100'000, '[')}) {
    world.run(client.send(dap::encode_frame(body)));
    EXPECT_EQ(world.run(client.receive()).value()["event"], "output");
  }
  world.run(client.ask(1, "threads"));
  EXPECT_EQ(world.run(client.receive()).value()["request_seq"], 1);
}

TEST_F(DapServerTest, SaysWhereTheStreamOfAClientBrokeOff) {
  auto client = connect();
  world.run(client.send("Content-Length: 100\r\n\r\n{\"seq\""));
  world.run([](Client& ending) -> asio::awaitable<void> {
    co_await ending.stream().end_output();
  }(client));
  const auto got = world.run(client.receive_all());
  ASSERT_TRUE(until_ended());
  ASSERT_TRUE(ended[0]);
  EXPECT_EQ(ended[0]->code, Errc::kUnexpectedEnd);
  EXPECT_EQ(got.size(), 2u);
}

TEST_F(DapServerTest, EndsTheSessionOfAClientThatVanishes) {
  auto client = connect();
  world.run(client.ask(1, "initialize"));
  EXPECT_TRUE(world.run(client.receive()));
  client.stream().close();
  ASSERT_TRUE(until_ended());
  EXPECT_FALSE(ended[0]);
  ASSERT_TRUE(world.until([&] { return far.sessions.at(0)->is_closed; }));
  EXPECT_TRUE(far.sessions[0]->close_reason);
}

TEST_F(DapServerTest, LetsAClientGoThatDoesNotReadItsLastWords) {
  far.on_message = [](FarEnd::Session& at, const Json&) {
    // More than the socket holds, less than the link's window.
    at.send(Json{{"seq", 0},
                 {"type", "event"},
                 {"event", "output"},
                 {"body", {{"output", std::string(900 * 1024, 'x')}}}});
  };
  auto client = connect();
  world.run(client.ask(1, "initialize"));
  ASSERT_TRUE(
      world.until([&] { return !far.sessions.empty() && !far.sessions[0]->received.empty(); }));
  world.run(client.send("rubbish\r\n\r\n"));
  ASSERT_TRUE(until_ended());
  EXPECT_EQ(ended[0].value().code, Errc::kHeaderMalformed);
}

TEST_F(DapServerTest, ServesFiveClientsOverOneLink) {
  std::vector<Client> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(connect());
  for (auto& client : clients) world.run(client.ask(1, "initialize"));
  for (auto& client : clients)
    EXPECT_EQ(world.run(client.receive()).value()["command"], "initialize");
  EXPECT_EQ(far.connections.size(), 1u);
  EXPECT_EQ(far.sessions.size(), 5u);
}

// --- Listening ---

class ListenTest : public DapServerTest {
 protected:
  void listen(const std::string& address) {
    tasks.spawn([](ListenTest& test, std::string where) -> asio::awaitable<void> {
      auto result = co_await serve(
          test.links, test.options, *parse_listen_address(where),
          [&test](const std::string& real) { test.listening = real; }, test.log());
      if (!result) test.listen_fault = result.error();
    }(*this, address));
    ASSERT_TRUE(world.until([&] { return !listening.empty() || listen_fault; }));
  }
  void stop() {
    tasks.stop();
    ASSERT_TRUE(world.until([&] { return tasks.running() == 0; }));
  }

  std::string listening;
  std::optional<Fault> listen_fault;
};

TEST_F(ListenTest, OnALoopbackPortTellsTheRealOneAndServesTheSameUser) {
  listen("127.0.0.1:0");
  const auto address = io::parse_host_port(listening);
  ASSERT_TRUE(address);
  ASSERT_NE(address->port, 0);
  auto socket = world.run(io::connect_tcp(world.executor(), *address, io::kTestLimit));
  ASSERT_TRUE(socket);
  Client client(io::make_stream(*std::move(socket), "near end"));
  world.run(client.ask(1, "initialize"));
  EXPECT_EQ(world.run(client.receive()).value()["request_seq"], 1);
  stop();
  ASSERT_TRUE(world.until([&] { return far.sessions.at(0)->is_closed; }));
}

TEST_F(ListenTest, OnAUnixSocketIsPrivateAndTheFileGoesWithIt) {
  const auto path = world.file("dap.sock");
  listen("unix:" + path.string());
  EXPECT_EQ(listening, "unix:" + path.string());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  auto socket = world.run(io::connect_local(world.executor(), path, io::kTestLimit));
  ASSERT_TRUE(socket);
  Client client(io::make_stream(*std::move(socket), "near end"));
  world.run(client.ask(1, "initialize"));
  EXPECT_TRUE(world.run(client.receive()));
  stop();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(world.run(client.receive()));
}

TEST_F(ListenTest, OnAPortInUseSaysSo) {
  auto taken = io::listen_tcp(world.executor(), {"127.0.0.1", 0});
  ASSERT_TRUE(taken);
  listen(io::HostPort{"127.0.0.1", taken->local_endpoint().port()}.text());
  ASSERT_TRUE(listen_fault);
  EXPECT_EQ(listen_fault->code, Errc::kListenFailed);
}

}  // namespace
}  // namespace nearside::near_end
