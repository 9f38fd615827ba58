// The far side: which answers and pushes are kept, who is given them, and what makes them old.
#include "core/inspect/inspector_impl.hpp"
#include "core/inspect/limits.hpp"

#include <algorithm>
#include <iterator>

namespace nearside::inspect {
namespace {

using dap::Message;
using dap::MessageType;

bool is_of_threads(std::string_view command) {
  return command == "threads";
}

/// What is asked by the far end's own names of files is not what the client would ask.
bool names_source(const nlohmann::json& arguments) {
  return arguments.contains("source") || arguments.contains("sourceReference");
}

/// Whether a push is what a request waits for; the far end has gone by the same when it kept
/// silent.
bool answers(const Read& pushed, std::optional<std::int64_t> frame, const InFlight& waiting,
             std::uint64_t seen) {
  return waiting.sent == seen && waiting.read.key == pushed.key &&
         (!frame || frame == waiting.read.frame);
}

}  // namespace

void Inspector::from_adapter(Message message, InspectorOutput& out) {
  auto& impl = *impl_;
  const auto& envelope = message.envelope();
  if (envelope.type == MessageType::kEvent) {
    if (!impl.take_event(envelope.name, out)) return;
  } else if (envelope.type == MessageType::kResponse) {
    impl.stopwatch.answered(envelope.request_seq, Way::kAsked);
    if (auto flight = impl.in_flight.extract(envelope.request_seq))
      return impl.take_answer(std::move(flight.mapped()), std::move(message), out);
    if (envelope.request_seq == 0) {
      const auto size = message.bytes().size();
      if (const auto stamp = take_stamp(message); stamp && stamp->push) {
        impl.counters.pushed_bytes += size;
        return impl.take_push(std::move(message), *stamp, out);
      }
    }
    if (impl.writes.erase(envelope.request_seq) > 0) impl.forget_values();
    impl.take_off_stamp(message);
  }
  out.to_client.push_back(std::move(message));
}

std::optional<Stamp> Inspector::Impl::take_off_stamp(Message& answer) {
  std::optional<Spent> spent;
  auto stamp = take_stamp(answer, &spent);
  if (spent) stopwatch.told(answer.envelope().request_seq, *spent);
  return stamp;
}

void Inspector::Impl::take_answer(InFlight flight, Message message, InspectorOutput& out) {
  const auto& read = flight.read;
  if (const auto at = joinable.find(read.kept_key); at != joinable.end() && at->second == read.seq)
    joinable.erase(at);
  const auto stamp = take_off_stamp(message);
  const bool is_new = stamp && note_pair(*stamp);
  const bool may_share =
      message.envelope().success && is_new && !stamp->push && stamp->seen == flight.sent;
  const bool is_current = may_share && stamp->seen == sent;
  // An older epoch's reference may mean another frame's scope in this one.
  const bool holds = read.command != "variables" || flight.epoch == epoch;
  if (is_current && holds && read.may_keep)
    cache.put(read.kept_key, {message, read.for_session, 0, read.frames});
  const bool is_known = is_current || flight.epoch == epoch;
  if (may_share) {
    share(flight, message, is_known, out);
  } else {
    give(read, std::move(message), is_known, out);
    send_joined(std::move(flight.joined), out);
  }
}

void Inspector::Impl::take_push(Message message, const Stamp& stamp, InspectorOutput& out) {
  ++counters.pushes;
  const auto& push = *stamp.push;
  processed = std::max(processed, push.number);
  const auto& envelope = message.envelope();
  auto request = read_request(
      envelope.name, push.arguments.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
      options.wish.pure_watches);
  if (request.kind != RequestKind::kRead && request.kind != RequestKind::kSessionRead) return;
  const auto pushed = describe(envelope.name, std::move(request), push.frame);
  // Of names of files the client has its own: so any read of that command may mean this one.
  pushed_unsaid.insert(names_source(push.arguments) ? pushed.command : pushed.key);
  if (!note_pair(stamp) || !options.cache || !envelope.success || names_source(push.arguments))
    return;

  auto unread = push.number;
  for (auto at = in_flight.begin(); at != in_flight.end();) {
    if (!answers(pushed, push.frame, at->second, stamp.seen)) {
      ++at;
      continue;
    }
    const auto flight = std::move(in_flight.extract(at++).mapped());
    report(unread);
    stopwatch.answered(flight.read.seq, Way::kJoined);
    joinable.erase(flight.read.kept_key);
    share(flight, message, stamp.seen == sent, out);
  }
  if (stamp.seen == sent)
    cache.put(pushed.kept_key, {std::move(message), pushed.for_session, unread, pushed.frames});
}

bool Inspector::Impl::take_event(std::string_view name, InspectorOutput& out) {
  if (name == "stopped" || name == "continued") {
    forget_epoch();
    stands_still = name == "stopped";
  } else if (name == "terminated" || name == "exited") {
    forget_epoch();
    forget_all();
    stands_still = false;
  } else if (name == "invalidated" || name == "memory") {
    forget_values();
    return name == "memory" ? !hides_memory : !hides_invalidated;
  } else if (name == "thread") {
    forget_commands(is_of_threads, out);
  } else if (name == "module" || name == "loadedSource") {
    forget_commands(is_of_modules, out);
  }
  return true;
}

bool Inspector::Impl::note_pair(const Stamp& stamp) {
  is_stamped = true;
  const std::pair pair{stamp.epoch, stamp.writes};
  if (pair < newest) return false;
  if (pair.first > newest.first)
    forget_epoch();
  else if (pair > newest)
    forget_values();
  newest = pair;
  if (stamp.seen == sent) stands_still = true;
  return true;
}

void Inspector::Impl::give(const Read& read, Message answer, bool is_known, InspectorOutput& out) {
  if (read.command == "scopes" && answer.envelope().success) {
    scopes.learn(read.frame, read.order, answer);
    if (!is_known) scopes.lose_track();
  }
  answer.set_request_seq(read.seq);
  out.to_client.push_back(std::move(answer));
}

void Inspector::Impl::share(const InFlight& flight, const Message& answer, bool is_known,
                            InspectorOutput& out) {
  give(flight.read, answer, is_known, out);
  for (const auto& [joined, request] : flight.joined) {
    ++counters.commands[joined.command].joins;
    stopwatch.answered(joined.seq, Way::kJoined);
    give(joined, answer, is_known, out);
  }
}

void Inspector::Impl::report(std::uint64_t& push) {
  if (push == 0) return;
  ++counters.pushes_used;
  if (used.size() < kMaxReportedHits) used.push_back(push);
  push = 0;
}

void Inspector::Impl::forget_values() {
  joinable.clear();  // Their answers would not be shared.
  cache.erase_if([](std::string_view, const Kept& kept) { return !kept.for_session; });
}

void Inspector::Impl::forget_epoch() {
  forget_values();
  scopes.begin_epoch();
  ++epoch;
}

// What is on its way may have been written by the old rules; who waits for it has asked before.
void Inspector::Impl::forget_all() {
  cache.clear();
  joinable.clear();
  for (auto& [seq, flight] : in_flight) flight.read.may_keep = false;
}

void Inspector::Impl::forget_commands(bool (*goes)(std::string_view), InspectorOutput& out) {
  cache.erase_if(
      [&](std::string_view key, const Kept&) { return goes(key.substr(0, key.find(' '))); });
  std::vector<Joined> joined;
  for (auto& [seq, flight] : in_flight) {
    if (!goes(flight.read.command)) continue;
    flight.read.may_keep = false;
    joinable.erase(flight.read.kept_key);
    std::ranges::move(std::exchange(flight.joined, {}), std::back_inserter(joined));
  }
  send_joined(std::move(joined), out);
}

}  // namespace nearside::inspect
