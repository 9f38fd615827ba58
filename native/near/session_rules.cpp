// Writes for one session, reads those of all.
#include "near/session_rules.hpp"

#include "io/faults.hpp"
#include "io/files.hpp"
#include "near/limits.hpp"

#include <nlohmann/json.hpp>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace nearside::near_end {
namespace {

using Json = nlohmann::json;
using paths::Origin;
using paths::Rule;
using paths::SideTraits;

constexpr std::size_t kIdDigits = 16;

bool is_id(std::string_view text) {
  return text.size() == kIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Json to_json(const SideTraits& traits) {
  return {{"foldsCase", traits.folds_case},
          {"caseExceptions", traits.case_exceptions},
          {"isWindows", traits.is_windows}};
}

SideTraits traits_of(const Json& side) {
  return {side.at("foldsCase").get<bool>(),
          side.at("caseExceptions").get<std::vector<std::string>>(),
          side.at("isWindows").get<bool>()};
}

Rule rule_of(const Json& entry) {
  Rule rule{entry.at("local").get<std::string>(), entry.at("remote").get<std::string>(),
            Origin::kLearned, entry.at("source").get<std::string>()};
  const auto origin = entry.at("origin").get<std::string>();
  for (const auto one : {Origin::kUser, Origin::kLaunch, Origin::kPreset})
    if (origin == paths::to_string(one)) rule.origin = one;
  return rule;
}

/// Nothing: written by nobody of us.
std::optional<SessionRules> rules_of(const std::string& text) {
  try {
    const auto document = Json::parse(text);
    SessionRules rules;
    rules.session = document.at("session").get<std::string>();
    rules.target = document.at("target").get<std::string>();
    rules.adapter = document.at("adapter").get<std::string>();
    rules.workspace = document.at("workspace").get<std::string>();
    rules.pid = document.at("pid").get<pid_t>();
    for (const auto& rule : document.at("rules")) rules.rules.push_back(rule_of(rule));
    rules.local = traits_of(document.at("local"));
    rules.remote = traits_of(document.at("remote"));
    return rules;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

bool is_alive(pid_t pid) {
  return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

}  // namespace

Json to_json(const Rule& rule) {
  return {{"local", rule.local},
          {"remote", rule.remote},
          {"origin", paths::to_string(rule.origin)},
          {"source", rule.source}};
}

SessionRulesFile::SessionRulesFile(std::filesystem::path state) : state_(std::move(state)) {}

SessionRulesFile::~SessionRulesFile() {
  std::error_code ignored;
  if (!file_.empty()) std::filesystem::remove(file_, ignored);
}

Result<void> SessionRulesFile::write(const SessionRules& rules) {
  if (!is_id(rules.session))
    return io::make_fault(Errc::kMessageInvalid, Condition::kPeerViolation,
                          "The far end calls the session by what is no session's id.");
  const auto folder = state_ / "sessions";
  for (const auto& one : {state_, folder})
    if (auto made = io::ensure_private_folder(one); !made) return made;
  if (file_.empty()) (void)list_session_rules(state_);  // takes away what killed ones left
  auto list = Json::array();
  for (const auto& rule : rules.rules) list.push_back(to_json(rule));
  const Json document{{"session", rules.session},
                      {"target", rules.target},
                      {"adapter", rules.adapter},
                      {"workspace", rules.workspace},
                      {"pid", rules.pid},
                      {"rules", std::move(list)},
                      {"local", to_json(rules.local)},
                      {"remote", to_json(rules.remote)}};
  file_ = folder / (rules.session + ".json");
  return io::replace_private_file(file_,
                                  document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::vector<SessionRules> list_session_rules(const std::filesystem::path& state) {
  std::vector<SessionRules> all;
  std::error_code error;
  for (std::filesystem::directory_iterator file(state / "sessions", error), end;
       !error && file != end; file.increment(error)) {
    if (!is_id(file->path().stem().string()) || file->path().extension() != ".json") continue;
    const auto text = io::read_private_file(file->path(), kMaxSessionRulesBytes);
    auto rules = text ? rules_of(*text) : std::nullopt;
    if (rules && is_alive(rules->pid)) {
      all.push_back(*std::move(rules));
    } else if (text) {
      std::error_code ignored;
      std::filesystem::remove(file->path(), ignored);
    }
  }
  std::ranges::sort(all, {}, &SessionRules::session);
  return all;
}

}  // namespace nearside::near_end
