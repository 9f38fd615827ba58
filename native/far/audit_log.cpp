// A file's lines are written with one call, and what of them did not fit is taken back.
#include "far/audit_log.hpp"

#include "far/audit_files.hpp"
#include "far/descriptor.hpp"
#include "io/files.hpp"
#include "io/signature.hpp"
#include "io/unix_time.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace nearside::far_end {

struct AuditLog::File {
  Descriptor lock;
  Descriptor log;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
};

AuditLog::AuditLog(std::filesystem::path state, io::Identity identity)
    : AuditLog(std::move(state), std::move(identity), Limits{}) {}

AuditLog::AuditLog(std::filesystem::path state, io::Identity identity, Limits limits)
    : state_(std::move(state)), identity_(std::move(identity)), limits_(limits) {}

/// Locked, and read if another process has written since.
Result<AuditLog::File> AuditLog::open_file() {
  if (auto ensured = io::ensure_private_folder(state_); !ensured) return ensured.error();
  File file;
  file.lock =
      Descriptor(::open((state_ / "audit.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.lock.is_open()) return audit_fault("lock", state_ / "audit.lock", errno);
  while (::flock(file.lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) return audit_fault("lock", state_ / "audit.lock", errno);
  if (!mac_) {
    auto mac = load_or_make_audit_key(state_);
    if (!mac) return mac.error();
    mac_ = std::move(*mac);
  }
  const auto path = state_ / kAuditFile;
  constexpr int kFlags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  file.log = Descriptor(::open(path.c_str(), kFlags, 0600));
  struct stat status {};
  if (!file.log.is_open() || ::fstat(file.log.get(), &status) != 0)
    return audit_fault("write", path, errno);
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 077) != 0)
    return Fault{Errc::kPermissionsWrong, Condition::kMisconfigured,
                 path.string() +
                     " is not a file of yours that others cannot use; put it aside, and a new one "
                     "is begun."};
  file.inode = status.st_ino;
  file.size = static_cast<std::uint64_t>(status.st_size);
  if (file.inode != inode_ || file.size != size_ || file.size == 0)
    if (auto read = read_tail(file); !read) return read.error();
  return file;
}

/// From where the log goes on. What is not as it was left stays, in a file of its own.
Result<void> AuditLog::read_tail(File& file) {
  const auto signed_head = read_signed_head(state_);
  auto tail = last_line_of(file.log.get(), file.size);
  if (file.size > 0 && !tail.head) tail = {last_kept_head(state_), true};
  if (file.size == 0) tail.head = last_kept_head(state_);
  head_ = tail.head.value_or(audit::Head{});
  std::string reason;
  if (tail.is_torn) reason = "The file before ends within a line.";
  if (signed_head && signed_head->head.number > head_.number) {
    head_ = signed_head->head;
    reason = "Lines that the signed head names were missing.";
  }
  if (file.size > 0 && !reason.empty())
    if (auto aside = set_aside(file); !aside) return aside;
  if (file.size == 0) return begin_file(file, std::move(reason));
  inode_ = file.inode;
  size_ = file.size;
  return {};
}

/// Under the number of the line that comes next: so names stand in the order of the lines.
Result<void> AuditLog::set_aside(File& file) {
  const auto path = state_ / kAuditFile;
  const auto kept = state_ / kept_audit_name(head_.number + 1);
  if (::rename(path.c_str(), kept.c_str()) != 0) return audit_fault("rename", path, errno);
  file.log = Descriptor(
      ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  struct stat status {};
  if (!file.log.is_open() || ::fstat(file.log.get(), &status) != 0)
    return audit_fault("write", path, errno);
  file.inode = status.st_ino;
  file.size = 0;
  return {};
}

Result<void> AuditLog::begin_file(File& file, std::string reason) {
  const auto kept = kept_audit_files(state_);
  std::uint64_t oldest = 1;
  std::size_t to_drop = 0;
  if (kept.size() > limits_.kept_files) {
    to_drop = kept.size() - limits_.kept_files;
    oldest = kept[to_drop - 1].next;
  } else if (!kept.empty()) {
    oldest = first_number_of(kept.front().path).value_or(1);
  } else {
    oldest = head_.number + 1;
  }
  audit::Head next = head_;
  auto entry = audit::file_begins(next, oldest, std::move(reason));
  entry.at = io::unix_milliseconds();
  const std::string line = audit::seal(mac_, next, entry) + "\n";
  if (auto written = write(file, line); !written) return written;
  head_ = next;
  // Only now: the new file says that they are to be missed no more.
  for (std::size_t i = 0; i < to_drop; ++i) ::unlink(kept[i].path.c_str());
  return {};
}

Result<void> AuditLog::rotate(File& file) {
  auto signature =
      io::sign_es256(identity_, audit::text_to_sign(head_, identity_.fingerprint.text()));
  if (!signature) return signature.error();
  audit::Head next = head_;
  auto entry = audit::file_ends(std::move(*signature));
  entry.at = io::unix_milliseconds();
  const std::string line = audit::seal(mac_, next, entry) + "\n";
  if (auto written = write(file, line); !written) return written;
  head_ = next;
  if (auto aside = set_aside(file); !aside) return aside;
  return begin_file(file, {});
}

Result<void> AuditLog::write(File& file, const std::string& bytes) {
  const auto written = ::write(file.log.get(), bytes.data(), bytes.size());
  if (written == static_cast<ssize_t>(bytes.size())) {
    file.size += bytes.size();
    inode_ = file.inode;
    size_ = file.size;
    return {};
  }
  const int why = written < 0 ? errno : ENOSPC;
  if (written > 0 && ::ftruncate(file.log.get(), static_cast<off_t>(file.size)) != 0) inode_ = 0;
  return audit_fault("write", state_ / kAuditFile, why);
}

Result<void> AuditLog::append(std::span<const audit::Entry> entries) {
  if (entries.empty()) return {};
  auto file = open_file();
  if (!file) return file.error();
  if (file->size >= limits_.file_bytes)
    if (auto rotated = rotate(*file); !rotated) return rotated;
  audit::Head next = head_;
  std::string bytes;
  for (const auto& entry : entries) bytes += audit::seal(mac_, next, entry) + "\n";
  if (auto written = write(*file, bytes); !written) return written;
  head_ = next;
  return {};
}

Result<void> AuditLog::sign_head() {
  auto file = open_file();
  if (!file) return file.error();
  if (::fdatasync(file->log.get()) != 0) return audit_fault("write", state_ / kAuditFile, errno);
  audit::SignedHead newest{head_, identity_.fingerprint.text(), {}};
  auto signature = io::sign_es256(identity_, audit::text_to_sign(newest.head, newest.fingerprint));
  if (!signature) return signature.error();
  newest.signature = std::move(*signature);
  auto written = io::write_private_file(state_ / kAuditHeadFile, audit::encode(newest) + "\n");
  if (written) signed_ = newest.head;
  return written;
}

Result<void> add_to_audit_log(const std::filesystem::path& state, audit::Entry entry) {
  auto identity = io::load_or_make_identity(state);
  if (!identity) return identity.error();
  entry.at = io::unix_milliseconds();
  AuditLog log(state, std::move(*identity));
  if (auto added = log.append({&entry, 1}); !added) return added;
  return log.sign_head();
}

}  // namespace nearside::far_end
