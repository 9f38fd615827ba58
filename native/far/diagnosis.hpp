// What was seen of a silent adapter, in one sentence that a user can act upon. Pure: what was seen
// comes as an argument.
#pragma once

#include "core/session/watchdog.hpp"
#include "far/process_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nearside::far_end {

/// One process, and the share of a processor that it used until then.
struct Seen {
  ProcessFacts facts;
  std::optional<double> share = {};
};

struct Sighting {
  std::string adapter;          ///< Its name.
  bool is_ours = true;          ///< Else it was reached over TCP, and may be anywhere.
  std::optional<Seen> process;  ///< Nothing: gone.
  std::vector<Seen> others;     ///< What it started or traces, the debuggee among them.
  std::string last_words;       ///< "the event `output`"; empty: nothing.
  std::chrono::seconds since_last_words{};
};

/// "dlv (process 4711) has not answered `stackTrace` for 10 s. It is stopped by a signal: …"
std::string describe(const Sighting& seen, const session::Overdue& overdue);

/// Of a slow start: "dlv reads the program's debug information: 12 s, 98 % CPU, 850 MiB memory, …"
std::string describe_start(const Sighting& seen, std::chrono::milliseconds since);

}  // namespace nearside::far_end
