#include "far/database.hpp"

#include "far/descriptor.hpp"
#include "far/store_limits.hpp"
#include "io/unix_time.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

namespace nearside::far_end {
namespace {

Fault store_fault(std::string message) {
  return {Errc::kFileFailed, Condition::kMisconfigured, std::move(message)};
}

/// Closed again before SQLite opens it: to close a file drops the locks that others have of it
/// here.
Result<void> make_private(const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& why) {
    return store_fault("cannot use " + file.string() + ": " + why);
  };
  const int opened =
      ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  if (opened < 0) return refuse(std::generic_category().message(errno));
  const Descriptor descriptor(opened);
  struct stat status {};
  if (::fstat(opened, &status) != 0 || !S_ISREG(status.st_mode)) return refuse("it is no file");
  if (status.st_uid != ::geteuid()) return refuse("it is another user's");
  if ((status.st_mode & 077) != 0 && ::fchmod(opened, 0600) != 0)
    return refuse("it is open to other users");
  return {};
}

constexpr const char* kDamaged = ".corrupt-";

/// What cannot be deleted stays.
void delete_older_damaged(const std::filesystem::path& file) {
  const auto prefix = file.filename().string() + kDamaged;
  std::map<std::int64_t, std::vector<std::filesystem::path>> by_time;
  std::error_code error;
  for (std::filesystem::directory_iterator each(file.parent_path(), error), end;
       !error && each != end; each.increment(error)) {
    const auto name = each->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::int64_t time = 0;
    const auto* const digits = name.data() + prefix.size();
    if (std::from_chars(digits, name.data() + name.size(), time).ec == std::errc())
      by_time[time].push_back(each->path());
  }
  while (by_time.size() > kKeptDamaged) {
    for (const auto& old : by_time.begin()->second) std::filesystem::remove(old, error);
    by_time.erase(by_time.begin());
  }
}

}  // namespace

bool is_on_network(const std::filesystem::path& folder) {
  struct statfs status {};
  if (::statfs(folder.c_str(), &status) != 0) return true;  // Then with the least that is asked.
  // NFS, SMB (three numbers), 9P, FUSE (sshfs), AFS, Coda, Ceph, Lustre, GPFS, VirtualBox.
  constexpr std::array<std::uint32_t, 13> kNetwork{
      0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x01021997, 0x65735546, 0x5346414F,
      0x6B414653, 0x73757245, 0x00C36400, 0x0BD00BD0, 0x47504653, 0x786F4256};
  const auto kind = static_cast<std::uint32_t>(status.f_type);
  return std::find(kNetwork.begin(), kNetwork.end(), kind) != kNetwork.end();
}

Result<std::filesystem::path> set_file_aside(const std::filesystem::path& file) {
  auto aside = file;
  aside += kDamaged + std::to_string(io::unix_seconds());
  std::error_code error;
  std::filesystem::rename(file, aside, error);
  if (error)
    return store_fault(file.string() + " is damaged and cannot be set aside: " + error.message());
  for (const char* tail : {"-wal", "-shm", "-journal"}) {
    auto beside = file, new_name = aside;
    beside += tail;
    new_name += tail;
    std::filesystem::rename(beside, new_name, error);  // Mostly there is none.
  }
  delete_older_damaged(file);
  return aside;
}

void Database::Close::operator()(sqlite3* handle) const {
  ::sqlite3_close_v2(handle);
}

std::int64_t Database::Row::number(int column) const {
  return ::sqlite3_column_int64(statement_, column);
}

std::string Database::Row::text(int column) const {
  const auto* const bytes = ::sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

bool Database::Row::is_null(int column) const {
  return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<Database> Database::open(const std::filesystem::path& file) {
  if (auto made = make_private(file); !made) return made.error();
  sqlite3* handle = nullptr;
  const int opened = ::sqlite3_open_v2(file.c_str(), &handle,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(handle, file.filename().string());
  if (opened != SQLITE_OK) return database.fail();
  ::sqlite3_extended_result_codes(handle, 1);
  ::sqlite3_busy_timeout(handle, static_cast<int>(kStoreBusyLimit.count()));
  return database;
}

Fault Database::fail() {
  failure_ = handle_ ? ::sqlite3_extended_errcode(handle_.get()) : SQLITE_NOMEM;
  return store_fault("cannot use " + name_ + ": " +
                     (handle_ ? ::sqlite3_errmsg(handle_.get()) : ::sqlite3_errstr(failure_)));
}

Result<void> Database::run(const char* sql, std::initializer_list<Value> values,
                           const OnRow& on_row) {
  sqlite3_stmt* made = nullptr;
  if (::sqlite3_prepare_v2(handle_.get(), sql, -1, &made, nullptr) != SQLITE_OK) return fail();
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(made, ::sqlite3_finalize);
  int place = 0;
  for (const auto& value : values) {
    ++place;
    int bound = SQLITE_OK;
    if (const auto* const number = std::get_if<std::int64_t>(&value))
      bound = ::sqlite3_bind_int64(made, place, *number);
    else if (const auto* const text = std::get_if<std::string_view>(&value))
      // An empty view may have no address, which would bind NULL.
      bound = ::sqlite3_bind_text64(made, place, text->empty() ? "" : text->data(), text->size(),
                                    SQLITE_STATIC, SQLITE_UTF8);
    if (bound != SQLITE_OK) return fail();
  }
  for (;;) {
    const int step = ::sqlite3_step(made);
    if (step == SQLITE_DONE) return {};
    if (step != SQLITE_ROW) return fail();
    if (on_row) on_row(Row(made));
  }
}

Result<void> Database::change(const std::function<Result<void>()>& change) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  auto done = change();
  if (done) done = run("COMMIT");
  if (!done) {
    const int failure = failure_;
    (void)run("ROLLBACK");  // Some failures have rolled back already.
    failure_ = failure;
  }
  return done;
}

std::int64_t Database::changed() const {
  return ::sqlite3_changes64(handle_.get());
}

Fault Database::damaged(const std::string& why) {
  failure_ = SQLITE_CORRUPT;
  return store_fault("cannot use " + name_ + ": " + why);
}

bool Database::is_damaged() const {
  const int kind = failure_ & 0xFF;
  return kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
}

bool Database::is_full() const {
  return (failure_ & 0xFF) == SQLITE_FULL;
}

}  // namespace nearside::far_end
