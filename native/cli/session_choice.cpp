// Picks by prefix, and lists what could have been meant.
#include "cli/session_choice.hpp"

#include "cli/arguments.hpp"
#include "cli/output.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace nearside::cli {
namespace {

using near_end::SessionRules;

std::string list_of(const std::vector<SessionRules>& sessions) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& one : sessions)
    rows.push_back({"  " + one.session, one.adapter, one.target, one.workspace});
  auto text = table(rows);
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Result<SessionRules> choose_session(const std::filesystem::path& state,
                                    const std::optional<std::string>& id) {
  auto all = near_end::list_session_rules(state);
  if (all.empty())
    return usage_fault(
        "No session runs here now. One begins when a client debugs through 'nearside connect' or "
        "the addon, with the same state folder.");
  auto meant = all;
  if (id) std::erase_if(meant, [&](const auto& one) { return !one.session.starts_with(*id); });
  if (meant.size() == 1) return std::move(meant.front());
  if (meant.empty())
    return usage_fault("No session's id begins with '" + *id + "'. These run here:\n" +
                       list_of(all));
  return usage_fault((id ? "Several sessions' ids begin with '" + *id + "'"
                         : std::string("Several sessions run")) +
                     ". Name one by --session:\n" + list_of(meant));
}

}  // namespace nearside::cli
