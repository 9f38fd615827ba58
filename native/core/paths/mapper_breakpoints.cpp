// Breakpoints: remembered as the client wants them, and sent again where a rule that was learned
// names another file. What always holds: our own requests have negative numbers, and the client
// sees of their answers only `breakpoint` events for what has changed.
#include "core/dap/build.hpp"
#include "core/paths/limits.hpp"
#include "core/paths/mapper_impl.hpp"
#include "core/paths/token.hpp"
#include "core/session/wire.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nearside::paths {
namespace {

using dap::Message;
using dap::MessageType;
using nlohmann::json;

std::vector<KnownBreakpoint> read_breakpoints(const Message& message,
                                              const dap::FoundFields& fields) {
  std::vector<KnownBreakpoint> breakpoints;
  for (const auto& found : fields.breakpoints) {
    KnownBreakpoint known;
    if (found.id) known.id = read_integer(cut(message, *found.id));
    known.json = cut(message, found.object);
    breakpoints.push_back(std::move(known));
  }
  return breakpoints;
}

}  // namespace

void Mapper::Impl::set_breakpoints(Message& message, MapperOutput& out) {
  Wish wish;
  wish.arguments = message.payload();
  wish.request = message.envelope().seq;
  const auto named = rewrite_for_adapter(message);
  if (named.client.empty()) return;
  wish.path = named.client;
  wish.far_path = named.remote;
  wish.far_key = resolver.rules().remote_key(named.remote);
  const auto key = resolver.rules().local_key(wish.path);
  const auto far_key = wish.far_key;
  const auto before = wishes.take(key, std::move(wish));
  if (before && before->far_key != far_key)
    clear_breakpoints(before->far_path, before->far_key, out);
}

void Mapper::Impl::take_breakpoints(const Message& message, MapperOutput& out) {
  const auto& envelope = message.envelope();
  if (envelope.type == MessageType::kEvent) {
    for (const auto& known : read_breakpoints(message, dap::find_fields(message)))
      wishes.note(known);
    return;
  }
  auto* const wish = wishes.take_answer(envelope.request_seq);
  if (!wish) return;
  wish->breakpoints = read_breakpoints(message, dap::find_fields(message));
  send_again(*wish, out);
}

void Mapper::Impl::take_own_answer(Message message, MapperOutput& out) {
  const auto& envelope = message.envelope();
  auto* const wish = wishes.take_answer(envelope.request_seq);
  if (!wish || !envelope.success || envelope.name != "setBreakpoints") return;
  rewrite_for_client(message);
  auto breakpoints = read_breakpoints(message, dap::find_fields(message));
  for (const auto& now : breakpoints) {
    if (!now.id) continue;
    const auto before =
        std::find_if(wish->breakpoints.begin(), wish->breakpoints.end(),
                     [&](const KnownBreakpoint& known) { return known.id == now.id; });
    // One that the client has not heard of is not ours to announce.
    if (before == wish->breakpoints.end() || before->json == now.json) continue;
    auto event = Message::parse(
        R"({"seq":0,"type":"event","event":"breakpoint","body":{"reason":"changed","breakpoint":)" +
        now.json + "}}");
    if (event) out.to_client.push_back(*std::move(event));
    before->json = now.json;
  }
  send_again(*wish, out);
}

void Mapper::Impl::send_again(Wish& wish, MapperOutput& out) {
  // One that still waits for its answer is looked at when that comes: only then are the ids that
  // the client has known.
  if (!wish.is_answered) return;
  const auto& rules = resolver.rules();
  if (rules.remote_key(resolver.to_remote(wish.path)) == wish.far_key) return;
  const auto seq = next_own_seq--;
  auto request = Message::parse(R"({"seq":)" + std::to_string(seq) +
                                R"(,"type":"request","command":"setBreakpoints","arguments":)" +
                                wish.arguments + "}");
  if (!request) return;
  const auto named = rewrite_for_adapter(*request);
  if (named.remote.empty()) return;
  auto ids = json::array();
  for (const auto& known : wish.breakpoints) ids.push_back(known.id ? json(*known.id) : json());
  if (!ids.empty())
    request->set_payload_member(session::kOwnMember, json{{"ids", std::move(ids)}}.dump());
  const auto old = std::exchange(wish.far_path, named.remote);
  const auto old_key = std::exchange(wish.far_key, rules.remote_key(named.remote));
  wishes.ask_again(wish, seq);
  clear_breakpoints(old, old_key, out);
  out.to_adapter.push_back(*std::move(request));
}

// The adapter would keep those of the path that was wrong.
void Mapper::Impl::clear_breakpoints(const std::string& far_path, const std::string& far_key,
                                     MapperOutput& out) {
  for (const auto& [file, wish] : wishes.all())
    if (wish.far_key == far_key) return;
  auto request = Message::parse(dap::make_request(
      "setBreakpoints", json{{"source", {{"path", far_path}}}, {"breakpoints", json::array()}}));
  if (!request) return;
  request->set_seq(next_own_seq--);
  out.to_adapter.push_back(*std::move(request));
}

void Mapper::Impl::settle(MapperOutput& out) {
  for (auto& notice : resolver.take_notices()) out.notices.push_back(std::move(notice));
  if (resolver.take_rules_changed()) out.rules_changed = true;
  if (settled_version == resolver.version()) return;
  settled_version = resolver.version();
  for (auto& [key, wish] : wishes.all()) send_again(wish, out);
}

}  // namespace nearside::paths
