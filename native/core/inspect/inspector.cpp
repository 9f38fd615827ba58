// The client's side: what is served, what joins, what is sent, and in which order.
#include "core/inspect/inspector.hpp"

#include "core/inspect/inspector_impl.hpp"

#include <algorithm>
#include <iterator>

namespace nearside::inspect {

using dap::Message;
using dap::MessageType;

Inspector::Inspector(InspectOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Inspector::~Inspector() = default;

void Inspector::from_client(Message message, InspectorOutput& out) {
  if (message.envelope().type == MessageType::kRequest)
    impl_->take_request(std::move(message), out);
  else
    out.to_adapter.push_back({{}, std::move(message)});
}

void Inspector::forget() {
  impl_->forget_all();
}

const InspectorCounters& Inspector::counters() const {
  impl_->counters.kept_bytes = impl_->cache.bytes();
  impl_->counters.evictions = impl_->cache.evictions();
  return impl_->counters;
}

Stopwatch& Inspector::stopwatch() {
  return impl_->stopwatch;
}

void Inspector::Impl::take_request(Message message, InspectorOutput& out) {
  auto request = read_request(message, options.wish.pure_watches);
  const auto seq = message.envelope().seq;
  const auto kind = request.kind;
  ++order;
  if (message.envelope().name == "initialize") note_client(message);
  if (kind == RequestKind::kNeutral)
    return pass(std::move(message), frame_meant(request), /*says_pushes=*/false, out);
  if (kind == RequestKind::kResume || kind == RequestKind::kWrite) {
    const auto frame = frame_meant(request);
    std::vector<Joined> joined;
    for (auto& [waited, flight] : in_flight)
      std::ranges::move(std::exchange(flight.joined, {}), std::back_inserter(joined));
    send_joined(std::move(joined), out);
    ++sent;
    if (kind == RequestKind::kWrite) {
      forget_values();
      writes.insert(seq);
    } else {
      forget_epoch();
      if (message.envelope().name == "restart") forget_all();
      stands_still = false;
    }
    return pass(std::move(message), frame, /*says_pushes=*/true, out);
  }

  const auto meant = frame_meant(request);
  const auto origin = request.reference ? scopes.frame_of(*request.reference) : std::nullopt;
  auto read = describe(message.envelope().name, std::move(request), origin);
  read.seq = seq;
  read.order = order;
  if (read.command == "variables") {
    read.frame = meant;
    read.may_keep = read.may_keep && scopes.is_certain();
  }
  if (in_flight.contains(seq)) return pass(std::move(message), meant, /*says_pushes=*/true, out);
  if (serve(read, out) || join(read, message)) return;
  send(std::move(read), std::move(message), out);
}

// The far end has the adapter send these events in any case, since they tell what is old.
void Inspector::Impl::note_client(const Message& initialize) {
  const auto arguments =
      nlohmann::json::parse(initialize.payload(), nullptr, /*allow_exceptions=*/false);
  const auto declares = [&](const char* name) {
    if (!arguments.is_object()) return false;
    const auto found = arguments.find(name);
    return found != arguments.end() && found->is_boolean() && found->get<bool>();
  };
  hides_invalidated = options.cache && !declares("supportsInvalidatedEvent");
  hides_memory = options.cache && !declares("supportsMemoryEvent");
}

Read Inspector::Impl::describe(std::string_view command, Request request,
                               std::optional<std::int64_t> origin) const {
  Read read;
  read.command = command;
  read.key = std::move(request.key);
  read.for_session = request.kind == RequestKind::kSessionRead;
  read.may_keep = options.cache;
  if (command == "stackTrace") {
    // So that all parts of a stack have the same beginning.
    if (const auto frames = take_frame_range(request.arguments)) {
      read.frames = *frames;
      read.key = key_of(command, request.arguments);
      read.stack = read.key + ' ';
      read.key = read.stack + std::to_string(frames->start) + ' ' + std::to_string(frames->levels);
    }
  }
  read.kept_key = read.key;
  if (command == "scopes") read.frame = request.frame;
  if (command == "variables" && origin) read.kept_key += " of " + std::to_string(*origin);
  return read;
}

bool Inspector::Impl::serve(const Read& read, InspectorOutput& out) {
  if (!read.may_keep) return false;
  auto* kept = cache.find(read.kept_key);
  std::optional<Message> part;
  if (kept == nullptr && !read.stack.empty()) {
    kept = cache.find(read.stack, [&](const Kept& stack) {
      part = cut_stack(stack.answer, stack.frames, read.frames);
      return part.has_value();
    });
  }
  if (kept == nullptr) return false;
  ++counters.commands[read.command].hits;
  stopwatch.answered(read.seq, Way::kHit);
  report(kept->push);
  give(read, part ? *std::move(part) : kept->answer, /*is_known=*/true, out);
  return true;
}

bool Inspector::Impl::join(const Read& read, Message& message) {
  if (!read.may_keep || !stands_still) return false;
  const auto found = joinable.find(read.kept_key);
  if (found == joinable.end()) return false;
  in_flight.at(found->second).joined.push_back({read, std::move(message)});
  return true;
}

void Inspector::Impl::send(Read read, Message message, InspectorOutput& out) {
  ++counters.commands[read.command].misses;
  const bool is_variables = read.command == "variables";
  const bool was_pushed = pushed_unsaid.contains(read.key) || pushed_unsaid.contains(read.command);
  auto said = view(is_variables ? read.frame : std::nullopt, was_pushed);
  if (read.command == "scopes" && read.frame) far_scopes_frame = read.frame;
  if (is_variables) read.frame = far_scopes_frame;
  if (read.may_keep) joinable.insert_or_assign(read.kept_key, read.seq);
  const auto seq = read.seq;
  in_flight.insert_or_assign(seq, InFlight{std::move(read), sent, epoch, {}});
  out.to_adapter.push_back({std::move(said), std::move(message)});
}

void Inspector::Impl::pass(Message message, std::optional<std::int64_t> frame, bool says_pushes,
                           InspectorOutput& out) {
  out.to_adapter.push_back({view(frame, says_pushes), std::move(message)});
}

std::optional<ClientView> Inspector::Impl::view(std::optional<std::int64_t> frame,
                                                bool says_pushes) {
  if (!is_stamped) return std::nullopt;
  const bool says_frame = frame && frame != far_scopes_frame;
  const bool has_news = processed != said_processed || !used.empty();
  if (!says_frame && !(says_pushes && has_news)) return std::nullopt;
  if (frame) far_scopes_frame = frame;
  said_processed = processed;
  pushed_unsaid.clear();
  return ClientView{processed, std::exchange(used, {}), far_scopes_frame};
}

// By what the client has been given, not by what it waits for: that may fail.
std::optional<std::int64_t> Inspector::Impl::frame_meant(const Request& request) const {
  return request.reference ? scopes.frame_meant(*request.reference) : std::nullopt;
}

void Inspector::Impl::send_joined(std::vector<Joined> joined, InspectorOutput& out) {
  std::ranges::sort(joined, {}, [](const Joined& one) { return one.read.order; });
  for (auto& [read, request] : joined) send(std::move(read), std::move(request), out);
}

}  // namespace nearside::inspect
