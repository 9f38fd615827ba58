// Which events hold until when.
#include "core/session/present.hpp"

#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/payload.hpp"

#include <utility>

namespace nearside::session {

bool Present::tells(std::string_view event) {
  return event == "stopped" || event == "continued" || event == "process" || event == "thread" ||
         event == "module" || event == "exited" || event == "terminated";
}

void Present::handle_event(const dap::Message& event) {
  const auto& name = event.envelope().name;
  if (name == "stopped") {
    all_stopped_ = is_true(read_payload(event), "allThreadsStopped");
    if (all_stopped_ || stops_.size() >= kMaxKeptStops) stops_.clear();
    stops_.emplace_back(event.bytes());
    resumed_from_.clear();
  } else if (name == "continued") {
    stops_.clear();
    resumed_from_.clear();
  } else if (name == "terminated" || name == "exited") {
    stops_.clear();
    if (endings_.size() < kMaxKeptStops) endings_.emplace_back(event.bytes());
  } else if (name == "process") {
    process_ = event.bytes();
  } else if (name == "thread" || name == "module") {
    note_listed(event);
  }
}

void Present::note_listed(const dap::Message& event) {
  const auto body = read_payload(event);
  const bool is_thread = event.envelope().name == "thread";
  auto& list = is_thread ? threads_ : modules_;
  const auto key = is_thread ? member_of(body, "threadId").dump()
                             : member_of(member_of(body, "module"), "id").dump();
  const auto reason = text_of(body, "reason");
  if (reason == "exited" || reason == "removed")
    list.erase(key);
  else if (list.contains(key) || list.size() < kMaxKeptListed)
    list[key] = event.bytes();
}

void Present::handle_resume(bool refused) {
  if (refused && stops_.empty())
    stops_ = std::exchange(resumed_from_, {});
  else if (!refused)
    resumed_from_ = std::exchange(stops_, {});
}

void Present::handle_output(std::string event) {
  output_bytes_ += event.size();
  output_.push_back(std::move(event));
  while (output_bytes_ > kMaxRecentOutputBytes) {
    output_bytes_ -= output_.front().size();
    output_.pop_front();
  }
}

std::vector<std::string> Present::events() const {
  std::vector<std::string> events;
  if (!process_.empty()) events.push_back(process_);
  for (const auto& [key, thread] : threads_) events.push_back(thread);
  for (const auto& [key, module] : modules_) events.push_back(module);
  events.insert(events.end(), stops_.begin(), stops_.end());
  events.insert(events.end(), endings_.begin(), endings_.end());
  return events;
}

}  // namespace nearside::session
