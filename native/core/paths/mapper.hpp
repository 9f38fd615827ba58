// The two-way mapper of one client's session: rewrites the paths of each message that carries any,
// keeps what the client wants (breakpoints, spellings), renumbers sourceReferences, learns rules,
// and takes our rules out of launch and attach arguments. What always holds: a message without
// paths passes untouched; what the mapper asks by itself carries a negative seq and its answer
// never reaches the client. It asks no file system but through LocalFiles.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/paths/explanation.hpp"
#include "core/paths/host.hpp"
#include "core/paths/local_files.hpp"
#include "core/paths/rules.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nearside::paths {

struct MapperOptions {
  std::string adapter;    ///< As it was asked for: "dlv", "lldb-dap", …
  std::string workspace;  ///< Absolute; empty: nothing is inferred.
  HostFacts local;
  std::vector<Rule> rules;       ///< The user's own.
  std::vector<Rule> remembered;  ///< Learned in earlier sessions of this workspace and target.
  std::vector<Rule> presets;     ///< From files of the workspace (devcontainer.json, go.mod).
};

/// What the mapper lets go on, in order.
struct MapperOutput {
  std::vector<dap::Message> to_adapter;
  std::vector<dap::Message> to_client;
  std::vector<std::string> notices;  ///< A line each for the user's debug console.
  bool rules_changed = false;        ///< Cached answers that carry paths are no longer true.
};

class Mapper {
 public:
  /// `files` outlives the mapper.
  Mapper(MapperOptions options, LocalFiles& files);
  ~Mapper();
  Mapper(const Mapper&) = delete;
  Mapper& operator=(const Mapper&) = delete;

  /// What the far end said of itself: presets are chosen.
  void handle_far_host(const HostFacts& remote, MapperOutput& out);
  /// Always before the message that names them. May teach rules, and then sends breakpoints again.
  void handle_sources(const std::vector<RemoteFile>& files, MapperOutput& out);
  /// LocalFiles may answer otherwise now: the index of the workspace is ready, or files have come
  /// or gone. What was found missing or was not learned is tried again. `presets`: as in
  /// MapperOptions, as the workspace's files tell them now.
  void handle_local_files(std::vector<Rule> presets, MapperOutput& out);
  void from_client(dap::Message message, MapperOutput& out);
  void from_adapter(dap::Message message, MapperOutput& out);

  const RuleSet& rules() const;
  /// To be remembered with the workspace and the target.
  std::vector<Rule> learned() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nearside::paths
