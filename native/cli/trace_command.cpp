// `nearside trace FILE`: what the near ends' last requests took, as a picture.
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "near/near_ends.hpp"

#include <iostream>

namespace nearside::cli {
namespace {

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

int run_trace(const Arguments& arguments) {
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  const auto file = *arguments.operand(0);
  const auto traced = run_to_end([&](asio::any_io_executor executor) {
    return near_end::trace_near_ends(executor, *state, file);
  });
  if (!traced) return complain(traced.error());
  for (const auto& trouble : traced->troubles) note(trouble.message);
  if (traced->requests == 0) {
    note(traced->near_ends == 0
             ? "No near end is running, so there is nothing to draw. Debug with 'nearside connect' "
               "or in the editor, and ask again before that ends."
             : "The near ends that run have answered no request yet. Debug a little, and ask "
               "again.");
    return kExitFailed;
  }
  if (arguments.has("--json")) {
    print_json({{"file", file}, {"requests", traced->requests}, {"sessions", traced->sessions}});
    return kExitOk;
  }
  std::cout << "Wrote " << counted(traced->requests, "request") << " of "
            << counted(traced->sessions, "session") << " to " << file
            << ". Open it at https://ui.perfetto.dev\n";
  return kExitOk;
}

}  // namespace

Command trace_command() {
  return {
      .name = "trace",
      .summary = "Write what the last requests took as a picture.",
      .usage = "FILE [OPTIONS]",
      .purpose =
          "Collects from all near ends of this user (editors and 'nearside connect', as long as "
          "they run) when each of their last 10,000 requests was where, and writes one file in "
          "Chrome's trace format: open it at https://ui.perfetto.dev (it stays in your browser) or "
          "in chrome://tracing. A session is a process, and client, near end, link, far end and "
          "adapter are its tracks. It holds commands and times: no values, expressions or paths of "
          "your program.",
      .operands = {{"FILE"}},
      .options = {kStateOption, {"--json", "", "Print {\"file\",\"requests\",\"sessions\"}."}},
      .exits =
          "0  the file was written\n"
          "1  failed, or there was nothing to write: stderr says why\n"
          "2  the command line is wrong",
      .examples = "nearside trace slow.json",
      .run = run_trace,
  };
}

}  // namespace nearside::cli
