// This machine's files as the path mapper sees them: what is there, what it is known by, and what
// the workspace has. What always holds: an answer costs at most one look at the disk, and is
// believed for a short time; paths of other systems are never looked for.
#pragma once

#include "core/paths/mapper.hpp"
#include "near/workspace_index.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace nearside::near_end {

class LocalFileView final : public paths::LocalFiles {
 public:
  /// Without an index nothing is named.
  explicit LocalFileView(std::shared_ptr<WorkspaceIndex> index);

  Presence presence(const std::string& path) override;
  std::string digest(const std::string& path) override;
  std::vector<std::string> named(const std::string& file_name) override;

  /// Something was looked for in the workspace.
  bool was_asked_for_names() const { return asked_for_names_; }

 private:
  struct Seen {
    Presence presence;
    std::chrono::steady_clock::time_point when;
  };
  /// Another file, or another time of change, is another digest.
  struct Digest {
    std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t> file;
    std::string hex;
  };

  std::shared_ptr<WorkspaceIndex> index_;
  std::unordered_map<std::string, Seen> seen_;
  std::unordered_map<std::string, Digest> digests_;
  bool asked_for_names_ = false;
};

}  // namespace nearside::near_end
