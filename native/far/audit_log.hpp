// The audit log's files in the state folder: `audit.jsonl`, full ones as `audit-NUMBER.jsonl`, the
// HMAC's key in `audit.key`, the newest signed head in `audit.head`; all 0600. What always holds:
// lines are only ever added, whole, under a lock, so that two processes (an agent that is ending
// and its successor, `nearside authorize`) write one chain; what cannot be written leaves nothing
// behind; what is found damaged is left as it is, and a new file says so. Blocks: for a thread of
// its own.
#pragma once

#include "core/audit/chain.hpp"
#include "far/audit_limits.hpp"
#include "io/identity.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace nearside::far_end {

class AuditLog {
 public:
  struct Limits {
    std::size_t file_bytes = kMaxAuditFileBytes;
    std::size_t kept_files = kKeptAuditFiles;
  };
  AuditLog(std::filesystem::path state, io::Identity identity);
  AuditLog(std::filesystem::path state, io::Identity identity, Limits limits);

  /// All of them or none.
  Result<void> append(std::span<const audit::Entry> entries);
  /// Makes sure of the disk first: what the head names is there.
  Result<void> sign_head();
  /// Something was written since that.
  bool has_unsigned() const { return head_ != signed_; }

 private:
  struct File;
  Result<File> open_file();
  Result<void> read_tail(File& file);
  Result<void> begin_file(File& file, std::string reason);
  Result<void> set_aside(File& file);
  Result<void> rotate(File& file);
  Result<void> write(File& file, const std::string& bytes);

  std::filesystem::path state_;
  io::Identity identity_;
  Limits limits_;
  audit::Mac mac_;
  audit::Head head_;
  audit::Head signed_;
  std::uint64_t inode_ = 0;  ///< Of the file whose end head_ is, as it was left.
  std::uint64_t size_ = 0;
};

/// What reading a whole log found.
struct AuditReport {
  std::uint64_t lines = 0;
  audit::Head head;
  std::uint64_t signed_up_to = 0;  ///< 0: nothing is.
  std::vector<audit::Problem> problems;
};
/// Reads all files, oldest first. `on_line` gets each as it stands, right or wrong.
Result<AuditReport> read_audit_log(const std::filesystem::path& state, const io::Identity& identity,
                                   const std::function<void(std::string_view line)>& on_line = {});

/// From a process that is no agent: one entry, and the head signed.
Result<void> add_to_audit_log(const std::filesystem::path& state, audit::Entry entry);

}  // namespace nearside::far_end
