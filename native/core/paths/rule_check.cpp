// A rule alone: where it comes from, whether it can be one, and how people write it.
#include "core/paths/path.hpp"
#include "core/paths/rules.hpp"
#include "core/paths/shown.hpp"

#include <algorithm>

namespace nearside::paths {
namespace {

std::string full_name_of(const Rule& rule) {
  const std::string origin(rule.source.empty() ? to_string(rule.origin) : rule.source);
  return "The mapping rule " + shown(rule.local) + " = " + shown(rule.remote) + " (" + origin + ")";
}

Fault refusal(const Rule& rule, std::string_view side, const std::string& why) {
  return {Errc::kConfigurationInvalid, Condition::kMisconfigured,
          full_name_of(rule) + " is not used: its " + std::string(side) + " side " + why + "."};
}

/// A prefix that Go's -trimpath could have written. Anything else relative is a mistake.
bool is_import_prefix(std::string_view text) {
  constexpr std::string_view kMarks = "/-._~+@!";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != kMarks.npos;
  });
}

/// Empty: nothing is wrong with it.
std::string what_is_wrong(std::string_view text, bool may_be_import) {
  const auto path = parse_path(text);
  if (!path || text.find("${") != text.npos) return why_no_path(text);
  if (path->left_root) return "leaves its root with '..'";
  if (path->style == Style::kImport && !(may_be_import && is_import_prefix(text)))
    return why_no_path(text);
  return {};
}

}  // namespace

std::string_view to_string(Origin origin) noexcept {
  switch (origin) {
    case Origin::kUser:
      return "user";
    case Origin::kLaunch:
      return "launch";
    case Origin::kPreset:
      return "preset";
    case Origin::kLearned:
      return "learned";
  }
  return "";
}

SideTraits traits_of(const HostFacts& facts) {
  return {.folds_case = facts.folds_case,
          .case_exceptions = facts.case_exceptions,
          .is_windows = facts.os == "windows"};
}

Result<void> check_rule(const Rule& rule) {
  if (const auto wrong = what_is_wrong(rule.local, false); !wrong.empty())
    return refusal(rule, "local", wrong);
  if (const auto wrong = what_is_wrong(rule.remote, true); !wrong.empty())
    return refusal(rule, "remote", wrong);
  return {};
}

Result<Rule> parse_rule(std::string_view text) {
  // A name may hold '=', so each is tried. Two absolute sides are meant rather than an import path.
  std::optional<Rule> first, with_import;
  for (std::size_t at = text.find('='); at != text.npos; at = text.find('=', at + 1)) {
    Rule rule{std::string(text.substr(0, at)), std::string(text.substr(at + 1)), Origin::kUser, {}};
    const bool is_right = check_rule(rule).has_value();
    if (is_right && parse_path(rule.remote)->style != Style::kImport) return rule;
    if (is_right && !with_import) with_import = rule;
    if (!first) first = std::move(rule);
  }
  if (with_import) return *with_import;
  if (first) return check_rule(*first).error();
  return Fault{Errc::kConfigurationInvalid, Condition::kMisconfigured,
               "The mapping rule " + shown(text) +
                   " has no '=': write LOCAL=REMOTE, for example /home/me/app=/src/app."};
}

}  // namespace nearside::paths
