// The file of pending ends.
#include "near/pending_ends.hpp"

#include "core/json_members.hpp"
#include "core/session/linger.hpp"
#include "io/files.hpp"
#include "io/unix_time.hpp"
#include "near/limits.hpp"

#include <nlohmann/json.hpp>

namespace nearside::near_end {
namespace {

using nlohmann::json;

constexpr const char* kFile = "pending-ends.json";

bool is_entry(const json& entry) {
  const auto is_text = [&](const char* name) {
    return entry.contains(name) && entry[name].is_string();
  };
  return entry.is_object() && is_text("target") && is_text("session") && entry.contains("since") &&
         entry["since"].is_number_integer() &&
         entry["since"].get<std::int64_t>() + session::kLongestLinger.count() > io::unix_seconds();
}

PendingEnd end_of(const json& entry) {
  PendingEnd end{entry["target"].get<std::string>(), entry["session"].get<std::string>(), {}};
  const auto terminate = entry.find("terminate");
  if (terminate != entry.end() && terminate->is_boolean()) end.terminate = terminate->get<bool>();
  end.suspend = is_true(entry, "suspend");
  return end;
}

json load(const std::filesystem::path& state) {
  auto entries = json::array();
  const auto text = io::read_private_file(state / kFile, kMaxPendingEndsBytes);
  if (!text) return entries;
  const auto read = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!read.is_array()) return entries;
  for (const auto& entry : read)
    if (is_entry(entry)) entries.push_back(entry);
  return entries;
}

template <typename Change>
Result<void> change(const std::filesystem::path& state, Change change) {
  if (auto made = io::ensure_private_folder(state); !made) return made;
  const auto lock = io::FolderLock::take(state);
  if (!lock) return lock.error();
  auto entries = load(state);
  change(entries);
  return io::write_private_file(state / kFile, entries.dump());
}

void take_out(json& entries, const PendingEnd& end) {
  std::erase_if(entries.get_ref<json::array_t&>(), [&](const json& entry) {
    return entry["session"] == json(end.session) && entry["target"] == json(end.target);
  });
}

}  // namespace

Result<void> note_pending_end(const std::filesystem::path& state, const PendingEnd& end) {
  return change(state, [&](json& entries) {
    take_out(entries, end);
    // The oldest is the one that its agent has most likely ended by itself.
    if (entries.size() >= kMaxPendingEnds) entries.erase(entries.begin());
    json entry{{"target", end.target}, {"session", end.session}, {"since", io::unix_seconds()}};
    if (end.terminate) entry["terminate"] = *end.terminate;
    if (end.suspend) entry["suspend"] = true;
    entries.push_back(std::move(entry));
  });
}

std::vector<PendingEnd> pending_ends(const std::filesystem::path& state,
                                     const std::string& target) {
  std::vector<PendingEnd> ends;
  for (const auto& entry : load(state))
    if (entry["target"] == json(target)) ends.push_back(end_of(entry));
  return ends;
}

Result<void> forget_pending_end(const std::filesystem::path& state, const PendingEnd& end) {
  return change(state, [&](json& entries) { take_out(entries, end); });
}

}  // namespace nearside::near_end
