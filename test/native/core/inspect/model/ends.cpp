// The pieces in their order, as near/ and far/ put them together.
#include "ends.hpp"

#include "core/session/wire.hpp"

#include <utility>
#include <variant>

namespace nearside::inspect::model {
namespace {

constexpr session::ClientId kClient = 1;

dap::Message message_of(std::string bytes) {
  return dap::Message::parse(std::move(bytes)).value();
}

}  // namespace

EndsOptions EndsOptions::of(Random& random) {
  EndsOptions options;
  auto& inspect = options.inspect;
  const std::size_t bytes[] = {8'000, 2'000, 0};
  inspect.cache = !random.chance(16);
  if (random.chance(3)) inspect.cache_bytes = bytes[random.below(3)];
  inspect.wish.prefetch = inspect.cache && !random.chance(8);
  inspect.wish.pure_watches = random.chance(6);
  const std::uint32_t requests[] = {5, 1, 0};
  if (random.chance(4)) inspect.wish.limits.requests = requests[random.below(3)];
  if (random.chance(6)) inspect.wish.limits.bytes = 2'000;
  if (random.chance(6)) inspect.wish.limits.time = std::chrono::milliseconds(100);
  options.adapter = random.chance(2) ? session::AdapterKind::kOther : session::AdapterKind::kDelve;
  options.is_lazy = random.chance(3);
  return options;
}

Ends::Ends(const EndsOptions& options) : options_(options), inspector_(options.inspect) {
  pure_watches = options.inspect.wish.pure_watches;
  session_.set_adapter(options.adapter);
  session_.attach(kClient).value();
  if (options.inspect.cache) session_.set_inspection(kClient, options.inspect.wish);
}

void Ends::from_client(std::string bytes) {
  auto commands = front_.handle_client_message(message_of(std::move(bytes)));
  for (auto& one : commands.to_client) to_client.push_back(std::move(one));
  InspectorOutput out;
  for (auto& one : commands.to_adapter) inspector_.from_client(std::move(one), out);
  near(out);
}

void Ends::near(InspectorOutput& out) {
  for (auto& [view, message] : out.to_adapter) {
    if (view) to_far_.push_back({true, session::encode(*view)});
    to_far_.push_back({false, std::move(message).take_bytes()});
    ++forwarded_;
  }
  for (auto& message : out.to_client) {
    auto commands = front_.handle_adapter_message(std::move(message));
    for (auto& one : commands.to_client) to_client.push_back(std::move(one));
  }
}

void Ends::from_adapter(std::string bytes) {
  far(session_.handle_adapter_message(message_of(std::move(bytes))));
  after_far();
}

void Ends::far(std::vector<session::SessionCommand> commands) {
  for (auto& command : commands) {
    if (auto* const message = std::get_if<session::SendToAdapter>(&command)) {
      to_adapter.push_back(std::move(message->bytes));
    } else if (auto* const answer = std::get_if<session::SendToClient>(&command)) {
      to_near_.push_back(std::move(answer->bytes));
    }
  }
}

void Ends::after_far() {
  if (!options_.is_lazy) prefetch();
}

bool Ends::prefetch() {
  auto commands = session_.prefetch(kClient);
  const bool asks = !commands.empty();
  far(std::move(commands));
  return asks;
}

bool Ends::move(Random& random) {
  const auto first = random.below(3);
  for (std::size_t turn = 0; turn < 3; ++turn) {
    const auto which = (first + turn) % 3;
    if (which == 0 && move_to_far()) return true;
    if (which == 1 && move_to_near()) return true;
    if (which == 2 && prefetch()) return true;
  }
  return false;
}

bool Ends::move_to_far() {
  if (to_far_.empty()) return false;
  auto [is_view, bytes] = std::move(to_far_.front());
  to_far_.pop_front();
  if (is_view) {
    session_.handle_client_view(kClient, session::decode_client_view(bytes).value());
  } else {
    far(session_.handle_client_message(kClient, message_of(std::move(bytes))));
  }
  after_far();
  return true;
}

bool Ends::move_to_near() {
  if (to_near_.empty()) return false;
  InspectorOutput out;
  inspector_.from_adapter(message_of(std::move(to_near_.front())), out);
  to_near_.pop_front();
  near(out);
  return true;
}

void Ends::pass(std::chrono::milliseconds time) {
  now_ += time;
  session_.set_time(now_);
}

std::optional<std::string> Ends::trouble() const {
  const auto& counters = inspector_.counters();
  const auto bytes = options_.inspect.cache ? options_.inspect.cache_bytes : 0;
  if (counters.kept_bytes > bytes)
    return "it keeps " + std::to_string(counters.kept_bytes) + " of " + std::to_string(bytes) +
           " bytes";
  if (counters.pushes > 0 && !options_.inspect.wish.prefetch) return "pushes that nobody wanted";
  return std::nullopt;
}

}  // namespace nearside::inspect::model
