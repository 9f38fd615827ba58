// What a session says of itself when its near end is asked: `nearside status --json` shows it as it
// is.
#include "near/client_session_impl.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace nearside::near_end {
namespace {

using nlohmann::json;

json to_json(const inspect::InspectorCounters& counters) {
  return {{"pushes", counters.pushes},
          {"pushedBytes", counters.pushed_bytes},
          {"pushesUsed", counters.pushes_used},
          {"keptBytes", counters.kept_bytes},
          {"evictions", counters.evictions}};
}

/// Microseconds; TLS without the system calls within it.
json to_json(const io::LinkCosts& costs) {
  const auto microseconds = [](std::chrono::nanoseconds time) {
    return std::max<std::int64_t>(std::chrono::duration_cast<inspect::Microseconds>(time).count(),
                                  0);
  };
  const auto& [calls, tls] = costs.stream;
  return {{"framing", microseconds(costs.framing.time)},
          {"tls", microseconds(tls.time - calls.time)},
          {"systemCalls", {{"count", calls.count}, {"time", microseconds(calls.time)}}}};
}

}  // namespace

json ClientSession::Impl::report() const {
  json report{{"id", session_id},
              {"adapter", adapter.empty() ? options.adapter : adapter},
              {"client", options.client},
              {"target", to_string(options.target)},
              {"since", since},
              {"link",
               {{"state", to_string(last_link_state.kind)},
                {"detail", last_link_state.detail},
                {"security", last_link_state.security}}},
              {"messages",
               {{"toAdapter", counters.messages_to_adapter},
                {"bytesToAdapter", counters.bytes_to_adapter},
                {"toClient", counters.messages_to_client},
                {"bytesToClient", counters.bytes_to_client}}},
              {"inspector", to_json(inspector_stage->counters())},
              {"commands", times->read([](const auto& table) { return inspect::to_json(table); })}};
  report["costs"]["nearEnd"] =
      times->read([](const auto& table) { return table.sum(inspect::Leg::kNearEnd); });
  if (const auto spent = links.costs(options.target)) report["link"]["costs"] = to_json(*spent);
  if (const auto link = links.counters(options.target)) {
    report["link"]["roundTripMs"] = link->round_trip.count();
    report["link"]["bytesSent"] = link->wire_bytes_sent;
    report["link"]["bytesReceived"] = link->wire_bytes_received;
  }
  return report;
}

}  // namespace nearside::near_end
