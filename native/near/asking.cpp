// Each asker is a link of its own, with a time limit; one question is answered at a time, and only
// as fast as its answers are read.
#include "near/asking.hpp"

#include "core/session/wire.hpp"
#include "io/deadline.hpp"
#include "io/faults.hpp"
#include "io/link_driver.hpp"
#include "io/sockets.hpp"
#include "io/task_group.hpp"
#include "near/limits.hpp"
#include "near/logbook.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include <set>
#include <utility>

// GCC 12 mistakes how Asio allocates the frames of some coroutines.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace nearside::near_end {
namespace {

using io::make_fault;
using Socket = asio::local::stream_protocol::socket;

session::AgentAnswer answer(const Logbook& logbook, const session::AgentRequest& asked) {
  if (asked.request == "status") return session::AgentReply{logbook.status()};
  if (asked.request == "trace") {
    const auto from = asked.arguments.find("from");
    const bool is_given = from != asked.arguments.end() && from->is_number_unsigned();
    return session::AgentReply{logbook.trace(is_given ? from->get<std::uint64_t>() : 0)};
  }
  return make_fault(Errc::kUsage, Condition::kMisconfigured,
                    "A near end does not know this question. Are the two `nearside` of the same "
                    "version?");
}

class Asker {
 public:
  Asker(const Logbook& logbook, Socket socket)
      : logbook_(logbook),
        driver_(io::make_stream(std::move(socket), "an asker"), options(),
                [this](link::LinkEvent event) { handle(event); }) {}

  io::Async<void> run() {
    co_await driver_.run();
    co_return boost::system::in_place_value;
  }

 private:
  static link::LinkOptions options() {
    link::LinkOptions chosen;
    chosen.end = link::End::kFar;
    chosen.compress = false;
    chosen.max_channels = 1;
    chosen.max_message_bytes = kMaxNearEndAnswerBytes;
    return chosen;
  }

  void handle(const link::LinkEvent& event) {
    auto& link = driver_.link();
    if (const auto* opened = std::get_if<link::ChannelOpened>(&event)) {
      const auto opening = session::decode_opening(opened->opening);
      if (opening && std::holds_alternative<session::ControlOpening>(*opening)) return;
      link.close_channel(opened->channel,
                         make_fault(Errc::kUsage, Condition::kMisconfigured,
                                    "This is a near end, which only answers questions."),
                         io::now());
    } else if (const auto* message = std::get_if<link::MessageReceived>(&event)) {
      link.consumed(message->channel, message->bytes.size(), io::now());
      // Who does not read what it asked for is not answered more.
      if (!link.may_send(message->channel))
        return link.close_channel(message->channel, {}, io::now());
      const auto asked = session::decode_agent_request(message->bytes);
      const auto said = asked ? answer(logbook_, *asked) : session::AgentAnswer(asked.error());
      const auto sent = link.send(message->channel, link::MessageKind::kControl,
                                  session::encode(said), io::now());
      if (!sent) link.close_channel(message->channel, sent.error(), io::now());
    }
  }

  const Logbook& logbook_;
  io::LinkDriver driver_;
};

asio::awaitable<void> serve_asker(const Logbook& logbook, Socket socket) {
  const auto asker = std::make_unique<Asker>(logbook, std::move(socket));
  auto served = asker->run();
  auto late = make_fault(Errc::kTimedOut, Condition::kUnreachable, "The asker took too long.");
  co_await io::within(kAskerLimit, std::move(served), std::move(late));
}

Result<io::LocalListener> listen(const asio::any_io_executor& executor,
                                 const std::filesystem::path& state) {
  for (unsigned number = 1;; ++number) {
    const auto path = io::near_socket_path(state, ::getpid(), number);
    if (!path) return path.error();
    auto listener = io::LocalListener::bind(executor, *path, io::LocalListener::Lock::kGoes);
    // Another near end in this process has that one, or one elsewhere that shares /tmp with us.
    if (listener || number == kMaxOwnSockets) return listener;
  }
}

asio::awaitable<void> accept_askers(io::LocalListener& listener, const Logbook& logbook,
                                    io::TaskGroup& askers) {
  auto& acceptor = listener.acceptor();
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error) {
      asio::steady_timer pause(acceptor.get_executor(), kAcceptPause);
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    const auto user = io::peer_user(socket);
    if (user && *user == ::geteuid() && askers.running() < kMaxAskers)
      askers.spawn(serve_asker(logbook, std::move(socket)));
  }
}

}  // namespace

asio::awaitable<void> answer_askers(Links& links, std::function<void(const Fault&)> on_trouble) {
  auto listener = listen(links.executor(), links.state());
  if (!listener) {
    on_trouble(listener.error());
    asio::steady_timer never(links.executor(), asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
    co_return;
  }
  io::TaskGroup askers(links.executor());
  std::exception_ptr cancelled;
  try {
    co_await accept_askers(*listener, links.logbook(), askers);
  } catch (...) {
    cancelled = std::current_exception();
  }
  askers.stop();
  co_await askers.join();
  if (cancelled) std::rethrow_exception(cancelled);
}

}  // namespace nearside::near_end
