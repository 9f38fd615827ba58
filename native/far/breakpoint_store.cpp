// Opening, and what goes wrong; then reading and writing. A removed list stays as a row without
// content, so that who asks what changed is told.
#include "far/breakpoint_store.hpp"

#include "far/store_limits.hpp"
#include "io/clock.hpp"
#include "io/unix_time.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace nearside::far_end {
namespace {

using io::Clock;
using nlohmann::json;
using Text = std::string_view;

constexpr std::int64_t kSchema = 1;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::int64_t> number_of(Database& database, const char* sql) {
  std::int64_t number = 0;
  auto done = database.run(sql, {}, [&](const Database::Row& row) { number = row.number(0); });
  if (!done) return done.error();
  return number;
}

Database::Value value_of(const std::optional<std::string>& text) {
  if (!text) return nullptr;
  return Text(*text);
}

/// Deletes rows by a condition, and remembers up to which revision something is missing.
Result<void> drop(Database& database, const char* remember, const char* remove,
                  std::initializer_list<Database::Value> values) {
  if (auto done = database.run(remember, values); !done) return done;
  return database.run(remove, values);
}

}  // namespace

void BreakpointStore::set_on_trouble(std::function<void(const std::string&)> on_trouble) {
  on_trouble_ = std::move(on_trouble);
}

void BreakpointStore::complain(const std::string& trouble) {
  if (std::exchange(told_, trouble) != trouble && on_trouble_) on_trouble_(trouble);
}

// --- The file ---

Result<void> BreakpointStore::open() {
  auto opened = Database::open(state_ / "breakpoints.db");
  if (!opened) return opened.error();
  auto prepared = prepare(*opened);
  if (!prepared && opened->is_damaged()) {
    opened = Result<Database>(prepared.error());  // Closed before its name is given away.
    if (auto aside = set_aside(); !aside) return aside;
    opened = Database::open(state_ / "breakpoints.db");
    if (!opened) return opened.error();
    prepared = prepare(*opened);
  }
  if (!prepared) return prepared;
  database_.emplace(*std::move(opened));
  return {};
}

Result<void> BreakpointStore::prepare(Database& database) const {
  // WAL is an index in shared memory beside the file: not to be had on another machine's disk.
  const char* journal =
      is_on_network(state_) ? "PRAGMA journal_mode=TRUNCATE" : "PRAGMA journal_mode=WAL";
  const auto pages = "PRAGMA max_page_count=" + std::to_string(kMaxStoreBytes / kStorePageBytes);
  for (const char* sql : {journal, "PRAGMA synchronous=NORMAL", "PRAGMA secure_delete=ON",
                          "PRAGMA trusted_schema=OFF", pages.c_str()})
    if (auto done = database.run(sql); !done) return done;
  bool is_sound = true;
  auto checked = database.run("PRAGMA quick_check(1)", {}, [&](const Database::Row& row) {
    is_sound = is_sound && row.text(0) == "ok";
  });
  if (!checked) return checked;
  if (!is_sound) return database.damaged("its pages contradict each other");
  const auto schema = number_of(database, "PRAGMA user_version");
  if (!schema) return schema.error();
  if (*schema == kSchema) return {};
  if (*schema != 0) {
    return Fault{Errc::kFileFailed, Condition::kMisconfigured,
                 "breakpoints.db was made by another version of Nearside, and is left alone"};
  }
  return database.change([&]() -> Result<void> {
    // Revisions begin with the time: a file that follows one that was set aside goes on above it.
    const auto begin = io::unix_seconds();
    const auto state = database.run(
        "CREATE TABLE state (revision INTEGER NOT NULL, gone_through INTEGER NOT NULL)");
    if (!state) return state;
    auto done = database.run("INSERT INTO state VALUES (?1, ?1)", {begin});
    if (!done) return done;
    for (const char* sql :
         {"CREATE TABLE lists (workspace TEXT NOT NULL, adapter TEXT NOT NULL,"
          " configuration TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL, content TEXT,"
          " revision INTEGER NOT NULL, changed INTEGER NOT NULL,"
          " PRIMARY KEY (workspace, adapter, configuration, kind, place)) WITHOUT ROWID",
          "CREATE UNIQUE INDEX by_revision ON lists (revision)",
          "CREATE INDEX by_age ON lists (changed)", "PRAGMA user_version=1"}) {
      done = database.run(sql);
      if (!done) return done;
    }
    return {};
  });
}

Result<void> BreakpointStore::set_aside() {
  const auto aside = set_file_aside(state_ / "breakpoints.db");
  if (!aside) return aside.error();
  complain("The stored breakpoints were damaged and have been set aside as " + aside->string() +
           "; storing begins anew. Delete that file when you do not want to look into it.");
  return {};
}

