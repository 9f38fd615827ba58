// What holds for every path and every list of rules, tried on random ones; the same ones each time.
#include "core/paths/path.hpp"
#include "core/paths/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace nearside::paths {
namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t end) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::size_t>(state_ % end);
  }
  template <typename List>
  const auto& of(const List& list) {
    return list[below(list.size())];
  }

 private:
  std::uint64_t state_;
};

struct Root {
  const char* text;
  char separator;
  bool is_windows;
};
constexpr std::array<Root, 5> kLocalRoots{{{"/home/me/app", '/', false},
                                           {"C:\\Work", '\\', true},
                                           {"\\\\nas\\code\\app", '\\', true},
                                           {"\\\\wsl.localhost\\Ubuntu\\home", '\\', true},
                                           {"D:\\", '\\', true}}};
constexpr std::array<Root, 6> kRemoteRoots{{{"/src", '/', false},
                                            {"E:\\Build\\x", '\\', true},
                                            {"\\\\host\\share", '\\', true},
                                            {"\\\\wsl$\\Debian\\", '\\', true},
                                            {"example.com/mod", '/', false},
                                            {"/", '/', false}}};
// No "." and "..": those are not kept. A backslash only between two that can write it.
const std::vector<std::string> kNames{"a",      "A",        "main.go", "Größe x", "...",  "a=b",
                                      "@v1.2",  "\xff\xfe", "%41",     "{}",      "~",    "a:b",
                                      "日本語", "-",        " ",       "'\"",     "\x01", "file:"};
const std::vector<std::string> kPosixNames{"a\\b", "\\", "x\\"};

std::string joined(std::string root, const std::vector<std::string>& names, char separator) {
  if (root.ends_with(separator) && !names.empty()) root.pop_back();
  for (const std::string& name : names) root += separator + name;
  return root;
}

TEST(EveryPathUnderARule, ComesBackAsItWasAndKeepsTheBytesOfItsTail) {
  Dice dice(0x9E3779B97F4A7C15);
  for (int round = 0; round < 20'000; ++round) {
    const Root& local = dice.of(kLocalRoots);
    const Root& remote = dice.of(kRemoteRoots);
    const bool both_posix = !local.is_windows && remote.text[0] == '/';
    std::vector<std::string> tail(1 + dice.below(6));
    for (std::string& name : tail)
      name = both_posix && dice.below(4) == 0 ? dice.of(kPosixNames) : dice.of(kNames);
    const SideTraits folds{.folds_case = dice.below(2) == 0, .case_exceptions = {}};
    const RuleSet rules({{local.text, remote.text, Origin::kUser, ""}}, folds, folds);
    const std::string here = joined(local.text, tail, local.separator);
    const std::string there = joined(remote.text, tail, remote.separator);
    const auto out = rules.to_remote(here);
    ASSERT_TRUE(out) << here;
    ASSERT_EQ(out->path, there) << here;
    const auto back = rules.to_local(there);
    ASSERT_TRUE(back) << there;
    ASSERT_EQ(back->path, here) << there;
    ASSERT_EQ(rules.canonical(here), here);
  }
}

TEST(EverySpelling, HasTheKeyOfItsCanonicalOne) {
  Dice dice(42);
  const std::vector<std::string> pieces{"/",  "\\",   ".", "..", "a", "B",
                                        "c:", "wsl$", "Ä", "a",  "?", "//"};
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (std::size_t i = 1 + dice.below(9); i > 0; --i) text += dice.of(pieces);
    const SideTraits traits{.folds_case = dice.below(2) == 0,
                            .case_exceptions = {"/a", "C:\\B"},
                            .is_windows = dice.below(2) == 0};
    const RuleSet rules({}, traits, traits);
    const std::string canonical = rules.canonical(text);
    ASSERT_EQ(rules.canonical(canonical), canonical) << text;
    ASSERT_EQ(rules.local_key(text), rules.local_key(canonical)) << text;
  }
}

/// Folders of a small tree, so that rules overlap and paths fall under several.
std::string random_folder(Dice& dice, std::string root, char separator, std::size_t deepest) {
  std::vector<std::string> names(dice.below(deepest + 1));
  for (std::string& name : names) name = std::string(1, static_cast<char>('a' + dice.below(3)));
  return names.empty() ? root : joined(root, names, separator);
}

