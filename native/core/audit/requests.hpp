// Which requests of one client the audit log records, and what became of each: those that change
// what others see, or let the program run, or could run code. Of a request it keeps the command and
// what says where (path and lines, thread, kind of evaluation), never what was said: no expression,
// condition, value or argument.
#pragma once

#include "core/audit/entry.hpp"
#include "core/dap/envelope.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace nearside::audit {

class Requests {
 public:
  /// A message of the client, as it came. Recorded with its answer, or at once when too many wait.
  std::optional<Entry> handle_request(const dap::Message& message);
  /// A message to the client; what it answers, if that is to be recorded.
  std::optional<Entry> handle_message(const dap::Message& message);
  bool is_waiting() const { return !open_.empty(); }
  /// The client has gone: what was not answered.
  std::vector<Entry> handle_gone();

 private:
  std::map<std::int64_t, Entry> open_;  ///< By the client's number.
};

/// Whether a request is one to be recorded.
bool is_recorded(const dap::Message& request);

}  // namespace nearside::audit
