// One client on a byte stream: frames to messages and back, between the stream and its session.
// The session, and with it the adapter, starts with the first whole message: whoever only knocks,
// or speaks something else, starts nothing.
#include "core/dap/frame.hpp"
#include "core/session/front.hpp"
#include "io/faults.hpp"
#include "near/client_writer.hpp"
#include "near/dap_server.hpp"
#include "near/http_guard.hpp"
#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace nearside::near_end {
namespace {

using asio::experimental::awaitable_operators::operator&&;
using asio::experimental::awaitable_operators::operator||;
using Log = std::function<void(const std::string&)>;

class Connection {
 public:
  Connection(Links& links, SessionOptions options, io::StreamPtr stream, Log log)
      : links_(links),
        options_(std::move(options)),
        stream_(std::move(stream)),
        log_(std::move(log)),
        writer_(*stream_,
                [this](std::size_t bytes) {
                  if (session_) session_->delivered(bytes);
                }),
        changed_(stream_->executor(), asio::steady_timer::time_point::max()) {}

  asio::awaitable<std::optional<Fault>> run() {
    const bool is_client = co_await look_at_first_bytes();
    if (!is_client) co_return fault_;
    co_await (read_loop() && write_loop());
    co_return std::move(fault_);
  }

 private:
  /// False: there is nobody to serve.
  asio::awaitable<bool> look_at_first_bytes() {
    std::string first;
    for (;;) {
      const auto count = co_await stream_->read_some(asio::buffer(input_));
      if (!count || *count == 0) co_return false;
      first.append(input_.data(), *count);
      const auto judged = judge_first_bytes(first);
      if (judged == FirstBytes::kUndecided) continue;
      if (judged == FirstBytes::kOther) break;
      log_(stream_->name() + " speaks HTTP, which a web page can make a browser do: refused.");
      fault_ = io::make_fault(Errc::kHeaderMalformed, Condition::kPeerViolation,
                              "The client speaks HTTP and not the Debug Adapter Protocol.");
      co_await (refuse_http() || farewell_limit());
      co_return false;
    }
    decoder_.feed(first);
    co_return true;
  }

  asio::awaitable<void> refuse_http() {
    const auto refusal = http_refusal();
    co_await stream_->write(asio::buffer(refusal));
    co_await stream_->end_output();
    co_await drain();
  }

  /// Closing with unread bytes would reset the connection, and our last words would be lost.
  asio::awaitable<void> drain() {
    for (;;) {
      const auto count = co_await stream_->read_some(asio::buffer(input_));
      if (!count || *count == 0) co_return;
    }
  }

  asio::awaitable<void> farewell_limit() {
    asio::steady_timer limit(stream_->executor(), kClientFarewellLimit);
    co_await limit.async_wait(asio::as_tuple(asio::use_awaitable));
  }

  asio::awaitable<void> read_loop() {
    while (!is_over_) {
      if (!take_messages()) break;
      while (session_ && !is_over_ && !session_->may_send())
        co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
      if (is_over_) co_return;
      const auto count = co_await stream_->read_some(asio::buffer(input_));
      if (is_over_) co_return;
      if (!count || *count == 0) {
        const auto ended = decoder_.finish();
        // What broke off says so; a client that just closes needs no words.
        client_gone(count && !ended ? std::optional(ended.error()) : std::nullopt);
        co_return;
      }
      decoder_.feed(std::string_view(input_.data(), *count));
    }
    if (!is_draining_) co_return;
    co_await drain();
    is_draining_ = false;
    changed_.cancel();
  }

  /// False when the stream is no longer DAP, or the session is over.
  bool take_messages() {
    while (!is_over_) {
      auto body = decoder_.next();
      if (!body) {
        is_draining_ = true;
        client_gone(body.error());
        return false;
      }
      if (!*body) return true;
      if (!session_) start_session();
      session_->handle_client_message(*std::move(*body));
    }
    return false;
  }

