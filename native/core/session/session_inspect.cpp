// What a session does so that the near end can answer from memory: it lets the prefetcher hear
// everything, stamps what may be kept, and asks and pushes what the client is about to ask for.
#include "core/json_members.hpp"
#include "core/session/limits.hpp"
#include "core/session/payload.hpp"
#include "core/session/session.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace nearside::session {

using nlohmann::json;

void Session::set_time(std::chrono::microseconds now) {
  precise_now_ = now;
  now_ = std::chrono::duration_cast<milliseconds>(now);
  for (auto& [id, client] : clients_) client.prefetcher.set_time(now_);
}

// They are numbered as they are sent, without a gap.
void Session::handle_handed(std::chrono::microseconds now) {
  const auto found = in_flight_.find(next_handed_++);
  if (found != in_flight_.end()) found->second.handed = now;
}

void Session::handle_client_view(ClientId id, const inspect::ClientView& view) {
  auto* const client = find(id);
  if (client == nullptr) return;
  client->prefetcher.handle_view(view);
}

void Session::handle_line_read(const ReadLine& wanted, std::string_view line) {
  if (auto* const client = find(wanted.client)) client->prefetcher.handle_line(wanted.frame, line);
}

/// False: the request is not to be handed on, since its answer is on its way.
bool Session::forward_read(ClientId client, const dap::Message& message, inspect::Request request,
                           Commands& commands) {
  const auto& envelope = message.envelope();
  auto& prefetcher = find(client)->prefetcher;
  const auto verdict = prefetcher.handle_request(std::move(request), envelope.name);
  if (verdict.is_pushed) return false;
  if (verdict.joins) {
    auto& joined = in_flight_.at(*verdict.joins);
    joined.is_waited_for = true;
    joined.client_seq = envelope.seq;
    joined.came = precise_now_;
    return false;
  }
  if (verdict.scopes_of) ask_scopes(client, *verdict.scopes_of, commands);
  prefetcher.handed(next_adapter_seq_);
  return true;
}

std::vector<SessionCommand> Session::prefetch(ClientId id) {
  Commands commands;
  auto* const client = find(id);
  const bool is_over = phase_ == Phase::kDisconnecting || phase_ == Phase::kEnded;
  if (client == nullptr || is_over || in_flight_.size() >= kMaxWaitingRequests) return commands;
  // The others' requests go first, too.
  const bool others_wait = std::ranges::any_of(clients_, [&](const auto& one) {
    return one.first != id && one.second.prefetcher.is_waiting();
  });
  if (others_wait) return commands;
  const auto question = client->prefetcher.next_question();
  if (!question) return commands;
  if (question->scopes_of) ask_scopes(id, *question->scopes_of, commands);
  if (question->command == "scopes") {
    const auto& frame = member_of(question->arguments, "frameId");
    if (frame.is_number_integer()) note_scopes_for_others(id, frame.get<std::int64_t>());
  }
  client->prefetcher.handed(next_adapter_seq_);
  in_flight_.emplace(next_adapter_seq_,
                     InFlight{.asker = id, .command = question->command, .is_prefetch = true});
  send_to_adapter(dap::make_request(question->command, question->arguments), commands);
  return commands;
}

/// Once more, for what it makes of the adapter; nobody wants the answer.
void Session::ask_scopes(ClientId client, std::int64_t frame, Commands& commands) {
  note_scopes_for_others(client, frame);
  in_flight_.emplace(next_adapter_seq_, InFlight{.command = "scopes"});
  send_to_adapter(dap::make_request("scopes", json{{"frameId", frame}}), commands);
}

/// A stateful adapter's references of scopes mean this frame from now on, whoever names them.
void Session::note_scopes_for_others(ClientId asker, std::optional<std::int64_t> frame) {
  for (auto& [id, client] : clients_)
    if (id != asker)
      client.prefetcher.handle_others_request(inspect::RequestKind::kRead, "scopes", frame);
}

/// Where the program stands, by the first frame of its stack; only what has a file over there.
void Session::read_line(ClientId client, const dap::Message& stack, Commands& commands) {
  auto* const prefetcher = prefetcher_of(client);
  if (prefetcher == nullptr || !prefetcher->wishes_for_line()) return;
  const auto body = read_payload(stack);
  const auto& frames = member_of(body, "stackFrames");
  if (!frames.is_array() || frames.empty()) return;
  const auto& frame = frames.front();
  const auto& source = member_of(frame, "source");
  const auto& id = member_of(frame, "id");
  auto path = text_of(source, "path");
  const auto line = count_of(frame, "line");
  if (!id.is_number_integer() || !prefetcher->take_wish_for_line(id.get<std::int64_t>())) return;
  if (path.empty() || line == 0 || count_of(source, "sourceReference") != 0) return;
  commands.emplace_back(ReadLine{client, std::move(path), line, id.get<std::int64_t>()});
}

// What joined a question that was under way has waited for the adapter only.
inspect::Spent Session::spent_on(const InFlight& in_flight) const {
  const auto handed = in_flight.handed.count() == 0 ? precise_now_ : in_flight.handed;
  const auto since = std::max(handed, in_flight.came);
  const auto count = [](std::chrono::microseconds time) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(time.count(), 0, kMost));
  };
  return {count(since - in_flight.came), count(precise_now_ - since)};
}

void Session::send_answer(const InFlight& in_flight, dap::Message message,
                          const std::optional<inspect::Stamp>& stamp, Commands& commands) {
  auto* const client = find(in_flight.asker);
  if (client == nullptr) return;
  look_at_sources(in_flight.asker, message, commands);
  if (client->role == Role::kObserver) client->values.handle_message(message);
  message.set_request_seq(in_flight.client_seq);
  auto bytes = std::move(message).take_bytes();
  std::optional<inspect::Spent> spent;
  if (client->tells_times && in_flight.is_waited_for) spent = spent_on(in_flight);
  const bool is_stamped = stamp && client->is_inspecting;
  if (is_stamped)
    inspect::append_stamp(bytes, *stamp, spent);
  else if (spent)
    inspect::append_spent(bytes, *spent);
  const bool is_push = is_stamped && stamp->push;
  commands.emplace_back(SendToClient{in_flight.asker, std::move(bytes), is_push});
}

bool Session::is_prefetching() const {
  return std::ranges::any_of(in_flight_, [](const auto& one) { return one.second.is_prefetch; });
}

}  // namespace nearside::session
