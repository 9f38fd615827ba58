// One thing that happened at an agent, as the audit log has it: who, from where, what, and what
// became of it. What always holds: texts are bounded and UTF-8; what is empty is not written. It
// never holds values of variables, expressions, source text or secrets: who fills it sees to that.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace nearside::audit {

struct Entry {
  std::string event;    ///< "connected", "refused", "request", …
  std::int64_t at = 0;  ///< Unix milliseconds.
  std::string who;      ///< A fingerprint, or "local".
  std::string name;     ///< As it is pinned, or names itself.
  std::string token;    ///< The `jti` of its invitation.
  std::string from;     ///< "tls://10.0.0.7:52100"
  std::string session;  ///< Its id.
  std::string role;     ///< "owner", "controller", "observer".
  std::string request;  ///< A DAP command, or an order to the agent.
  std::string outcome;  ///< "done", "failed", "refused", "unanswered".
  std::string reason;   ///< In our own words.
  nlohmann::json details = nlohmann::json::object();
};

/// One object without the closing brace: `{"n":17,"time":"…",…`.
std::string open_json(const Entry& entry, std::uint64_t number);

/// "2026-11-22T02:54:26.123Z"
std::string utc_text(std::int64_t unix_milliseconds);

}  // namespace nearside::audit
