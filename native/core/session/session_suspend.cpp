// The end of a session whose program lives on: what we declare for adapters that do not, and the
// program that is to stay suspended when the adapter has gone.
#include "core/json_members.hpp"
#include "core/session/payload.hpp"
#include "core/session/session.hpp"

#include <utility>

namespace nearside::session {
namespace {

constexpr const char* kTerminates = "supportTerminateDebuggee";
constexpr const char* kSuspends = "supportSuspendDebuggee";

}  // namespace

/// supportTerminateDebuggee, so that VS Code tells Stop from a reload of its window. An adapter
/// that did not declare it gets what the client says all the same: dlv honours it undeclared,
/// others ignore it, and the session's keeper does what was said in any case.
void Session::declare_ours(dap::Message& answer) {
  adapter_suspends_ = is_true(read_payload(answer), kSuspends);
  answer.set_payload_member(kTerminates, "true");
  if (suspends_) answer.set_payload_member(kSuspends, "true");
}

/// What we do for the adapter stays declared, whatever it takes back.
void Session::keep_declared(dap::Message& event) {
  if (event.envelope().name != "capabilities") return;
  const auto body = read_payload(event);
  auto changed = member_of(body, "capabilities");
  if (changed.contains(kSuspends)) adapter_suspends_ = is_true(changed, kSuspends);
  bool takes_back = false;
  for (const auto& [name, is_ours] :
       {std::pair(kTerminates, true), std::pair(kSuspends, suspends_)}) {
    if (!is_ours || !changed.contains(name) || is_true(changed, name)) continue;
    changed[name] = true;
    takes_back = true;
  }
  if (takes_back) event.set_payload_member("capabilities", changed.dump());
}

/// Of `attach` (as dlv, then as lldb-dap calls it) and of the event `process`.
void Session::note_process(const nlohmann::json& payload) {
  const auto local = payload.find("isLocalProcess");
  if (local != payload.end() && *local == nlohmann::json(false)) return;
  for (const auto* const name : {"processId", "pid", "systemProcessId"}) {
    const auto& said = member_of(payload, name);
    if (said.is_number_integer()) process_ = said.get<std::int64_t>();
  }
}

void Session::prepare_disconnect(dap::Message& message, Commands& commands) {
  phase_ = Phase::kDisconnecting;
  const auto arguments = read_payload(message);
  const auto& said = member_of(arguments, "terminateDebuggee");
  if (said.is_boolean()) terminate_debuggee_ = said.get<bool>();
  if (!is_true(arguments, "suspendDebuggee") || terminate_debuggee_ == true) return;
  // What is to stay suspended is to stay.
  terminate_debuggee_ = false;
  message.set_payload_member("terminateDebuggee", "false");
  if (adapter_suspends_ || !suspends_) return;
  suspend_debuggee_ = true;
  commands.emplace_back(FindDebuggee{process_});
}

void Session::suspend_debuggee(Commands& commands) {
  if (std::exchange(suspend_debuggee_, false)) commands.emplace_back(SuspendDebuggee{});
}

}  // namespace nearside::session