Result<void> BreakpointStore::with_database(const Work& work) {
  if (retry_at_ && Clock::now() < *retry_at_) return *failure_;
  retry_at_.reset();
  Result<void> done;
  for (int attempt = 0; attempt < 2; ++attempt) {
    done = database_ ? Result<void>() : open();
    if (!done) break;
    done = work(*database_);
    if (done || !database_->is_damaged()) break;
    database_.reset();
    if (auto aside = set_aside(); !aside) {
      done = aside;
      break;
    }
  }
  if (done) return done;
  if (!database_) {
    failure_ = done.error();
    retry_at_ = Clock::now() + kStoreRetryPause;
  }
  complain("Breakpoints are not stored: " + done.error().message + ".");
  return done;
}

// --- Writing ---

void BreakpointStore::save(const Key& key, const session::StoredChanges& changes,
                           std::int64_t now) {
  if (changes.empty()) return;
  (void)with_database([&](Database& database) -> Result<void> {
    if (now >= pruned_ + std::chrono::seconds(kPrunePause).count()) {
      if (auto pruned = prune(database, now); !pruned) return pruned;
    }
    const auto attempt = [&] { return write(database, key, changes, now); };
    auto done = database.change(attempt);
    if (done || !database.is_full()) return done;
    done = database.change([&]() -> Result<void> {
      constexpr auto kShare =
          "(SELECT revision FROM lists ORDER BY changed, revision LIMIT"
          " (SELECT COUNT(*) * ?1 / 100 FROM lists))";
      const auto which = std::string("WHERE revision IN ") + kShare;
      const auto remember =
          "UPDATE state SET gone_through = MAX(gone_through, (SELECT MAX(revision) FROM lists " +
          which + "))";
      return drop(database, remember.c_str(), ("DELETE FROM lists " + which).c_str(),
                  {kPercentToDrop});
    });
    return done ? database.change(attempt) : done;
  });
}

Result<void> BreakpointStore::write(Database& database, const Key& key,
                                    const session::StoredChanges& changes, std::int64_t now) const {
  const Text workspace = key.workspace, adapter = key.adapter, configuration = key.configuration;
  auto revision = number_of(database, "SELECT revision FROM state");
  if (!revision) return revision.error();
  auto next = *revision;
  const auto remove = [&](Text kind, Text place) {
    return database.run(
        "UPDATE lists SET content = NULL, revision = ?6, changed = ?7 WHERE workspace = ?1 AND"
        " adapter = ?2 AND configuration = ?3 AND kind = ?4 AND place = ?5 AND content NOT NULL",
        {workspace, adapter, configuration, kind, place, ++next, now});
  };
  std::vector<std::pair<std::string, std::string>> gone;
  if (changes.replaces) {
    std::set<std::pair<std::string, std::string>> named;
    for (const auto& list : changes.lists) named.emplace(list.kind, list.place);
    auto read = database.run(
        "SELECT kind, place FROM lists WHERE workspace = ?1 AND adapter = ?2 AND configuration ="
        " ?3 AND kind <> 'watch' AND content NOT NULL",
        {workspace, adapter, configuration}, [&](const Database::Row& row) {
          std::pair name(row.text(0), row.text(1));
          if (!named.contains(name)) gone.push_back(std::move(name));
        });
    if (!read) return read;
  }
  for (const auto& [kind, place] : gone)
    if (auto done = remove(kind, place); !done) return done;
  for (const auto& list : changes.lists) {
    if (list.content.is_null()) {
      if (auto done = remove(list.kind, list.place); !done) return done;
      continue;
    }
    // What is set as it was gets younger, and is no change.
    auto done = database.run(
        "INSERT INTO lists VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT (workspace, adapter, configuration, kind, place) DO UPDATE SET"
        " revision = CASE WHEN content IS excluded.content THEN revision ELSE ?7 END,"
        " content = excluded.content, changed = excluded.changed",
        {workspace, adapter, configuration, list.kind, list.place, dump(list.content), ++next,
         now});
    if (!done) return done;
  }
  return database.run("UPDATE state SET revision = ?1", {next});
}

