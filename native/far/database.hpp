// An SQLite file of the state folder: opened, asked, closed. What always holds: it is ours and 0600
// before SQLite sees it; a transaction that is not committed has not happened; no exception and no
// statement leaves here. Nothing that is called here waits longer for a lock than kStoreBusyLimit.
#pragma once

#include "core/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct sqlite3;
struct sqlite3_stmt;

namespace nearside::far_end {

/// What a locked log beside the file (WAL) cannot be relied on for.
bool is_on_network(const std::filesystem::path& folder);

/// A damaged file, which nobody has open, gets another name, and so does what SQLite has beside it:
/// `FILE.corrupt-TIME`. The newest kKeptDamaged of them stay, older ones are deleted.
Result<std::filesystem::path> set_file_aside(const std::filesystem::path& file);

class Database {
 public:
  using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view>;
  class Row {
   public:
    explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
    std::int64_t number(int column) const;
    std::string text(int column) const;
    bool is_null(int column) const;

   private:
    sqlite3_stmt* statement_;
  };
  using OnRow = std::function<void(const Row&)>;

  static Result<Database> open(const std::filesystem::path& file);
  /// One statement. Values take the places of `?1`, `?2`, …
  Result<void> run(const char* sql, std::initializer_list<Value> values = {},
                   const OnRow& on_row = {});
  /// `change` in a transaction of its own: all of it happens, or nothing.
  Result<void> change(const std::function<Result<void>()>& change);
  /// Rows that the last statement changed.
  std::int64_t changed() const;
  /// Whether the last failure says that the file is no database any more, or that it is full.
  bool is_damaged() const;
  bool is_full() const;
  /// The same said by whoever looked into it.
  Fault damaged(const std::string& why);

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Database(sqlite3* handle, std::string name) : handle_(handle), name_(std::move(name)) {}
  Fault fail();

  std::unique_ptr<sqlite3, Close> handle_;
  std::string name_;
  int failure_ = 0;
};

}  // namespace nearside::far_end
