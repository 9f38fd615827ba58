// The world of the near end's tests: an event loop that runs until something is true (and gives up
// instead of hanging), and a far end that is a real link over a real Unix socket with a script in
// the place of the agent.
#pragma once

#include "../io/loop.hpp"
#include "core/session/wire.hpp"
#include "io/link_driver.hpp"
#include "io/sockets.hpp"
#include "io/task_group.hpp"
#include "near/links.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearside::near_end {

using Json = nlohmann::json;

inline std::string request(int seq, const std::string& command, Json arguments = Json::object()) {
  return Json{{"seq", seq}, {"type", "request"}, {"command", command}, {"arguments", arguments}}
      .dump();
}

class World {
 public:
  World() : state_(folder_ / "state") {}
  ~World() {
    // What was stopped unwinds before its owners go.
    context_.restart();
    context_.poll();
    // Sockets' locks stay where sockets were; these are nobody's any more.
    std::error_code ignored;
    if (const auto socket = io::agent_socket_path(state_))
      std::filesystem::remove(socket->string() + ".lock", ignored);
  }

  asio::io_context& context() { return context_; }
  asio::any_io_executor executor() { return context_.get_executor(); }
  const std::filesystem::path& state() const { return state_; }
  std::filesystem::path file(const char* name) const { return folder_ / name; }

  NearEndOptions options() const {
    NearEndOptions options;
    options.state = state_;
    options.executable = "/nonexistent/nearside";
    options.state_is_default = false;
    return options;
  }

  /// Runs the loop until the condition holds. False: it did not within the test's limit.
  bool until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + io::kTestLimit;
    context_.restart();
    while (!condition()) {
      if (context_.run_one_until(limit) == 0 && std::chrono::steady_clock::now() >= limit)
        return false;
      if (context_.stopped()) context_.restart();
    }
    return true;
  }

  template <typename T>
  T run(asio::awaitable<T> task) {
    std::optional<T> value;
    run(keep(std::move(task), value));
    return std::move(*value);
  }
  void run(asio::awaitable<void> task) {
    bool ended = false;
    std::exception_ptr thrown;
    asio::co_spawn(context_, std::move(task), [&](const std::exception_ptr& what) {
      ended = true;
      thrown = what;
    });
    if (!until([&] { return ended; })) {
      ADD_FAILURE() << "the test's task did not end";
      std::abort();  // its frame refers to ours: there is no way on
    }
    if (thrown) std::rethrow_exception(thrown);
  }

 private:
  template <typename T>
  static asio::awaitable<void> keep(asio::awaitable<T> task, std::optional<T>& value) {
    value.emplace(co_await std::move(task));
  }

  io::TemporaryFolder folder_;
  std::filesystem::path state_;
  asio::io_context context_{1};
};

/// What the script of a far end sees and does. A session channel is a conversation of its own.
class FarEnd {
 public:
  struct Connection;
  struct Session {
    Connection* connection;
    link::ChannelId id;
    session::SessionOpening opening;
    std::vector<Json> received;
    bool is_closed = false;
    std::optional<Fault> close_reason;

    void send(const Json& message) { send(link::MessageKind::kDap, message.dump()); }
    void send(const session::SessionControl& control) {
      send(link::MessageKind::kControl, session::encode(control));
    }
    void answer(const Json& request, Json body = Json::object()) {
      send(Json{{"seq", 0},
                {"type", "response"},
                {"request_seq", request.at("seq")},
                {"command", request.at("command")},
                {"success", true},
                {"body", std::move(body)}});
    }
    void send(link::MessageKind kind, std::string bytes);
    void close(std::optional<Fault> reason = std::nullopt);
  };
  struct Connection {
    std::unique_ptr<io::LinkDriver> driver;
    std::map<link::ChannelId, std::shared_ptr<Session>> sessions;
    std::map<link::ChannelId, bool> controls;
    bool is_over = false;
  };

