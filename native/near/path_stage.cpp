// Hands messages to the mapper, and what becomes of the rules to the disk.
#include "near/path_stage.hpp"

#include "io/unix_time.hpp"
#include "near/workspace_presets.hpp"

#include <unistd.h>

#include <utility>

namespace nearside::near_end {
namespace {

std::vector<paths::Rule> presets_of(const PathOptions& options) {
  if (options.workspace.empty()) return {};
  std::vector<std::string> go_mods;
  if (options.index && options.index->is_ready()) go_mods = options.index->named("go.mod");
  return workspace_presets(options.workspace, options.local, go_mods);
}

paths::MapperOptions mapper_options(const PathOptions& options, const std::string& adapter,
                                    LearnedRules& learned, std::vector<std::string>& notices) {
  paths::MapperOptions mapper{.adapter = adapter,
                              .workspace = options.workspace,
                              .local = options.local,
                              .rules = options.rules,
                              .remembered = {},
                              .presets = {}};
  if (options.workspace.empty()) return mapper;
  auto remembered = learned.load();
  if (remembered)
    mapper.remembered = *std::move(remembered);
  else
    notices.push_back(remembered.error().message);
  mapper.presets = presets_of(options);
  return mapper;
}

}  // namespace

PathStage::PathStage(const PathOptions& options, std::string target, std::string adapter,
                     const std::filesystem::path& state)
    : options_(options),
      files_(options.index),
      learned_(state, options.workspace, target),
      mapper_(mapper_options(options, adapter, learned_, notices_), files_),
      file_(state) {
  told_.target = std::move(target);
  told_.adapter = std::move(adapter);
  told_.workspace = options.workspace;
  told_.pid = ::getpid();
  told_.local = paths::traits_of(options.local);
}

void PathStage::from_client(dap::Message message, StageOutput& out) {
  paths::MapperOutput done;
  mapper_.from_client(std::move(message), done);
  settle(std::move(done), out);
}

void PathStage::from_adapter(dap::Message message, StageOutput& out) {
  paths::MapperOutput done;
  mapper_.from_adapter(std::move(message), done);
  settle(std::move(done), out);
}

void PathStage::handle_far_host(const paths::HostFacts& host, StageOutput& out) {
  paths::MapperOutput done;
  mapper_.handle_far_host(host, done);
  settle(std::move(done), out);
}

void PathStage::handle_ready(const session::SessionReady& ready, StageOutput& out) {
  told_.session = ready.session;
  told_.remote = paths::traits_of(ready.host);
  paths::MapperOutput done;
  mapper_.handle_far_host(ready.host, done);
  done.rules_changed = true;  // told for the first time, also when there are none
  settle(std::move(done), out);
}

void PathStage::handle_sources(const std::vector<paths::RemoteFile>& files, StageOutput& out) {
  paths::MapperOutput done;
  mapper_.handle_sources(files, done);
  settle(std::move(done), out);
}

void PathStage::handle_local_files(StageOutput& out) {
  paths::MapperOutput done;
  mapper_.handle_local_files(presets_of(options_), done);
  settle(std::move(done), out);
}

void PathStage::settle(paths::MapperOutput done, StageOutput& out) {
  const bool changed = done.rules_changed || rules().rules().data() != told_rules_;
  out.to_adapter = std::move(done.to_adapter);
  out.to_client = std::move(done.to_client);
  out.notices = std::exchange(notices_, {});
  for (auto& notice : done.notices) out.notices.push_back(std::move(notice));
  if (!said_cut_ && files_.was_asked_for_names() && options_.index->is_ready()) {
    said_cut_ = true;
    if (auto cut = options_.index->cut(); !cut.empty()) out.notices.push_back(std::move(cut));
  }
  if (!changed) return;
  out.rules_changed = true;
  told_rules_ = rules().rules().data();
  remember(out);
  publish(out);
}

void PathStage::remember(StageOutput& out) {
  if (told_.workspace.empty()) return;
  if (const auto saved = learned_.save(mapper_.learned(), io::unix_seconds()); !saved)
    complain(saved.error(), out);
}

void PathStage::publish(StageOutput& out) {
  if (told_.session.empty()) return;
  const auto all = rules().rules();
  told_.rules.assign(all.begin(), all.end());
  if (const auto written = file_.write(told_); !written) complain(written.error(), out);
}

void PathStage::complain(const Fault& fault, StageOutput& out) {
  if (std::exchange(last_trouble_, fault.message) != fault.message)
    out.notices.push_back(fault.message);
}

}  // namespace nearside::near_end
