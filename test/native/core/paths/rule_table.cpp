#include "rule_table.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <sstream>
#include <stdexcept>

namespace nearside::paths {
namespace {

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == text.npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

std::pair<std::string, std::string> split(const std::string& text, std::string_view between) {
  const auto at = text.find(between);
  if (at == text.npos) throw std::invalid_argument("no columns: " + text);
  return {trimmed(text.substr(0, at)), trimmed(text.substr(at + between.size()))};
}

Origin origin_from(const std::string& word) {
  for (const Origin one : {Origin::kUser, Origin::kLaunch, Origin::kPreset, Origin::kLearned})
    if (to_string(one) == word) return one;
  throw std::invalid_argument("no origin: " + word);
}

Rule read_rule(std::string text) {
  Rule rule;
  if (const auto bracket = text.rfind(" ["); text.ends_with(']') && bracket != text.npos) {
    rule.origin = origin_from(text.substr(bracket + 2, text.size() - bracket - 3));
    text.resize(bracket);
  }
  std::tie(rule.local, rule.remote) = split(text, " = ");
  return rule;
}

bool read_traits(const std::string& text, Group& group) {
  const bool is_local = text.starts_with("local ");
  if (!is_local && !text.starts_with("remote ")) return false;
  SideTraits& side = is_local ? group.local : group.remote;
  std::istringstream words(text.substr(text.find(' ')));
  for (std::string word; words >> word;) {
    if (word == "folds")
      side.folds_case = true;
    else if (word == "windows")
      side.is_windows = true;
    else if (word == "not" && words >> word)
      side.case_exceptions.push_back(word);
    else
      throw std::invalid_argument("no trait: " + word);
  }
  return true;
}

void read_line(const std::string& text, std::size_t number, Group& group) {
  const auto mark = text.substr(0, text.find(' '));
  if (mark == "==") {
    group.name = trimmed(text.substr(2));
    return;
  }
  if (mark != ">" && mark != "<" && mark != "<>" && mark != "=") {
    if (!read_traits(text, group)) group.rules.push_back(read_rule(text));
    return;
  }
  auto [left, right] = split(trimmed(text.substr(mark.size())), "  ");
  if (mark == "=") group.lines.push_back({Line::Way::kCanonical, left, right, number});
  if (mark == "<>") group.lines.push_back({Line::Way::kToLocal, right, left, number});
  if (mark == ">" || mark == "<>")
    group.lines.push_back({Line::Way::kToRemote, left, right, number});
  if (mark == "<") group.lines.push_back({Line::Way::kToLocal, left, right, number});
}

}  // namespace

void PrintTo(const Group& group, std::ostream* out) {
  *out << group.name;
}

std::vector<Group> read_table(std::string_view table) {
  std::vector<Group> groups;
  std::istringstream lines{std::string(table)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto text = trimmed(line);
    if (text.empty()) continue;
    if (text.starts_with("==")) groups.emplace_back();
    if (groups.empty()) throw std::invalid_argument("a table begins with a group: " + text);
    read_line(text, number, groups.back());
  }
  return groups;
}

void expect_holds(const Group& group) {
  const RuleSet rules(group.rules, group.local, group.remote);
  for (const RefusedRule& one : rules.refused()) ADD_FAILURE() << one.fault.message;
  EXPECT_FALSE(group.lines.empty()) << group.name;
  for (const Line& line : group.lines) {
    std::string got = "-";
    if (line.way == Line::Way::kCanonical) {
      got = rules.canonical(line.given);
    } else {
      const bool outward = line.way == Line::Way::kToRemote;
      const auto mapped = outward ? rules.to_remote(line.given) : rules.to_local(line.given);
      const auto all = outward ? rules.all_to_remote(line.given) : rules.all_to_local(line.given);
      if (mapped) got = mapped->path;
      EXPECT_EQ(all.empty() ? "-" : all.front().path, got) << "the first of all, " << line.given;
    }
    EXPECT_EQ(got, line.expected) << "line " << line.number << " of the table, '" << group.name
                                  << "': " << line.given;
  }
}

std::size_t count_lines(const std::vector<Group>& groups) {
  std::size_t count = 0;
  for (const Group& group : groups) count += group.lines.size();
  return count;
}

}  // namespace nearside::paths
