// The path mapper's place in the pipeline, nearest to the link: core's Mapper with the disk around
// it. Owns what the session remembers (learned rules) and tells (its rules, for `nearside paths`).
// What always holds: trouble with a file is a line to the user and keeps no message.
#pragma once

#include "core/paths/mapper.hpp"
#include "core/session/wire.hpp"
#include "near/learned_rules.hpp"
#include "near/local_file_view.hpp"
#include "near/path_options.hpp"
#include "near/pipeline.hpp"
#include "near/session_rules.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nearside::near_end {

class PathStage final : public Stage {
 public:
  /// `target` and `adapter` as the user wrote them; `state` is the state folder.
  PathStage(const PathOptions& options, std::string target, std::string adapter,
            const std::filesystem::path& state);

  void from_client(dap::Message message, StageOutput& out) override;
  void from_adapter(dap::Message message, StageOutput& out) override;

  /// What the far end's machine is taken for, until it has said.
  void handle_far_host(const paths::HostFacts& host, StageOutput& out);
  void handle_ready(const session::SessionReady& ready, StageOutput& out);
  void handle_sources(const std::vector<paths::RemoteFile>& files, StageOutput& out);
  /// The index has changed.
  void handle_local_files(StageOutput& out);

  const paths::RuleSet& rules() const { return mapper_.rules(); }

 private:
  void settle(paths::MapperOutput done, StageOutput& out);
  void remember(StageOutput& out);
  void publish(StageOutput& out);
  /// The same trouble is told once.
  void complain(const Fault& fault, StageOutput& out);

  PathOptions options_;
  LocalFileView files_;
  LearnedRules learned_;
  std::vector<std::string> notices_;  ///< From before there was anybody to tell.
  paths::Mapper mapper_;
  SessionRules told_;
  SessionRulesFile file_;
  const paths::Rule* told_rules_ = nullptr;  ///< What `told_` was made from: a set never changes.
  bool said_cut_ = false;
  std::string last_trouble_;
};

}  // namespace nearside::near_end
