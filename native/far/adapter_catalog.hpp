// The adapters by name: `dlv`, `lldb-dap`, `debugpy`, `stdio:COMMAND…`, `tcp:HOST:PORT`, and those
// of `adapters.json` in the state folder, which come first. What is missing is a fault that names
// every place that was looked at and what would install it. It starts nothing but the question
// to a Python interpreter whether it has debugpy.
#pragma once

#include "far/adapter_plan.hpp"
#include "far/orphans.hpp"
#include "io/process.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::far_end {

/// For whom an adapter is looked for.
struct AdapterRequest {
  std::string adapter;
  io::Environment environment;
  std::string working_directory;  ///< Absolute; empty: the home folder.
  std::string home;
};

/// `state/adapters.json`: {"NAME": {"command": ["PROGRAM", "ARGUMENT"…], "environment": {…},
/// "workingDirectory": "/…", "speaks": "stdio" | "dial-back"}}. `environment` is laid over the
/// session's; a `dial-back` adapter finds {address} in its arguments replaced. README.md has
/// examples.
class AdapterCatalog {
 public:
  AdapterCatalog(OwnChildren& own, std::filesystem::path state)
      : own_(own), state_(std::move(state)) {}

  io::Async<AdapterPlan> resolve(AdapterRequest request) const;

 private:
  Result<std::optional<AdapterPlan>> find_named(const AdapterRequest& request) const;
  io::Async<AdapterPlan> resolve_debugpy(AdapterRequest request) const;

  OwnChildren& own_;
  std::filesystem::path state_;
};

/// The folders of a PATH, then those of `more` that are not among them.
std::vector<std::string> search_folders(std::string_view path,
                                        const std::vector<std::string>& more);
/// The first folder that has one of `names`; in one folder the first name.
std::optional<std::string> search_program(const std::vector<std::string>& names,
                                          const std::vector<std::string>& folders);
/// `stem`, then every `stem-N` that the folders have, the highest N first.
std::vector<std::string> versioned_names(std::string_view stem,
                                         const std::vector<std::string>& folders);

}  // namespace nearside::far_end
