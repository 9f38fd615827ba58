// `nearside digest`: the SHA-256 of a file, for a machine without any program that tells it: a copy
// of this one that has just arrived there (near/far_script.hpp).
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "near/bring_over.hpp"

#include <iostream>

namespace nearside::cli {
namespace {

int run_digest(const Arguments& arguments) {
  const auto file = arguments.operand(0).value();
  const auto digest = near_end::digest_of_copy(file);
  if (digest.empty())
    return complain(Fault{Errc::kFileFailed, Condition::kMisconfigured,
                          "'" + file + "' is no file that can be read."});
  std::cout << digest << "  " << file << "\n";
  return kExitOk;
}

}  // namespace

Command digest_command() {
  return {
      .name = "digest",
      .summary = "Print the SHA-256 of a file: has a copy arrived?",
      .usage = "FILE",
      .purpose =
          "Prints what sha256sum would, where a machine that nearside was brought to has no such "
          "program. It is no use by hand.",
      .operands = {{"FILE"}},
      .examples = "nearside digest nearside",
      .hidden = true,
      .run = run_digest,
  };
}

}  // namespace nearside::cli
