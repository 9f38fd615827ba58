// RLIMIT_NOFILE: raised for the agent, which holds some ten descriptors a session; what it starts
// gets the limit back that was there before, since programs behave by it.
#pragma once

#include <cstdint>

namespace nearside::far_end {

/// Raises the soft limit to kWantedOpenFiles or the hard limit. Returns what it was.
std::uint64_t raise_open_files();

}  // namespace nearside::far_end
