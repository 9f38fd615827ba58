// Reads, changes and writes the list under the state folder's lock.
#include "near/known_starts.hpp"

#include "core/json_members.hpp"
#include "io/files.hpp"
#include "near/limits.hpp"

#include <algorithm>
#include <utility>

namespace nearside::near_end {
namespace {

using nlohmann::json;

json read_list(const std::filesystem::path& file) {
  const auto text = io::read_private_file(file, kMaxKnownStartsBytes);
  if (!text) return json::array();
  const auto read = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const auto& list = member_of(read, "starts");
  return list.is_array() ? list : json::array();
}

KnownStart start_of(const json& entry) {
  KnownStart start;
  if (const auto& said = member_of(entry, "capabilities"); said.is_object())
    start.capabilities = said;
  start.host = paths::host_facts_from_json(member_of(entry, "host"));
  start.initialized_after = text_of(entry, "initializedAfter");
  start.round_trip = std::chrono::milliseconds(count_of(entry, "roundTripMs"));
  return start;
}

}  // namespace

KnownStarts::KnownStarts(std::filesystem::path state, std::string target, std::string adapter)
    : state_(std::move(state)), target_(std::move(target)), adapter_(std::move(adapter)) {}

std::optional<KnownStart> KnownStarts::find(const std::string& client) const {
  for (const auto& entry : read_list(state_ / "known-starts.json"))
    if (text_of(entry, "target") == target_ && text_of(entry, "adapter") == adapter_ &&
        text_of(entry, "client") == client)
      return start_of(entry);
  return std::nullopt;
}

Result<void> KnownStarts::keep(const std::string& client, const KnownStart& start) const {
  if (client.size() > kMaxKnownClientBytes) return {};
  if (auto made = io::ensure_private_folder(state_); !made) return made;
  const auto lock = io::FolderLock::take(state_);
  if (!lock) return lock.error();
  const auto file = state_ / "known-starts.json";
  auto list = json::array({{{"target", target_},
                            {"adapter", adapter_},
                            {"client", client},
                            {"capabilities", start.capabilities},
                            {"host", paths::to_json(start.host)},
                            {"initializedAfter", start.initialized_after},
                            {"roundTripMs", start.round_trip.count()}}});
  // The newest first.
  for (auto& entry : read_list(file)) {
    const bool is_ours = text_of(entry, "target") == target_ &&
                         text_of(entry, "adapter") == adapter_ &&
                         text_of(entry, "client") == client;
    if (!is_ours && list.size() < kMaxKnownStarts) list.push_back(std::move(entry));
  }
  const auto written = [&] {
    return json{{"version", 1}, {"starts", list}}.dump(1, ' ', false,
                                                       json::error_handler_t::replace) +
           "\n";
  };
  auto text = written();
  while (text.size() > kMaxKnownStartsBytes && !list.empty()) {
    list.erase(list.end() - 1);
    text = written();
  }
  return io::write_private_file(file, text);
}

}  // namespace nearside::near_end
