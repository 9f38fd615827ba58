// The files of the near end's machine, as the mapper asks for them: core looks at no disk. What
// always holds: an answer comes from memory or from one look, never from waiting for anybody.
#pragma once

#include <string>
#include <vector>

namespace nearside::paths {

/// The near end's own files. Answers come from memory or from one look at the disk.
class LocalFiles {
 public:
  enum class Presence {
    kThere,
    kMissing,
    kUnknown,  ///< The path belongs to a machine that we cannot look at (a Windows client's).
  };
  virtual ~LocalFiles() = default;
  virtual Presence presence(const std::string& path) = 0;
  /// SHA-256 in hex; empty: cannot be read, or larger than the limit.
  virtual std::string digest(const std::string& path) = 0;
  /// Files of the workspace with that last component (compared as this machine compares names),
  /// absolute; at most a limit of them.
  virtual std::vector<std::string> named(const std::string& file_name) = 0;
};

}  // namespace nearside::paths
