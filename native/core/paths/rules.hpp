// Mapping rules: pairs of a local and a remote folder, and the lookup in either direction. What
// always holds: paths are compared by components in a normal form (path.hpp), the longest match
// wins, ties go to the stronger origin and then to the earlier rule; the tail keeps its bytes but
// for separators. No file system is asked, so the answer is the same on every machine.
#pragma once

#include "core/fault.hpp"
#include "core/paths/host.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::paths {

/// Where a rule comes from; a smaller one is stronger. A stronger rule beats a longer weaker one.
enum class Origin {
  kUser,     ///< `--map`, settings.
  kLaunch,   ///< substitutePath, sourceMap, pathMappings of launch or attach arguments.
  kPreset,   ///< From what the target is.
  kLearned,  ///< Inferred from files that match.
};
/// "user", "launch", "preset", "learned": for lists and JSON.
std::string_view to_string(Origin origin) noexcept;

struct Rule {
  std::string local;   ///< Absolute folder (or file), as its side writes it. Remote may be a Go
  std::string remote;  ///< import path prefix ("example.com/mod") where -trimpath was used.
  Origin origin = Origin::kUser;
  std::string source;  ///< For people: "--map", "WSL drive C", "learned from main.go".
  bool operator==(const Rule&) const = default;
};

/// How a side compares names. Drive letters, `\\server\share` and the distribution of a WSL path
/// fold always; the rest folds as its file system does.
struct SideTraits {
  bool folds_case = false;
  std::vector<std::string> case_exceptions;  ///< Folders that do the opposite.
  /// `//server/share` is a UNC path here. A side with a rule for a drive or a share is taken for
  /// one anyway: there is no other way to see it of a client on another machine.
  bool is_windows = false;
};
SideTraits traits_of(const HostFacts& facts);

/// A rule that was not taken, and why: the sentence names the rule.
struct RefusedRule {
  Rule rule;
  Fault fault;
};

struct Mapped {
  std::string path;
  std::size_t rule = 0;  ///< Index into rules().
};

class RuleSet {
 public:
  RuleSet();
  /// Takes the rules that can be; says what became of the others, and what is doubtful (two locals
  /// for one remote, a rule that is hidden by another) as warnings for a person.
  RuleSet(std::vector<Rule> rules, SideTraits local, SideTraits remote);

  /// Nothing: no rule matches, or the path is not one (relative, NUL, too long).
  std::optional<Mapped> to_remote(std::string_view local) const;
  std::optional<Mapped> to_local(std::string_view remote) const;
  /// By every rule that matches, the winner first: for who asks whether the answer is there.
  std::vector<Mapped> all_to_remote(std::string_view local) const;
  std::vector<Mapped> all_to_local(std::string_view remote) const;

  /// The normal form under which two spellings of one file on a side are equal; of what is no
  /// absolute path: its own bytes. Never shown to anybody.
  std::string local_key(std::string_view path) const;
  std::string remote_key(std::string_view path) const;
  /// One spelling a file, as adapters get it: separators of the style, no ".", "..", "//", drive
  /// letter in upper case; all other bytes as they are.
  std::string canonical(std::string_view path) const;

  std::span<const Rule> rules() const;
  const std::vector<RefusedRule>& refused() const;
  const std::vector<std::string>& warnings() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;  ///< Immutable: copies are cheap.
};

/// Whether a rule alone makes sense; the fault (kConfigurationInvalid) names the rule and the
/// reason.
Result<void> check_rule(const Rule& rule);

/// `LOCAL=REMOTE` as users write it on a command line. The first `=` that leaves two absolute sides
/// splits it; a fault says what is wrong.
Result<Rule> parse_rule(std::string_view text);

}  // namespace nearside::paths
