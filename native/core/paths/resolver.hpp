// Decides what one path becomes on the other side: the rules of all origins, what the adapter has
// named, what is on this machine's disk, what the client calls its files, and what can be learned.
// What always holds: the same question has the same answer until version() changes; a rule of the
// user or of the launch is never overridden. Refuses to guess: what nothing speaks for stays as it
// is.
#pragma once

#include "core/paths/far_files.hpp"
#include "core/paths/inference.hpp"
#include "core/paths/mapper.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nearside::paths {

/// Said by a person: it decides, where others propose.
constexpr bool is_strong(Origin origin) {
  return origin == Origin::kUser || origin == Origin::kLaunch;
}

class Resolver {
 public:
  /// `files` outlives it.
  Resolver(MapperOptions options, LocalFiles& files);

  void set_far_host(const HostFacts& remote);
  void add_launch_rules(const std::vector<Rule>& rules);
  void add_files(const std::vector<RemoteFile>& files);
  /// What the disk was believed to hold is asked again; `presets` are what its files tell now.
  void forget_local_files(std::vector<Rule> presets);

  struct Local {
    std::string path;     ///< As the client spells it, or what the adapter said.
    bool is_far = false;  ///< There is no such file here, but there is one at the far end.
  };
  Local to_local(const std::string& remote);
  /// Looks whether a rule can be learned from a path that the adapter names. At most once each.
  void consider(const std::string& remote);

  /// In the adapter's spelling.
  std::string to_remote(const std::string& local);
  /// The same for a file that the client opens by that name: answers will use it.
  std::string to_remote_of_client(const std::string& local);

  const RuleSet& rules() const { return rules_; }
  const HostFacts& remote() const { return remote_; }
  std::vector<Rule> learned() const;
  /// Another number: any answer may be another.
  std::uint64_t version() const { return version_; }
  /// Whether rules are other ones since the last call, and what is to be said of it.
  bool take_rules_changed();
  std::vector<std::string> take_notices();
  /// Gives inference its work for one message.
  void renew_budget();

 private:
  using Presence = LocalFiles::Presence;
  struct Spelled {
    std::string path;
    bool by_rule = false;
  };

  void rebuild();
  void rebuild_presets();
  bool has_chance(const std::string& remote) const;
  bool learn(const std::string& remote);
  bool take(std::optional<Inference::Learned> found);
  void learn_from_opened(const std::string& local);
  bool wake_import_presets(const std::string& remote);
  bool confirm_remembered(const std::string& remote);
  void see_client_path(const std::string& path);
  void note_spelling(const std::string& local, const std::string& remote);

  Local look_up(const std::string& remote, const RemoteFile* far);
  bool has_local(const std::string& remote, const RemoteFile* far);
  bool is_usable(const std::string& local, const RemoteFile* far);
  bool is_in_workspace(const std::string& local) const;
  bool is_of_this_machine(const std::string& path) const;
  std::string on_this_machine(const std::string& path) const;
  Presence presence(const std::string& local) { return files_.presence(on_this_machine(local)); }
  std::string digest(const std::string& local) { return files_.digest(on_this_machine(local)); }
  Origin origin_of(const Mapped& mapped) const { return rules_.rules()[mapped.rule].origin; }
  const RemoteFile* named(const std::string& remote) const;

  MapperOptions options_;
  LocalFiles& files_;
  HostFacts local_;  ///< The client's machine, as far as it shows.
  RuleSet wsl_;      ///< From a client on Windows to a near end inside WSL; mostly empty.
  HostFacts remote_;
  std::vector<Rule> launch_rules_, presets_, learned_, remembered_;
  std::vector<Rule> sleeping_presets_;  ///< Import paths: until one is named.
  RuleSet rules_, remembered_set_, sleeping_set_;
  FarFiles far_files_;
  Inference inference_;
  std::unordered_set<std::string> considered_;
  std::unordered_set<std::string> opened_in_vain_;       ///< Nothing could be learned from these.
  std::unordered_map<std::string, std::string> opened_;  ///< local_key → the client's spelling.
  std::unordered_map<std::string, Spelled> spelled_;     ///< remote_key → the client's spelling.
  std::size_t budget_ = 0;
  std::uint64_t version_ = 0;
  bool rules_changed_ = false;
  std::vector<std::string> notices_;
};

}  // namespace nearside::paths
