// What one client's request means for the others: who may ask it, which of two resumes counts, and
// what the others are told of a resume, a write and a breakpoint.
#include "core/inspect/request.hpp"
#include "core/json_members.hpp"
#include "core/session/payload.hpp"
#include "core/session/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nearside::session {
namespace {

using inspect::RequestKind;
using nlohmann::json;

/// Lets the program run from where it stands.
bool steps(std::string_view command) {
  constexpr std::array<std::string_view, 8> kSteps{"continue", "next",        "stepIn",
                                                   "stepOut",  "stepBack",    "reverseContinue",
                                                   "goto",     "restartFrame"};
  return std::ranges::find(kSteps, command) != kSteps.end();
}

}  // namespace

std::optional<Fault> Session::refuse_request(ClientId id, const dap::Message& message,
                                             const inspect::Request& request) {
  const auto& name = message.envelope().name;
  auto* const client = find(id);
  if (auto fault = refusal(client->role, name, message.payload(), reading_runs_code()))
    return fault;
  if (client->role == Role::kObserver && name == "variables") {
    const auto reference = request.reference.value_or(
        static_cast<std::int64_t>(count_of(read_payload(message), "variablesReference")));
    if (!client->values.may_read(reference)) {
      return Fault{Errc::kMessageInvalid, Condition::kAuthRejected,
                   "An observer of this session looks only into values that it was shown, and into "
                   "none whose reading runs code. Its owner or a controller can."};
    }
  }
  return refuse_late_resume(id, message);
}

/// The first wins: one that comes while it runs must not step a second time.
std::optional<Fault> Session::refuse_late_resume(ClientId id, const dap::Message& message) const {
  const auto& name = message.envelope().name;
  if (clients_.size() < 2 || !steps(name)) return std::nullopt;
  const bool is_first = !resumed_by_ || *resumed_by_ == id || !present_.all_stopped();
  if (is_first) return std::nullopt;
  return Fault{Errc::kMessageInvalid, Condition::kMisconfigured,
               "Another client of this session has let the program run on already, so this `" +
                   name + "` was not done, too."};
}

void Session::note_for_others(InFlight& asked, const dap::Message& message, RequestKind kind,
                              std::optional<std::int64_t> frame) {
  asked.is_write = kind == RequestKind::kWrite;
  if (steps(asked.command)) {
    const auto arguments = read_payload(message);
    const auto& thread = member_of(arguments, "threadId");
    asked.resumes = json{{"threadId", thread.is_number_integer() ? thread : json(0)},
                         {"allThreadsContinued", !is_true(arguments, "singleThread")}};
    resumed_by_ = asked.asker;
  }
  for (auto& [id, client] : clients_)
    if (id != asked.asker) client.prefetcher.handle_others_request(kind, asked.command, frame);
}

void Session::tell_others(InFlight& asked, const dap::Message& answer, Commands& commands) {
  const bool success = answer.envelope().success;
  const auto kind = asked.is_resume  ? RequestKind::kResume
                    : asked.is_write ? RequestKind::kWrite
                                     : RequestKind::kNeutral;
  if (kind == RequestKind::kNeutral) return;
  for (auto& [id, client] : clients_)
    if (id != asked.asker) client.prefetcher.handle_others_answer(kind, success);
  if (asked.is_write) {
    // Also of one that failed: it may have changed something on its way there.
    const auto event = dap::make_event("invalidated", json{{"areas", json::array({"variables"})}});
    for (const auto& [id, client] : clients_)
      if (id != asked.asker && takes(client, "invalidated")) send_to(id, event, commands);
  } else if (!success) {
    if (resumed_by_ == asked.asker) resumed_by_.reset();
  } else if (asked.resumes) {
    auto body = *std::exchange(asked.resumes, std::nullopt);
    const auto said = read_payload(answer);
    if (const auto all = said.find("allThreadsContinued"); all != said.end() && all->is_boolean())
      body["allThreadsContinued"] = *all;
    tell_resumed(asked, body, commands);
  }
}

void Session::tell_resumed(const InFlight& asked, const json& body, Commands& commands) {
  // Of several on their way the first is told, and the next after the stop between them.
  if (std::exchange(told_running_, true)) return;
  const auto event = dap::make_event("continued", body);
  for (const auto& [id, client] : clients_)
    if (id != asked.asker && takes(client, "continued")) send_to(id, event, commands);
}

/// A stop is told after the resume that led to it, which may be answered later.
void Session::tell_resumes_in_flight(std::string_view event, Commands& commands) {
  if (event != "stopped" && event != "continued") return;
  const auto first = std::ranges::find_if(
      in_flight_, [](const auto& one) { return one.second.resumes.has_value(); });
  if (first != in_flight_.end() && !told_running_) {
    const auto body = *std::exchange(first->second.resumes, std::nullopt);
    if (event == "stopped") tell_resumed(first->second, body, commands);
  }
  told_running_ = event == "continued";
}

/// Than who asked it.
bool Session::has_others(const InFlight& asked) const {
  return clients_.size() > (clients_.contains(asked.asker) ? 1U : 0U);
}

void Session::tell_breakpoints(const std::vector<BreakpointWishes::Event>& events,
                               Commands& commands) {
  for (const auto& [id, body] : events) {
    const auto event = dap::Message::parse(dap::make_event("breakpoint", body));
    look_at_sources(id, *event, commands);
    send_to(id, event->bytes(), commands);
  }
}

}  // namespace nearside::session
