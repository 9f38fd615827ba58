// From what can be acted upon to what is merely known.
#include "far/diagnosis.hpp"

#include "far/watch_limits.hpp"

#include <algorithm>
#include <cmath>

namespace nearside::far_end {
namespace {

using std::chrono::seconds;

std::string seconds_of(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<seconds>(time).count()) + " s";
}

std::string named(const ProcessFacts& process) {
  return process.name + " (process " + std::to_string(process.id) + ")";
}

std::string percent(double share) {
  return std::to_string(std::lround(share * 100)) + " %";
}

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string(bytes / (1024 * 1024)) + " MiB";
}

std::string channel_of(const ProcessFacts& process) {
  return process.wait_channel.empty() ? std::string() : " (" + process.wait_channel + ")";
}

std::string wakes(const ProcessFacts& process) {
  return "`kill -CONT " + std::to_string(process.id) + "` lets it go on.";
}

bool is_busy(const Seen& one) {
  return one.share && *one.share >= kBusyShare;
}

const Seen* busiest(const std::vector<Seen>& all) {
  const auto found =
      std::ranges::max_element(all, {}, [](const Seen& one) { return one.share.value_or(0); });
  return found != all.end() && is_busy(*found) ? &*found : nullptr;
}

/// A debuggee's state in words, when it explains why its debugger waits.
std::string describe_other(const Seen& other, const ProcessFacts& adapter) {
  const auto& process = other.facts;
  const std::string who = (process.tracer != 0 ? "its debuggee " : "") + named(process);
  if (process.tracer != 0 && process.tracer != adapter.id && process.state == 't')
    return who + " is stopped by another debugger: " + process.tracer_name + " (process " +
           std::to_string(process.tracer) + ") traces it.";
  switch (process.state) {
    case 'T':
      return who + " is stopped by a signal (SIGSTOP, Ctrl+Z): " + wakes(process);
    case 'D':
      return who + " waits in the kernel" + channel_of(process) +
             ", for a disk or a network file system, and cannot be stopped until it has it.";
    case 't':
      return who + " is stopped by ptrace (" + process.tracer_name + ").";
    case 'Z':
      return who + " has ended, and its end was not taken notice of.";
    default:
      break;
  }
  if (is_busy(other)) return who + " is busy: " + percent(*other.share) + " of a processor.";
  return process.state == 'R' ? who + " runs." : who + " waits" + channel_of(process) + ".";
}

/// The one that says most: what can be acted upon, then the debuggee.
const Seen* most_telling(const std::vector<Seen>& all) {
  const auto weight = [](const Seen& one) {
    switch (one.facts.state) {
      case 'T':
        return 5;
      case 'D':
        return 4;
      case 't':
        return 3;
      default:
        return is_busy(one) ? 2 : one.facts.tracer != 0 ? 1 : 0;
    }
  };
  const auto found = std::ranges::max_element(all, {}, weight);
  return found == all.end() ? nullptr : &*found;
}

std::string describe_state(const Sighting& seen) {
  if (!seen.is_ours) return "It was not started here, so what it does cannot be seen.";
  if (!seen.process || seen.process->facts.state == 'Z')
    return "Its process has ended, but something that it started keeps its connection open.";
  const auto& process = seen.process->facts;
  switch (process.state) {
    case 'T':
      return "It is stopped by a signal (SIGSTOP): " + wakes(process);
    case 't':
      return "It is stopped by a debugger of its own: " + process.tracer_name + " (process " +
             std::to_string(process.tracer) + ") traces it.";
    case 'D':
      return "It waits in the kernel" + channel_of(process) +
             ", for a disk or a network file system.";
    default:
      break;
  }
  if (is_busy(*seen.process))
    return "It is busy: " + percent(*seen.process->share) + " of a processor, " +
           mebibytes(process.memory) + " memory.";
  if (process.state == 'R' && seen.process->share)
    return "It wants to run, and gets only " + percent(*seen.process->share) +
           " of a processor: is this machine overloaded?";
  if (process.state == 'R') return "It runs.";
  const std::string waits = "It waits" + channel_of(process);
  const Seen* other = most_telling(seen.others);
  return other == nullptr ? waits + "." : waits + "; " + describe_other(*other, process);
}

}  // namespace

std::string describe(const Sighting& seen, const session::Overdue& overdue) {
  std::string line = seen.adapter;
  if (seen.process) line += " (process " + std::to_string(seen.process->facts.id) + ")";
  line += " has not answered `" + overdue.command + "` for " + seconds_of(overdue.waited) + ". " +
          describe_state(seen);
  if (!seen.last_words.empty())
    line += " The last it said was " + seen.last_words + ", " +
            std::to_string(seen.since_last_words.count()) + " s ago.";
  return line;
}

std::string describe_start(const Sighting& seen, std::chrono::milliseconds since) {
  const std::string time = seconds_of(since);
  if (!seen.process) return seen.adapter + ": " + time;
  const Seen* other = busiest(seen.others);
  const bool is_other = other != nullptr && !is_busy(*seen.process);
  const Seen& shown = is_other ? *other : *seen.process;
  std::string does = " waits" + channel_of(shown.facts);
  if (is_other)
    does = " waits for " + named(other->facts);
  else if (is_busy(shown))
    does = " reads the program's debug information";
  else if (shown.facts.state == 'T')
    does = " is stopped by a signal";
  std::string line = seen.adapter + does + ": " + time;
  if (shown.share) line += ", " + percent(*shown.share) + " CPU";
  line += ", " + mebibytes(shown.facts.memory) + " memory";
  if (shown.facts.read) line += ", " + mebibytes(*shown.facts.read) + " read";
  return line;
}

}  // namespace nearside::far_end
