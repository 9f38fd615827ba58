// Rules and paths of any bytes. The input is lines: `LOCAL=REMOTE` is a rule, any other line a
// path. Whatever the rules are, each is taken or refused by name, spellings of one file stay one
// file, and the only thing between there and back is a rule that has the say.
#include "core/paths/explanation.hpp"
#include "core/paths/limits.hpp"
#include "core/paths/path.hpp"
#include "core/paths/rules.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace nearside;
using namespace nearside::paths;

void require(bool condition) {
  if (!condition) std::abort();
}

/// A sentence for a person goes into JSON: always UTF-8, never endless.
void require_sentence(const std::string& text) {
  require(!text.empty() && text.size() < 4096);
  static_cast<void>(nlohmann::json(text).dump());  // throws for what is not UTF-8
}

using Map = std::optional<Mapped> (RuleSet::*)(std::string_view) const;
using MapAll = std::vector<Mapped> (RuleSet::*)(std::string_view) const;
using KeyOf = std::string (RuleSet::*)(std::string_view) const;

void expect_mapped(const RuleSet& rules, std::string_view path, Map there, MapAll all, Map back,
                   KeyOf key) {
  const auto mapped = (rules.*there)(path);
  const auto every = (rules.*all)(path);
  require(mapped.has_value() == !every.empty());
  if (!mapped) return;
  require(every.front().path == mapped->path && every.front().rule == mapped->rule);
  require(mapped->path.size() <= kMaxPathBytes && mapped->path.find('\0') == std::string::npos);
  for (const Mapped& one : every) require(one.rule < rules.rules().size());
  const auto returned = (rules.*back)(mapped->path);
  // Nothing comes back when that would be too long for a path.
  if (returned && returned->rule == mapped->rule)
    require((rules.*key)(returned->path) == (rules.*key)(path));
}

void expect_sound(const RuleSet& rules, std::string_view path) {
  const std::string canonical = rules.canonical(path);
  if (canonical.size() <= kMaxPathBytes) {
    require(rules.canonical(canonical) == canonical);
    require(rules.local_key(canonical) == rules.local_key(path));
  }
  expect_mapped(rules, path, &RuleSet::to_remote, &RuleSet::all_to_remote, &RuleSet::to_local,
                &RuleSet::local_key);
  expect_mapped(rules, path, &RuleSet::to_local, &RuleSet::all_to_local, &RuleSet::to_remote,
                &RuleSet::remote_key);
  const auto told = explain(rules, path, nullptr);
  for (const std::string& step : told.steps) require_sentence(step);
  static_cast<void>(to_json(told));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const unsigned flags = rest.empty() ? 0 : static_cast<unsigned char>(rest[0]);
  std::vector<Rule> rules;
  std::vector<std::string_view> paths;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto equals = line.find('=');
    if (equals == line.npos) {
      paths.push_back(line);
      continue;
    }
    const auto parsed = parse_rule(line);
    if (!parsed) require_sentence(parsed.error().message);
    rules.push_back({std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)),
                     static_cast<Origin>(rules.size() % 4), ""});
  }
  const SideTraits local{(flags & 1) != 0, {"/a", "C:\\a"}, (flags & 2) != 0};
  const SideTraits remote{(flags & 4) != 0, {"/mnt/c"}, (flags & 8) != 0};
  const std::size_t count = rules.size();
  const RuleSet set(std::move(rules), local, remote);
  require(set.rules().size() + set.refused().size() == count);
  for (const RefusedRule& one : set.refused()) require_sentence(one.fault.message);
  for (const std::string& warning : set.warnings()) require_sentence(warning);
  for (const std::string_view path : paths) expect_sound(set, path);
  for (const Rule& rule : set.rules()) {
    expect_sound(set, rule.local);
    expect_sound(set, rule.remote);
  }
  return 0;
}
