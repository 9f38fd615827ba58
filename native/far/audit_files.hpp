// The names and contents of the audit log's files, for who writes them and who checks them.
#pragma once

#include "core/audit/chain.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nearside::far_end {

inline constexpr const char* kAuditFile = "audit.jsonl";
inline constexpr const char* kAuditHeadFile = "audit.head";

struct KeptAuditFile {
  std::uint64_t next = 0;  ///< The number of the first line of the file behind it.
  std::filesystem::path path;
};
/// `audit-00000000000000025000.jsonl`
std::string kept_audit_name(std::uint64_t next);
/// The oldest first.
std::vector<KeptAuditFile> kept_audit_files(const std::filesystem::path& state);

struct AuditTail {
  std::optional<audit::Head> head;  ///< Of the last whole line.
  bool is_torn = false;             ///< There is something else behind it.
};
AuditTail last_line_of(int log, std::uint64_t size);
/// Of the newest file that is full; nothing if there is none.
std::optional<audit::Head> last_kept_head(const std::filesystem::path& state);
std::optional<std::uint64_t> first_number_of(const std::filesystem::path& log);
/// Nothing also when it cannot be read: the log goes on without it.
std::optional<audit::SignedHead> read_signed_head(const std::filesystem::path& state);

/// Of the key in `audit.key`, made at first use.
Result<audit::Mac> load_or_make_audit_key(const std::filesystem::path& state);
/// A fault when there is none.
Result<audit::Mac> load_audit_key(const std::filesystem::path& state);

Fault audit_fault(const char* doing, const std::filesystem::path& path, int number);

}  // namespace nearside::far_end
