// stat() and SHA-256, remembered.
#include "near/local_file_view.hpp"

#include "io/file_digest.hpp"
#include "near/limits.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace nearside::near_end {
namespace {

using Presence = paths::LocalFiles::Presence;

/// `C:\`, `\\server`, `file://`: nothing that this system could open by that name.
bool is_foreign(const std::string& path) {
  const bool drive = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
  return drive || path.starts_with('\\') || path.find("://") != std::string::npos;
}

Presence look(const std::string& path) {
  if (path.find('\0') != std::string::npos) return Presence::kMissing;
  if (!path.starts_with('/')) return is_foreign(path) ? Presence::kUnknown : Presence::kMissing;
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return Presence::kThere;
  const bool is_known =
      errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG || errno == ELOOP;
  return is_known ? Presence::kMissing : Presence::kUnknown;
}

}  // namespace

LocalFileView::LocalFileView(std::shared_ptr<WorkspaceIndex> index) : index_(std::move(index)) {}

Presence LocalFileView::presence(const std::string& path) {
  const auto now = std::chrono::steady_clock::now();
  if (const auto found = seen_.find(path);
      found != seen_.end() && now - found->second.when < kPresenceAge)
    return found->second.presence;
  if (seen_.size() >= kMaxKeptAnswers) seen_.clear();
  return (seen_[path] = {look(path), now}).presence;
}

std::string LocalFileView::digest(const std::string& path) {
  struct stat status {};
  if (!path.starts_with('/') || path.find('\0') != std::string::npos ||
      ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return {};
  const decltype(Digest::file) file{status.st_dev, status.st_ino, status.st_size,
                                    status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  if (const auto found = digests_.find(path); found != digests_.end() && found->second.file == file)
    return found->second.hex;
  if (digests_.size() >= kMaxKeptAnswers) digests_.clear();
  auto hex = io::file_digest(path, kMaxDigestFileBytes);
  digests_[path] = {file, hex};
  return hex;
}

std::vector<std::string> LocalFileView::named(const std::string& file_name) {
  if (!index_) return {};
  asked_for_names_ = true;
  return index_->named(file_name);
}

}  // namespace nearside::near_end
