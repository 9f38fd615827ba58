// The files of a workspace by their names, for all sessions that debug in it. Built on a thread of
// its own and looked at again when it is old; what always holds: no caller ever waits for the disk
// but to see that a file which it is told is still there.
#pragma once

#include "io/process.hpp"
#include "near/limits.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nearside::near_end {

namespace asio = boost::asio;

class WorkspaceIndex {
 public:
  struct Options {
    std::string folder;       ///< Absolute.
    bool folds_case = false;  ///< This machine takes A and a for the same name.
    io::Environment environment;
    std::chrono::milliseconds age = kIndexAge;
  };
  /// Begins to look.
  explicit WorkspaceIndex(Options options);
  /// Ends a look that goes on.
  ~WorkspaceIndex();
  WorkspaceIndex(const WorkspaceIndex&) = delete;
  WorkspaceIndex& operator=(const WorkspaceIndex&) = delete;

  const std::string& folder() const;
  /// The first look is over.
  bool is_ready() const;
  /// Absolute paths of files with that name that are there; at most kMaxNamedFiles. An index that
  /// is older than its age is looked at again in the background.
  std::vector<std::string> named(const std::string& file_name);
  /// Why not all files of the workspace are known, in one line; mostly empty.
  std::string cut() const;

  /// Called on the executor when the first look is over, and when a later one has found changes; as
  /// long as the returned object lives, which must end before the executor's loop.
  std::shared_ptr<void> observe(asio::any_io_executor executor, std::function<void()> on_change);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nearside::near_end
