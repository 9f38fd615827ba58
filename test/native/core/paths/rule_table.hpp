// Tables of mappings as people read them:
//
//   == what this group promises
//      C:\Work\app = /src/app            a rule; `[launch]` behind it: its origin
//      local folds | remote folds | local windows | local folds not /mnt/c
//   >  C:\Work\app\x.go   /src/app/x.go  to the far end; `-`: no rule maps it
//   <  /src/app/x.go   C:\Work\app\x.go  back
//   <> C:\Work\app\x.go  /src/app/x.go   both
//   =  C:/Work//x.go   C:\Work\x.go      the canonical spelling
//
// Columns are two blanks or more apart.
#pragma once

#include "core/paths/rules.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

struct Line {
  enum class Way { kToRemote, kToLocal, kCanonical };
  Way way;
  std::string given, expected;
  std::size_t number;  ///< Of the line in its table.
};

struct Group {
  std::string name;
  std::vector<Rule> rules;
  SideTraits local, remote;
  std::vector<Line> lines;
};
void PrintTo(const Group& group, std::ostream* out);

/// Throws std::invalid_argument for a line that is none.
std::vector<Group> read_table(std::string_view text);
/// Fails for each line that is not so.
void expect_holds(const Group& group);
std::size_t count_lines(const std::vector<Group>& groups);

}  // namespace nearside::paths
