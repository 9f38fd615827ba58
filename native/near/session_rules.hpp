// The mapping rules that a session of this near end has now, told to `nearside paths`: one file a
// session, `sessions/<id>.json` in the state folder. What always holds: private, written whole,
// gone with the session; what a near end left behind that was killed is taken away by the next
// reader.
#pragma once

#include "core/fault.hpp"
#include "core/paths/rules.hpp"

#include <nlohmann/json_fwd.hpp>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace nearside::near_end {

struct SessionRules {
  std::string session;  ///< Its id, 16 hex digits.
  std::string target, adapter;
  std::string workspace;  ///< Empty: nothing is inferred.
  pid_t pid = 0;          ///< Of the near end.
  std::vector<paths::Rule> rules;
  paths::SideTraits local, remote;
};

/// {local, remote, origin, source}, as the command line and the addon tell it.
nlohmann::json to_json(const paths::Rule& rule);

/// One session's file as long as it lives.
class SessionRulesFile {
 public:
  /// Nothing is written yet.
  explicit SessionRulesFile(std::filesystem::path state);
  ~SessionRulesFile();
  SessionRulesFile(const SessionRulesFile&) = delete;
  SessionRulesFile& operator=(const SessionRulesFile&) = delete;

  /// An id that is none is refused: it came from the far end, and names a file here.
  Result<void> write(const SessionRules& rules);

 private:
  std::filesystem::path state_, file_;
};

/// Of all sessions whose near end lives, in the order of their ids.
std::vector<SessionRules> list_session_rules(const std::filesystem::path& state);

}  // namespace nearside::near_end
