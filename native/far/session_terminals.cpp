// A session's terminals: between what runs in them and the client that shows them. What they print
// is kept, the newest part of it, while nobody takes it.
#include "far/session_host.hpp"

#include <iterator>
#include <utility>

namespace nearside::far_end {

void SessionHost::apply(const session::RunInTerminal& command) {
  const auto opened = terminals_.open(command, *adapter_);
  if (!opened) apply(session_.handle_terminal_failed(command.request, opened.error()));
}

void SessionHost::handle_terminal(std::int64_t request, const Result<pid_t>& started) {
  // First the session: what the terminal says at once is for one that its client has heard of.
  apply(started ? session_.handle_terminal_started(request, *started)
                : session_.handle_terminal_failed(request, started.error()));
  terminals_.handle_started(request, started.has_value());
}

void SessionHost::apply(const session::UseTerminal& command) {
  apply(session_.handle_terminal_used(command.client, command.seq, terminals_.use(command)));
}

void SessionHost::take_terminal_output(std::int64_t terminal, bool has_user,
                                       std::string_view text) {
  if (!has_user) return take_output(dap::OutputCategory::kStdout, text);
  terminal_tails_[terminal].output.append(dap::OutputCategory::kStdout, text);
  send_output();
}

void SessionHost::handle_terminal_ended(std::int64_t terminal) {
  auto& tail = terminal_tails_[terminal];
  tail.output.finish(dap::OutputCategory::kStdout);
  tail.ended = true;
  send_output();
}

void SessionHost::send_terminal_output() {
  for (auto each = terminal_tails_.begin(); each != terminal_tails_.end();) {
    auto& [terminal, tail] = *each;
    while (!tail.output.empty() && session_.takes_terminal_output() && may_send()) {
      const auto piece = tail.output.take();
      if (!piece) break;
      apply(piece->category == dap::OutputCategory::kStdout
                ? session_.handle_terminal_output(terminal, piece->text)
                : session_.handle_program_output(piece->category, piece->text));
    }
    if (!tail.ended || !tail.output.empty()) {
      ++each;
      continue;
    }
    apply(session_.handle_terminal_ended(terminal));
    each = terminal_tails_.erase(each);
  }
}

}  // namespace nearside::far_end
