// Runs a short command to its end and takes what it prints, within a limit of time and bytes; what
// takes longer is ended with its process group: asked by SIGTERM, killed after kRunTermLimit. For
// questions to a login shell or an interpreter.
#pragma once

#include "far/orphans.hpp"
#include "io/process.hpp"

#include <chrono>
#include <string>

namespace nearside::far_end {

struct RunOutcome {
  io::ExitStatus status;
  std::string output;  ///< stdout; stderr goes nowhere.
};

/// `arguments[0]` is looked up in the environment's PATH. stdin is /dev/null. A fault when it could
/// not be started, took too long, or printed more than kMaxRunOutput.
io::Async<RunOutcome> run_bounded(OwnChildren& own, io::ProcessOptions options,
                                  std::chrono::milliseconds limit);

}  // namespace nearside::far_end