Result<void> BreakpointStore::prune(Database& database, std::int64_t now) {
  using std::chrono::seconds;
  auto done = database.change([&]() -> Result<void> {
    const auto old = [&](const char* which, std::int64_t before) {
      const auto condition = std::string(" WHERE changed < ?1") + which;
      const auto remember =
          "UPDATE state SET gone_through = MAX(gone_through, COALESCE((SELECT MAX(revision) FROM"
          " lists" +
          condition + "), 0))";
      return drop(database, remember.c_str(), ("DELETE FROM lists" + condition).c_str(), {before});
    };
    if (auto one = old(" AND content IS NULL", now - seconds(kRemovedLife).count()); !one)
      return one;
    if (auto one = old("", now - seconds(kStoredLife).count()); !one) return one;
    constexpr auto kTooMany =
        " WHERE revision IN (SELECT revision FROM lists ORDER BY changed DESC, revision DESC LIMIT"
        " -1 OFFSET ?1)";
    const auto remember =
        std::string(
            "UPDATE state SET gone_through = MAX(gone_through, COALESCE((SELECT MAX(revision)"
            " FROM lists") +
        kTooMany + "), 0))";
    return drop(database, remember.c_str(), (std::string("DELETE FROM lists") + kTooMany).c_str(),
                {kMaxStoredRows});
  });
  if (done) pruned_ = now;
  return done;
}

session::AgentAnswer BreakpointStore::forget(const std::optional<std::string>& workspace,
                                             std::int64_t now) {
  std::vector<std::int64_t> all;
  auto done = with_database([&](Database& database) -> Result<void> {
    auto changed = database.change([&]() -> Result<void> {
      auto revision = number_of(database, "SELECT revision FROM state");
      if (!revision) return revision.error();
      all.clear();
      auto one = database.run(
          "SELECT revision FROM lists WHERE content NOT NULL AND (?1 IS NULL OR workspace = ?1)"
          " ORDER BY revision",
          {value_of(workspace)}, [&](const Database::Row& row) { all.push_back(row.number(0)); });
      if (!one) return one;
      for (const auto each : all) {
        one = database.run(
            "UPDATE lists SET content = NULL, revision = ?2, changed = ?3 WHERE revision = ?1",
            {each, ++*revision, now});
        if (!one) return one;
      }
      return database.run("UPDATE state SET revision = ?1", {*revision});
    });
    if (!changed) return changed;
    // What is forgotten is in the log, too.
    return database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  });
  if (!done) return done.error();
  return session::AgentReply{{{"forgotten", all.size()}}};
}

// --- Reading ---

BreakpointStore::Loaded BreakpointStore::load(const Key& key) {
  Loaded loaded;
  (void)with_database([&](Database& database) {
    loaded = {};
    return database.run(
        "SELECT kind, place, content, changed FROM lists WHERE workspace = ?1 AND adapter = ?2 AND"
        " configuration = ?3 AND content NOT NULL",
        {Text(key.workspace), Text(key.adapter), Text(key.configuration)},
        [&](const Database::Row& row) {
          auto content = json::parse(row.text(2), nullptr, /*allow_exceptions=*/false);
          if (!content.is_object()) return;
          loaded.lists.push_back({row.text(0), row.text(1), std::move(content)});
          if (loaded.lists.back().kind != "watch")
            loaded.changed = std::max(loaded.changed, row.number(3));
        });
  });
  return loaded;
}

session::AgentAnswer BreakpointStore::list(const std::optional<std::string>& workspace,
                                           std::optional<std::int64_t> since) {
  json answer;
  auto done = with_database([&](Database& database) -> Result<void> {
    std::int64_t revision = 0, gone_through = 0;
    auto read =
        database.run("SELECT revision, gone_through FROM state", {}, [&](const Database::Row& row) {
          revision = row.number(0);
          gone_through = row.number(1);
        });
    if (!read) return read;
    const bool whole = !since || *since < gone_through || *since > revision;
    auto entries = json::array();
    std::size_t bytes = 0;
    bool more = false;
    std::int64_t last = 0;
    read = database.run(
        "SELECT workspace, adapter, configuration, kind, place, content, revision, changed FROM"
        " lists WHERE (?1 IS NULL OR workspace = ?1) AND revision > ?2 AND (?3 = 0 OR content NOT"
        " NULL) ORDER BY revision",
        {value_of(workspace), whole ? 0 : *since, std::int64_t{whole}},
        [&](const Database::Row& row) {
          more = more || bytes >= kMaxListedBytes;
          if (more) return;
          const auto content = row.text(5);
          bytes += content.size();
          last = row.number(6);
          entries.push_back(
              {{"workspace", row.text(0)},
               {"adapter", row.text(1)},
               {"configuration", row.text(2)},
               {"kind", row.text(3)},
               {"place", row.text(4)},
               {"content", row.is_null(5) ? json() : json::parse(content, nullptr, false)},
               {"revision", last},
               {"changed", row.number(7)}});
        });
    if (!read) return read;
    answer = {{"revision", more ? last : revision},
              {"whole", whole},
              {"more", more},
              {"entries", std::move(entries)}};
    return {};
  });
  if (!done) return done.error();
  return session::AgentReply{std::move(answer)};
}

}  // namespace nearside::far_end
