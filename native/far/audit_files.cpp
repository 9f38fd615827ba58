// What is read here may have been changed by anybody who could: it is taken for what it says, and
// judged by core/audit alone.
#include "far/audit_files.hpp"

#include "core/audit/limits.hpp"
#include "far/audit_limits.hpp"
#include "far/audit_log.hpp"
#include "far/descriptor.hpp"
#include "io/files.hpp"
#include "io/limits.hpp"
#include "io/signature.hpp"
#include "io/tls.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <system_error>

namespace nearside::far_end {
namespace {

constexpr std::string_view kKeptPrefix = "audit-";
constexpr std::string_view kKeptSuffix = ".jsonl";
constexpr const char* kAuditKeyFile = "audit.key";
/// RFC 2104: a key of the hash's length.
constexpr std::size_t kAuditKeyDigits = 64;

std::string random_key() {
  // As text, so that a person who copies it copies all of it.
  return io::hmac_sha256_hex(io::random_bytes(32), "nearside audit key");
}

Result<audit::Mac> audit_mac(std::string key) {
  while (!key.empty() && key.back() == '\n') key.pop_back();
  if (key.size() != kAuditKeyDigits)
    return Fault{
        Errc::kFileFailed, Condition::kMisconfigured,
        "audit.key, in the state folder, is not the key of an audit log. Restore it from a "
        "copy, or put it and all audit* files aside to begin a new log."};
  return audit::Mac(
      [key = std::move(key)](std::string_view data) { return io::hmac_sha256_hex(key, data); });
}

/// Of a line that is too long to be one only so much is kept.
void check_file(const std::filesystem::path& path, audit::Check& check,
                const std::function<void(std::string_view)>& on_line) {
  std::ifstream in(path, std::ios::binary);
  check.begin_file(path.filename().string());
  std::string line;
  std::vector<char> buffer(64 * 1024);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0) {
    std::string_view piece(buffer.data(), static_cast<std::size_t>(in.gcount()));
    for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
      line += piece.substr(0, end);
      check.take(line);
      if (on_line) on_line(line);
      line.clear();
      piece.remove_prefix(end + 1);
    }
    if (line.size() <= audit::kMaxLineBytes) line += piece;
  }
  check.take_rest(line);
}

}  // namespace

Fault audit_fault(const char* doing, const std::filesystem::path& path, int number) {
  return {Errc::kFileFailed, Condition::kMisconfigured,
          std::string("The audit log cannot be written: cannot ") + doing + " " + path.string() +
              ": " + std::system_category().message(number) + "."};
}

std::string kept_audit_name(std::uint64_t next) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%020llu", static_cast<unsigned long long>(next));
  return std::string(kKeptPrefix) + digits + std::string(kKeptSuffix);
}

std::vector<KeptAuditFile> kept_audit_files(const std::filesystem::path& state) {
  std::vector<KeptAuditFile> all;
  std::error_code error;
  for (std::filesystem::directory_iterator at(state, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(kKeptPrefix) || !name.ends_with(kKeptSuffix)) continue;
    KeptAuditFile one{0, at->path()};
    const char* const first = name.data() + kKeptPrefix.size();
    const char* const last = name.data() + name.size() - kKeptSuffix.size();
    const auto read = std::from_chars(first, last, one.next);
    if (read.ec == std::errc() && read.ptr == last) all.push_back(std::move(one));
  }
  std::ranges::sort(all, {}, &KeptAuditFile::next);
  return all;
}

AuditTail last_line_of(int log, std::uint64_t size) {
  const auto begin = size > kAuditTailBytes ? size - kAuditTailBytes : 0;
  std::string bytes(static_cast<std::size_t>(size - begin), '\0');
  const auto count = ::pread(log, bytes.data(), bytes.size(), static_cast<off_t>(begin));
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  AuditTail tail;
  tail.is_torn = !bytes.empty() && bytes.back() != '\n';
  while (!bytes.empty()) {
    const auto end = bytes.rfind('\n');
    if (end == std::string::npos) break;
    const auto before = end == 0 ? std::string::npos : bytes.rfind('\n', end - 1);
    const auto from = before == std::string::npos ? 0 : before + 1;
    tail.head = audit::head_of(std::string_view(bytes).substr(from, end - from));
    if (tail.head) break;
    tail.is_torn = true;
    bytes.resize(from);
  }
  return tail;
}

std::optional<audit::Head> last_kept_head(const std::filesystem::path& state) {
  const auto kept = kept_audit_files(state);
  if (kept.empty()) return std::nullopt;
  const Descriptor log(::open(kept.back().path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const auto size = log.is_open() ? ::lseek(log.get(), 0, SEEK_END) : 0;
  auto head = last_line_of(log.get(), static_cast<std::uint64_t>(std::max<off_t>(size, 0))).head;
  // Numbers are never used again, whatever became of the file.
  if (!head) head = audit::Head{kept.back().next - 1};
  return head;
}

std::optional<std::uint64_t> first_number_of(const std::filesystem::path& log) {
  std::ifstream in(log, std::ios::binary);
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  const auto head = audit::head_of(line);
  return head ? std::optional(head->number) : std::nullopt;
}

std::optional<audit::SignedHead> read_signed_head(const std::filesystem::path& state) {
  const auto text = io::read_private_file(state / kAuditHeadFile, io::kMaxStateFileBytes);
  if (!text) return std::nullopt;
  const auto head = audit::decode_signed_head(*text);
  return head ? std::optional(*head) : std::nullopt;
}

Result<audit::Mac> load_audit_key(const std::filesystem::path& state) {
  auto key = io::read_private_file(state / kAuditKeyFile, io::kMaxStateFileBytes);
  if (!key) return key.error();
  return audit_mac(std::move(*key));
}

Result<audit::Mac> load_or_make_audit_key(const std::filesystem::path& state) {
  std::error_code error;
  if (std::filesystem::exists(state / kAuditKeyFile, error)) return load_audit_key(state);
  std::string key = random_key();
  if (auto written = io::write_private_file(state / kAuditKeyFile, key + "\n"); !written)
    return written.error();
  return audit_mac(std::move(key));
}

Result<AuditReport> read_audit_log(const std::filesystem::path& state, const io::Identity& identity,
                                   const std::function<void(std::string_view)>& on_line) {
  // So that no line is seen half written.
  const Descriptor lock(::open((state / "audit.lock").c_str(), O_RDWR | O_CLOEXEC));
  if (lock.is_open()) (void)::flock(lock.get(), LOCK_EX);
  const auto kept = kept_audit_files(state);
  std::error_code error;
  const bool is_there = !kept.empty() || std::filesystem::exists(state / kAuditFile, error);
  const auto newest = read_signed_head(state);
  if (!is_there && !newest) return AuditReport{};
  auto mac = load_audit_key(state);
  if (!mac) return mac.error();
  audit::Check check(
      std::move(*mac),
      [&identity](std::string_view text, std::string_view signature) {
        return io::verify_es256(identity.certificate_pem, text, signature);
      },
      newest, identity.fingerprint.text());
  for (const auto& file : kept) check_file(file.path, check, on_line);
  check_file(state / kAuditFile, check, on_line);
  check.finish();
  return AuditReport{check.lines(), check.head(), newest ? newest->head.number : 0,
                     check.problems()};
}

}  // namespace nearside::far_end
