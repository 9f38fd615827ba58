// What /proc shows of an adapter and of what it started, read at once and without waiting: state,
// tracer, wait channel, use of processor, memory and files. Bounded in processes and threads.
// It judges nothing; elsewhere than on Linux there is nothing to be seen.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nearside::far_end {

struct ProcessFacts {
  pid_t id = 0;
  std::string name;
  /// As in /proc: 'R', 'S', 'D' (in the kernel, cannot be interrupted), 'T' (by a signal), 't' (by
  /// a tracer), 'Z'. Of all its threads the one that says most: 'D' before 'R' before the main
  /// one's.
  char state = '?';
  pid_t tracer = 0;  ///< 0: none.
  std::string tracer_name;
  std::string wait_channel;           ///< Of that thread; empty: runs, or may not be seen.
  std::chrono::milliseconds cpu{};    ///< Used since its start, all threads.
  std::uint64_t memory = 0;           ///< Resident, bytes.
  std::optional<std::uint64_t> read;  ///< Bytes, since its start; nothing: may not be seen.
  std::chrono::milliseconds when{};   ///< Of this look, by the steady clock.
  bool operator==(const ProcessFacts&) const = default;
};

/// Nothing when it is gone.
std::optional<ProcessFacts> look_at_process(pid_t process);

/// As /proc has it; empty when it is gone.
std::string process_name(pid_t process);

/// Processes below this one, nearest first.
std::vector<pid_t> offspring_of(pid_t process);
/// Processes that one of these traces.
std::vector<pid_t> traced_by(const std::vector<pid_t>& tracers);

/// Of a processor, between two looks: 1.0 is all of one. Nothing when they are too close.
std::optional<double> processor_share(const ProcessFacts& before, const ProcessFacts& after);

}  // namespace nearside::far_end
