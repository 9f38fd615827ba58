// Learns rules from files that match: a far file that maps to no local one is looked for in the
// workspace by the longest common end of its path. What always holds: never from a file whose
// content differs; never from a name alone; ambiguity makes no rule and is said once a folder. The
// work of a call is bounded by a budget of digests.
#pragma once

#include "core/paths/host.hpp"
#include "core/paths/local_files.hpp"
#include "core/paths/path.hpp"
#include "core/paths/rules.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nearside::paths {

class Inference {
 public:
  /// `files` outlives it. `folders` lie outside of the workspace and belong to it all the same:
  /// modules that go.mod replaces or requires.
  Inference(LocalFiles& files, const std::string& workspace,
            const std::vector<std::string>& folders);
  void set_folders(const std::vector<std::string>& folders);

  struct Learned {
    Rule rule;
    std::string notice;  ///< For the user.
  };
  /// What `far` teaches. `folds_case`: this machine compares names so. Digests that are made are
  /// taken off `budget`; at 0 nothing is compared, and the caller asks again another time.
  std::optional<Learned> learn(const RemoteFile& far, bool folds_case, std::size_t& budget);
  /// Whether there is anything to compare it with: asked first, since it costs no look at the disk.
  bool has_candidates(const std::string& remote) const;
  /// The other way: `local` is a file that the client has opened, `far` are those of its name with
  /// the same content. Nothing if more than one fits as well.
  std::optional<Learned> learn_from_opened(const std::string& local,
                                           const std::vector<const RemoteFile*>& far,
                                           bool folds_case) const;
  /// Ambiguities that were met, a line each, since the last call.
  std::vector<std::string> take_notices();

 private:
  struct Candidate {
    std::string path;
    std::size_t common = 0;   ///< Components at the end that are the same.
    std::size_t cut = 0;      ///< Of these, those that the rule leaves off.
    bool is_outside = false;  ///< Of the workspace: a name is no evidence then.
  };
  std::optional<Candidate> compare(const std::string& local, const Path& remote,
                                   bool folds_case) const;
  void add_from_folders(const Path& remote, std::vector<Candidate>& candidates) const;
  std::vector<Candidate> find_candidates(const RemoteFile& far, bool folds_case) const;
  std::optional<Learned> by_content(const RemoteFile& far, std::vector<Candidate> candidates,
                                    std::size_t& budget);
  std::optional<Learned> by_name(const RemoteFile& far, const std::vector<Candidate>& candidates);
  void note_ambiguity(const RemoteFile& far, const std::vector<Candidate>& candidates);

  LocalFiles& files_;
  std::string workspace_;
  std::vector<std::string> folders_;
  /// Rules that one file alone speaks for, with that file's path.
  std::map<std::pair<std::string, std::string>, std::string> votes_;
  std::set<std::string> ambiguous_folders_;
  std::vector<std::string> notices_;
};

}  // namespace nearside::paths