  explicit FarEnd(World& world) : FarEnd(world, *io::agent_socket_path(world.state())) {}
  FarEnd(World& world, const std::filesystem::path& path)
      : world_(world),
        listener_(*io::LocalListener::bind(world.executor(), path)),
        tasks_(world.executor()) {
    tasks_.spawn(accept());
  }
  ~FarEnd() {
    tasks_.stop();
    world_.until([this] { return tasks_.running() == 0; });
  }

  /// Called with each message; the default answers every request, and closes after `disconnect`.
  std::function<void(Session&, const Json&)> on_message = [](Session& session,
                                                             const Json& message) {
    if (message.at("type") != "request") return;
    session.answer(message);
    if (message.at("command") == "disconnect") session.close();
  };
  std::function<void(Session&)> on_open = [](Session&) {};
  std::function<session::AgentAnswer(const session::AgentRequest&)> on_question =
      [](const session::AgentRequest& asked) {
        return session::AgentReply{{{"asked", asked.request}}};
      };

  std::vector<std::shared_ptr<Session>> sessions;
  std::vector<std::unique_ptr<Connection>> connections;
  link::Standing standing = link::Standing::kTrusted;

  /// The transport breaks.
  void cut(std::size_t connection) { connections.at(connection)->driver->stream().close(); }
  void serve(io::StreamPtr stream, bool compress) {
    tasks_.spawn(drive(std::move(stream), compress));
  }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto socket = co_await listener_.acceptor().async_accept(asio::use_awaitable);
      serve(io::make_stream(std::move(socket), "near end"), false);
    }
  }

  asio::awaitable<void> drive(io::StreamPtr stream, bool compress) {
    link::LinkOptions options;
    options.end = link::End::kFar;
    options.standing = standing;
    options.compress = compress;
    auto& connection = *connections.emplace_back(std::make_unique<Connection>());
    connection.driver = std::make_unique<io::LinkDriver>(
        std::move(stream), options,
        [this, &connection](link::LinkEvent event) { handle(connection, std::move(event)); });
    co_await connection.driver->run();
    connection.is_over = true;
  }

  void handle(Connection& connection, link::LinkEvent event) {
    auto& link = connection.driver->link();
    if (const auto* opened = std::get_if<link::ChannelOpened>(&event)) {
      const auto opening = session::decode_opening(opened->opening).value();
      if (const auto* wanted = std::get_if<session::SessionOpening>(&opening)) {
        auto session = std::make_shared<Session>(
            Session{&connection, opened->channel, *wanted, {}, false, {}});
        connection.sessions[opened->channel] = session;
        sessions.push_back(session);
        on_open(*session);
      } else {
        connection.controls[opened->channel] = true;
      }
    } else if (const auto* message = std::get_if<link::MessageReceived>(&event)) {
      link.consumed(message->channel, message->bytes.size(), io::now());
      if (connection.controls.contains(message->channel)) {
        const auto asked = session::decode_agent_request(message->bytes).value();
        (void)link.send(message->channel, link::MessageKind::kControl,
                        session::encode(on_question(asked)), io::now());
        return;
      }
      const auto session = connection.sessions.at(message->channel);
      session->received.push_back(Json::parse(message->bytes));
      on_message(*session, Json(session->received.back()));
    } else if (const auto* closed = std::get_if<link::ChannelClosed>(&event)) {
      const auto found = connection.sessions.find(closed->channel);
      if (found == connection.sessions.end()) return;
      found->second->is_closed = true;
      found->second->close_reason = closed->reason;
    }
  }

  World& world_;
  io::LocalListener listener_;
  io::TaskGroup tasks_;
};

inline void FarEnd::Session::send(link::MessageKind kind, std::string bytes) {
  (void)connection->driver->link().send(id, kind, std::move(bytes), io::now());
  connection->driver->flush();
}
inline void FarEnd::Session::close(std::optional<Fault> reason) {
  connection->driver->link().close_channel(id, std::move(reason), io::now());
  connection->driver->flush();
}

}  // namespace nearside::near_end
