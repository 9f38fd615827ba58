// One channel, one question, one answer.
#include "near/agent_questions.hpp"

#include "io/faults.hpp"
#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <utility>

namespace nearside::near_end {
namespace {

struct Asked {
  explicit Asked(asio::any_io_executor executor) : over(std::move(executor)) {}
  asio::steady_timer over;
  std::optional<session::AgentAnswer> answer;
};

Channel::Handlers handlers_of(const std::shared_ptr<Asked>& asked) {
  Channel::Handlers handlers;
  handlers.on_message = [asked](link::MessageKind, std::string bytes) {
    asked->answer = session::decode_agent_answer(bytes);
    asked->over.cancel();
  };
  handlers.on_closed = [asked](std::optional<Fault> reason) {
    if (!asked->answer)
      asked->answer =
          reason.value_or(io::make_fault(Errc::kLinkLost, Condition::kUnreachable,
                                         "The agent has closed the channel without an answer."));
    asked->over.cancel();
  };
  handlers.on_writable = [] {};
  return handlers;
}

}  // namespace

io::Async<session::AgentReply> ask_over(asio::any_io_executor executor, OpenChannel open,
                                        session::AgentRequest request) {
  const auto asked = std::make_shared<Asked>(executor);
  std::string opening = session::encode(session::Opening(session::ControlOpening{}));
  auto handlers = handlers_of(asked);
  auto channel = co_await open(std::move(opening), std::move(handlers));
  if (!channel) co_return channel.error();
  const auto sent = (*channel)->send(link::MessageKind::kControl, session::encode(request));
  if (!sent) co_return sent.error();
  asked->over.expires_after(kAgentAnswerLimit);
  if (!asked->answer) co_await asked->over.async_wait(asio::as_tuple(asio::use_awaitable));
  if (asked->answer) co_return *std::move(asked->answer);
  Fault late = io::make_fault(Errc::kTimedOut, Condition::kUnreachable,
                              "The agent has not answered within " +
                                  std::to_string(kAgentAnswerLimit.count() / 1000) + " s.");
  co_return late;
}

io::Async<session::AgentReply> ask_target(Links& links, Target target,
                                          session::AgentRequest request) {
  OpenChannel open = [&links, target](std::string opening, Channel::Handlers handlers) {
    return links.open(target, std::move(opening), std::move(handlers));
  };
  co_return co_await ask_over(links.executor(), std::move(open), std::move(request));
}

}  // namespace nearside::near_end
