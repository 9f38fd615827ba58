// The files of a folder as git sees them: tracked, and untracked but not ignored. What always
// holds: git ends in time or is killed, runs nothing that the repository configures, changes
// nothing. Blocks: for a thread of its own.
#pragma once

#include "io/process.hpp"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace nearside::near_end {

enum class GitAnswer {
  kListed,
  kNone,  ///< There is no git, or the folder is in no work tree of it.
  kLate,  ///< It listed some until the time was over, or was stopped.
};

/// Calls `on_file` with each path, relative to `folder`; one that ends with a slash is a repository
/// of its own (a submodule, or one that lies there). False from it: enough.
GitAnswer list_git_files(const std::string& folder, const io::Environment& environment,
                         std::chrono::steady_clock::time_point limit, const std::stop_token& stop,
                         const std::function<bool(std::string_view)>& on_file);

}  // namespace nearside::near_end
