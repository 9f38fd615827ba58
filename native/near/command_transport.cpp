// A transport is there when the greeting is.
#include "near/command_transport.hpp"

#include "io/deadline.hpp"
#include "io/faults.hpp"

#include <utility>

namespace nearside::near_end {

io::Async<Transport> open_command_transport(asio::any_io_executor executor,
                                            std::shared_ptr<const NearEndOptions> options,
                                            Target target, std::vector<std::string> words,
                                            io::TaskGroup& tasks, Deadline deadline,
                                            std::optional<FarSystem>& missing) {
  auto stream = CommandStream::start(executor, *options, target, std::move(words), tasks);
  if (!stream) co_return stream.error();
  auto late = io::make_fault(Errc::kTimedOut, Condition::kUnreachable,
                             "Nothing has answered behind " + to_string(target) + " in time.");
  auto greeted = co_await io::within(time_left(deadline), (*stream)->read_greeting(kStdioGreeting),
                                     std::move(late));
  if (!greeted) {
    auto fault = greeted.error();
    const auto words_said = (*stream)->last_words();
    if (fault.code == Errc::kTimedOut && !words_said.empty())
      fault.message += " The command's last words: " + words_said;
    if (fault.code == Errc::kProcessFailed) missing = read_far_system((*stream)->noise());
    co_return fault;
  }
  Transport transport;
  transport.compress = true;
  transport.security = "the command's own, by " + to_string(target);
  transport.stream = *std::move(stream);
  co_return std::move(transport);
}

}  // namespace nearside::near_end
