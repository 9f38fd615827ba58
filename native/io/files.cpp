// Files of the state folder. A file is seen whole or not at all; what others could read or write is
// refused and never mended silently, since it may have been read already.
#include "io/files.hpp"

#include "io/faults.hpp"
#include "io/limits.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

namespace nearside::io {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

Fault file_fault(const char* doing, const std::filesystem::path& path, int number) {
  return make_fault(
      Errc::kFileFailed, Condition::kMisconfigured,
      std::string("cannot ") + doing + " " + path.string() + ": " + errno_text(number));
}

Fault permissions_fault(const std::filesystem::path& path, const char* mode) {
  return make_fault(
      Errc::kPermissionsWrong, Condition::kMisconfigured,
      path.string() + " is open to other users; mend it with: chmod " + mode + " " + path.string());
}

Fault owner_fault(const std::filesystem::path& path, uid_t owner) {
  return make_fault(Errc::kPermissionsWrong, Condition::kMisconfigured,
                    path.string() + " belongs to user " + std::to_string(owner) +
                        " and not to you (" + std::to_string(::geteuid()) +
                        "); remove it, or choose another folder with --state");
}

Result<void> make_folders(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  const auto parent = folder.parent_path();
  if (errno == ENOENT && !parent.empty() && parent != folder) {
    if (auto made = make_folders(parent); !made) return made;
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  }
  return file_fault("make the folder", folder, errno);
}

Result<void> write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_fault("write", file, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_all(int descriptor, std::size_t limit, const std::filesystem::path& file) {
  std::string bytes;
  char buffer[16 * 1024];
  for (;;) {
    const auto count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_fault("read", file, errno);
    if (count == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(count) > limit)
      return make_fault(
          Errc::kFileFailed, Condition::kMisconfigured,
          file.string() + " is larger than the limit of " + std::to_string(limit) + " bytes");
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
}

enum class Durable { kYes, kNo };

Result<void> replace(const std::filesystem::path& file, std::string_view bytes, Durable durable) {
  std::string temporary = file.string() + ".XXXXXX";
  const Descriptor opened(::mkostemp(temporary.data(), O_CLOEXEC));  // 0600 by itself
  if (opened.get() < 0) return file_fault("write", file, errno);
  auto written = write_all(opened.get(), bytes, file);
  if (written && durable == Durable::kYes && ::fsync(opened.get()) != 0)
    written = file_fault("write", file, errno);
  if (written && ::rename(temporary.c_str(), file.c_str()) != 0)
    written = file_fault("write", file, errno);
  if (!written) ::unlink(temporary.c_str());
  return written;
}

/// Without O_NONBLOCK a FIFO under that name would hang us before fstat() can refuse it.
constexpr int kReadFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

}  // namespace

Result<void> ensure_private_folder(const std::filesystem::path& folder) {
  if (auto made = make_folders(folder); !made) return made;
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  if (opened.get() < 0 || ::fstat(opened.get(), &status) != 0)
    return file_fault("open the folder", folder, errno);
  if (status.st_uid != ::geteuid()) return owner_fault(folder, status.st_uid);
  if ((status.st_mode & 077) != 0) return permissions_fault(folder, "700");
  return {};
}

Result<void> replace_private_file(const std::filesystem::path& file, std::string_view bytes) {
  return replace(file, bytes, Durable::kNo);
}

Result<void> write_private_file(const std::filesystem::path& file, std::string_view bytes) {
  if (auto written = replace(file, bytes, Durable::kYes); !written) return written;
  const auto parent = file.parent_path();
  const Descriptor folder(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0) ::fsync(folder.get());  // so that the rename survives a power cut
  return {};
}

Result<std::string> read_private_file(const std::filesystem::path& file, std::size_t limit) {
  const Descriptor opened(::open(file.c_str(), kReadFlags));
  struct stat status {};
  if (opened.get() < 0 || ::fstat(opened.get(), &status) != 0)
    return file_fault("read", file, errno);
  if (!S_ISREG(status.st_mode))
    return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                      file.string() + " is no regular file");
  if (status.st_uid != ::geteuid()) return owner_fault(file, status.st_uid);
  if ((status.st_mode & 077) != 0) return permissions_fault(file, "600");
  return read_all(opened.get(), limit, file);
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t limit) {
  const Descriptor opened(::open(file.c_str(), kReadFlags));
  struct stat status {};
  if (opened.get() < 0 || ::fstat(opened.get(), &status) != 0)
    return file_fault("read", file, errno);
  if (!S_ISREG(status.st_mode))
    return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                      file.string() + " is no regular file");
  return read_all(opened.get(), limit, file);
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const auto file = folder / "lock";
  Descriptor opened(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (opened.get() < 0) return file_fault("lock", file, errno);
  const auto limit = std::chrono::steady_clock::now() + kFolderLockLimit;
  while (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return file_fault("lock", file, errno);
    if (std::chrono::steady_clock::now() > limit)
      return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                        "another process has held " + file.string() + " for " +
                            std::to_string(kFolderLockLimit.count() / 1000) +
                            " s; end it and try again");
    std::this_thread::sleep_for(kRetryPause);
  }
  return FolderLock(opened.release());
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace nearside::io