  void start_session() {
    ClientSession::Handlers handlers;
    handlers.on_message = [this](std::string body) { writer_.send(std::move(body)); };
    handlers.on_writable = [this] { changed_.cancel(); };
    handlers.on_link_state = [this](const LinkState& state) { log_link_state(state); };
    handlers.on_closed = [this](std::optional<Fault> fault) { end(std::move(fault)); };
    session_.emplace(links_, options_, std::move(handlers));
  }

  void client_gone(std::optional<Fault> fault) {
    if (session_) {
      session_->handle_client_gone(std::move(fault));
      return;
    }
    if (fault)
      for (auto& body : session::Front().handle_session_lost(*fault).to_client)
        writer_.send(std::move(body));
    end(std::move(fault));
  }

  void end(std::optional<Fault> fault) {
    is_over_ = true;
    fault_ = std::move(fault);
    if (fault_) log_(stream_->name() + ": " + fault_->message);
    writer_.finish();
    changed_.cancel();
  }

  asio::awaitable<void> write_loop() {
    co_await (write_all() || limit_farewell());
    // Wakes the reader.
    stream_->close();
  }

  asio::awaitable<void> write_all() {
    const auto written = co_await writer_.run();
    if (!written) {
      if (!is_over_) client_gone(std::nullopt);
      co_return;
    }
    co_await stream_->end_output();
    while (is_draining_) co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
  }

  /// Once all is over, the client has so long to read the rest.
  asio::awaitable<void> limit_farewell() {
    while (!is_over_) co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await farewell_limit();
  }

  void log_link_state(const LinkState& state) {
    switch (state.kind) {
      case LinkState::Kind::kConnecting:
        if (!state.progress.empty()) log_(state.target + ": " + state.progress);
        if (!state.detail.empty()) log_(state.target + ": trying again: " + state.detail);
        return;
      case LinkState::Kind::kConnected:
        log_("linked to " + state.target + " (" + state.security + ")");
        return;
      case LinkState::Kind::kReconnecting:
        if (state.next_try.count() == 0)
          log_("link to " + state.target + " is down, attempt " + std::to_string(state.attempt) +
               " to reconnect: " + state.detail);
        return;
      case LinkState::Kind::kLost:
        log_("link to " + state.target + " ended: " + state.detail);
        return;
    }
  }

  Links& links_;
  SessionOptions options_;
  io::StreamPtr stream_;
  Log log_;
  dap::FrameDecoder decoder_;
  std::array<char, kClientReadBytes> input_;
  ClientWriter writer_;
  asio::steady_timer changed_;  ///< Cancelled when the session may take more, or is over.
  bool is_over_ = false;
  bool is_draining_ = false;  ///< The client broke the framing and may still be sending.
  std::optional<Fault> fault_;
  std::optional<ClientSession> session_;
};

}  // namespace

asio::awaitable<std::optional<Fault>> serve_client(Links& links, SessionOptions options,
                                                   io::StreamPtr stream, Log log) {
  // On the heap: it is large for a coroutine's frame, and must not move.
  const auto connection =
      std::make_unique<Connection>(links, std::move(options), std::move(stream), std::move(log));
  co_return co_await connection->run();
}

asio::awaitable<std::optional<Fault>> serve_stdio(Links& links, SessionOptions options, Log log) {
  const int input = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  const int output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input < 0 || output < 0 || nothing < 0) {
    for (const int descriptor : {input, output, nothing})
      if (descriptor >= 0) ::close(descriptor);
    co_return io::make_fault(Errc::kTransportFailed, Condition::kMisconfigured,
                             "Standard input and output cannot be used: " + io::errno_text(errno) +
                                 ". Start this with both open.");
  }
  // What anything in this process prints must not get between the client's frames.
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  ::close(nothing);
  auto executor = co_await asio::this_coro::executor;
  co_return co_await serve_client(
      links, std::move(options), io::make_descriptor_stream(executor, input, output, "stdio"), log);
}

}  // namespace nearside::near_end