/// The answer by definition: of all rules whose folder holds the path the strongest origin, of
/// these the longest folder, of these the first.
std::optional<std::string> by_definition(const std::vector<Rule>& rules, const std::string& path) {
  const Rule* best = nullptr;
  const auto strength = [](const Rule& rule) {
    return std::pair(static_cast<int>(rule.origin), -static_cast<long>(rule.local.size()));
  };
  for (const Rule& rule : rules) {
    const bool holds =
        rule.local == "/" || path == rule.local || path.starts_with(rule.local + "/");
    if (holds && (best == nullptr || strength(rule) < strength(*best))) best = &rule;
  }
  if (best == nullptr) return std::nullopt;
  std::string tail = path.substr(best->local == "/" ? 0 : best->local.size());
  std::replace(tail.begin(), tail.end(), '/', '\\');
  if (tail == "\\") tail.clear();
  const std::string root = best->remote.ends_with('\\') && !tail.empty()
                               ? best->remote.substr(0, best->remote.size() - 1)
                               : best->remote;
  return root + tail;
}

std::vector<Rule> random_rules(Dice& dice, std::size_t count) {
  std::vector<Rule> rules;
  for (std::size_t i = 0; i < count; ++i)
    rules.push_back({random_folder(dice, "/", '/', 3), random_folder(dice, "C:\\", '\\', 3),
                     static_cast<Origin>(dice.below(4)), std::to_string(i)});
  return rules;
}

TEST(EveryListOfRules, AnswersAsTheDefinitionSays) {
  Dice dice(7);
  for (int round = 0; round < 2'000; ++round) {
    const auto list = random_rules(dice, dice.below(12));
    const RuleSet rules(list, {}, {});
    for (int i = 0; i < 20; ++i) {
      const std::string path = random_folder(dice, "/", '/', 5);
      const auto mapped = rules.to_remote(path);
      const auto expected = by_definition(list, path);
      ASSERT_EQ(mapped.has_value(), expected.has_value()) << path;
      if (mapped) {
        ASSERT_EQ(mapped->path, *expected) << path;
      }
    }
  }
}

TEST(TheOrderOfRules, MattersForTiesOnly) {
  Dice dice(11);
  for (int round = 0; round < 2'000; ++round) {
    // Without ties: no two rules of one origin have a folder in common.
    std::vector<Rule> list;
    std::set<std::pair<Origin, std::string>> seen;
    for (Rule& rule : random_rules(dice, 12))
      if (!seen.contains({rule.origin, rule.local}) && !seen.contains({rule.origin, rule.remote})) {
        seen.insert({rule.origin, rule.local});
        seen.insert({rule.origin, rule.remote});
        list.push_back(std::move(rule));
      }
    const RuleSet before(list, {}, {});
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[dice.below(i)]);
    const RuleSet after(list, {}, {});
    for (int i = 0; i < 20; ++i) {
      const auto same = [&](const std::optional<Mapped>& a, const std::optional<Mapped>& b) {
        return a.has_value() == b.has_value() &&
               (!a || (a->path == b->path &&
                       before.rules()[a->rule].source == after.rules()[b->rule].source));
      };
      const std::string here = random_folder(dice, "/", '/', 5);
      const std::string there = random_folder(dice, "C:\\", '\\', 5);
      ASSERT_TRUE(same(before.to_remote(here), after.to_remote(here))) << here;
      ASSERT_TRUE(same(before.to_local(there), after.to_local(there))) << there;
    }
  }
}

TEST(EveryWayThereAndBack, EndsWhereItBeganOrUnderARuleWithTheSayThere) {
  Dice dice(13);
  for (int round = 0; round < 2'000; ++round) {
    const RuleSet rules(random_rules(dice, 1 + dice.below(8)), {}, {});
    for (int i = 0; i < 20; ++i) {
      const std::string here = random_folder(dice, "/", '/', 5);
      const auto out = rules.to_remote(here);
      if (!out) continue;
      const auto back = rules.to_local(out->path);
      ASSERT_TRUE(back) << here;
      if (back->rule == out->rule) {
        ASSERT_EQ(back->path, here);
        continue;
      }
      const Rule& winner = rules.rules()[back->rule];
      const Rule& first = rules.rules()[out->rule];
      const auto depth = [](const Rule& rule) {
        return parse_path(rule.remote)->components.size();
      };
      ASSERT_LE(winner.origin, first.origin);
      if (winner.origin == first.origin) {
        ASSERT_GE(depth(winner), depth(first));
      }
    }
  }
}

}  // namespace
}  // namespace nearside::paths
