// The work itself runs on a thread of Background and shares nothing but what is locked here.
#include "far/source_files.hpp"

#include "core/dap/quote.hpp"
#include "core/paths/limits.hpp"
#include "io/faults.hpp"
#include "io/file_digest.hpp"
#include "io/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace nearside::far_end {
namespace {

/// No path at all; nobody is told of it.
bool is_unspeakable(const std::string& path) {
  return path.empty() || path.size() > paths::kMaxPathBytes || path.find('\0') != std::string::npos;
}

bool is_below(const std::string& path, const std::string& folder) {
  return !folder.empty() && path.size() > folder.size() && path.starts_with(folder) &&
         (folder.back() == '/' || path[folder.size()] == '/');
}

/// Relative names (-trimpath, Windows') are no files, wherever this process happens to be.
bool is_readable_file(const std::string& path) {
  struct stat status {};
  return path.starts_with('/') && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0;
}

struct Batch {
  SourceLook look;
  std::atomic<bool> given_up{false};
  std::mutex mutex;
  std::vector<paths::RemoteFile> files;

  bool wants_digest(const std::string& path) const {
    return std::none_of(look.without_digest.begin(), look.without_digest.end(),
                        [&](const auto& folder) { return is_below(path, folder); });
  }
  /// First what is there, which is quick, for all; then what they hold.
  void work() {
    for (const auto& path : look.paths) {
      if (given_up) return;
      if (is_unspeakable(path)) continue;
      const bool exists = is_readable_file(path);
      const std::lock_guard lock(mutex);
      files.push_back({path, exists, {}});
    }
    for (auto& file : files) {
      if (given_up) return;
      if (!file.exists || !wants_digest(file.path)) continue;
      auto digest = io::file_digest(file.path, paths::kMaxDigestedBytes);
      const std::lock_guard lock(mutex);
      file.digest = std::move(digest);
    }
  }
  std::vector<paths::RemoteFile> result() {
    given_up = true;
    const std::lock_guard lock(mutex);
    return files;
  }
};

}  // namespace

asio::awaitable<std::vector<paths::RemoteFile>> SourceFiles::look(SourceLook look) {
  const auto batch = std::make_shared<Batch>();
  batch->look = std::move(look);
  std::function<void()> work = [batch] { batch->work(); };
  co_await background_.run(std::move(work), look_limit_);
  co_return batch->result();
}

io::Async<std::string> SourceFiles::read(std::string path) {
  const std::string name = dap::quote(path);
  Fault late{Errc::kTimedOut, Condition::kUnreachable,
             "The file system at the far end did not give " + name + " within " +
                 std::to_string(kReadSourceLimit.count() / 1000) + " s."};
  if (is_unspeakable(path) || !path.starts_with('/')) {
    co_return io::make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                             name + " is no absolute path, so the far end has no such file.");
  }
  const auto content = std::make_shared<Result<std::string>>(std::move(late));
  const auto mutex = std::make_shared<std::mutex>();
  std::function<void()> work = [path = std::move(path), content, mutex] {
    auto bytes = io::read_file(path, kMaxSourceFileBytes);
    const std::lock_guard lock(*mutex);
    *content = std::move(bytes);
  };
  co_await background_.run(std::move(work), kReadSourceLimit);
  const std::lock_guard lock(*mutex);
  co_return std::move(*content);
}

}  // namespace nearside::far_end
