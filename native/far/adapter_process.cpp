// Starting: pipes, keeper, order, and then by the way the adapter speaks. The pipes' far sides are
// closed here as soon as the keeper has them, so that an end of stream means what it says.
#include "far/adapter_process.hpp"

#include "far/descriptor.hpp"
#include "far/offspring.hpp"
#include "io/deadline.hpp"
#include "io/faults.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace nearside::far_end {
namespace {

using asio::experimental::awaitable_operators::operator||;

struct Pipe {
  Descriptor read;
  Descriptor write;
};
Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Fault{Errc::kAdapterStartFailed, Condition::kInternal,
                 "No pipe for an adapter could be made. Are too many files open?"};
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// The last lines, as they are worth quoting.
std::string tail_of(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  constexpr int kLines = 5;
  std::size_t begin = text.size();
  for (int line = 0; line < kLines && begin != std::string_view::npos && begin > 0; ++line)
    begin = text.rfind('\n', begin - 1);
  return std::string(begin == std::string_view::npos || begin == 0 ? text : text.substr(begin + 1));
}

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

}  // namespace

AdapterProcess::AdapterProcess(AgentResources& resources, std::string session, AdapterPlan plan,
                               Handlers handlers)
    : resources_(resources),
      session_(std::move(session)),
      plan_(std::move(plan)),
      handlers_(std::move(handlers)),
      changed_(resources.executor),
      pumps_(resources.executor) {}

io::Async<void> AdapterProcess::start() {
  if (plan_.speech != Speech::kTcp) {
    if (auto launched = launch(); !launched) co_return launched.error();
    if (auto started = co_await wait_for_start(); !started) co_return started.error();
    if (plan_.speech == Speech::kDialBack) co_return co_await be_called();
    co_return Result<void>();
  }
  auto socket = co_await io::connect_tcp(resources_.executor, plan_.address,
                                         resources_.times.adapter_connect);
  if (!socket) {
    co_return io::make_fault(Errc::kAdapterStartFailed, Condition::kAdapterFailed,
                             "No adapter answers at " + plan_.address.text() +
                                 " on the far side. Is it running there? " +
                                 socket.error().message);
  }
  stream_ = io::make_stream(std::move(*socket), plan_.description);
  co_return Result<void>();
}

/// Everything up to the order to start; the keeper's answer is still to come.
Result<void> AdapterProcess::launch() {
  auto errors = make_pipe();
  auto output = make_pipe();
  auto input = make_pipe();
  if (!errors) return errors.error();
  if (!output) return output.error();
  if (!input) return input.error();
  if (plan_.speech == Speech::kDialBack) {
    auto listening = DialBack::listen(resources_.executor);
    if (!listening) return listening.error();
    dial_back_.emplace(std::move(*listening));
    for (std::string& argument : plan_.command.arguments)
      replace_all(argument, kAddressPlaceholder, dial_back_->address());
    input->read = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    input->write = Descriptor();
  }

  KeeperProcess::Handlers handlers;
  handlers.on_report = [this](const KeeperReport& report) { handle(report); };
  handlers.on_lost = [this] {
    keeper_lost_ = true;
    changed_.ring();
    handlers_.on_ended();
  };
  auto keeper = KeeperProcess::start(resources_, session_,
                                     {input->read.get(), output->write.get(), errors->write.get()},
                                     std::move(handlers));
  if (!keeper) return keeper.error();
  keeper_ = std::move(*keeper);
  plan_.command.environment[kSessionVariable] = session_;
  keeper_->send(StartAdapter{plan_.command, resources_.open_files});

  pump_output(errors->read.release(), dap::OutputCategory::kStderr);
  if (plan_.speech == Speech::kDialBack) {
    pump_output(output->read.release(), dap::OutputCategory::kStdout);
  } else {
    const int from = output->read.release();
    const int to = input->write.release();
    stream_ = io::make_descriptor_stream(resources_.executor, from, to, plan_.description);
  }
  return {};
}

void AdapterProcess::pump_output(int from, dap::OutputCategory category) {
  ++open_outputs_;
  pumps_.spawn(pump(io::make_descriptor_stream(resources_.executor, from, from, plan_.description),
                    category));
}

/// For an adapter that dials back.
io::Async<void> AdapterProcess::be_called() {
  const milliseconds limit = resources_.times.adapter_connect;
  Fault late = io::make_fault(Errc::kTimedOut, Condition::kAdapterFailed, {});
  auto first = co_await (
      io::within(limit, dial_back_->accept(process_, plan_.description), std::move(late)) ||
      wait_for_end());
  if (first.index() == 0) {
    auto& accepted = std::get<0>(first);
    if (accepted) stream_ = std::move(*accepted);
    if (accepted) co_return Result<void>();
    if (accepted.error().code != Errc::kTimedOut) co_return accepted.error();
  }
  // Named before it is passed: GCC 12 frees a temporary of a co_await twice.
  std::string what = "did not connect to " + dial_back_->address() + " within " +
                     std::to_string(limit.count() / 1000) + " s";
  co_return co_await loss(Errc::kAdapterStartFailed, std::move(what));
}

io::Async<void> AdapterProcess::wait_for_start() {
  const auto deadline = asio::steady_timer::clock_type::now() + resources_.times.adapter_connect;
  while (process_ == 0 && !start_failure_ && !keeper_lost_ &&
         asio::steady_timer::clock_type::now() < deadline)
    co_await changed_.wait_until(deadline);
  if (process_ != 0) co_return Result<void>();
  if (start_failure_) co_return failed(Errc::kAdapterStartFailed, *start_failure_);
  co_return io::make_fault(Errc::kAdapterStartFailed, Condition::kInternal,
                           "The keeper of this session did not start. Is " + resources_.executable +
                               " still in its place?");
}

io::Async<void> AdapterProcess::wait_for_end() {
  while (!ended()) co_await changed_.wait();
  co_return Result<void>();
}

void AdapterProcess::handle(const KeeperReport& report) {
  if (const auto* started = std::get_if<AdapterStarted>(&report)) {
    process_ = started->process;
  } else if (const auto* ended = std::get_if<AdapterEnded>(&report)) {
    ended_ = io::ExitStatus{ended->code, ended->signal};
    handlers_.on_ended();
  } else if (const auto* terminal = std::get_if<TerminalStarted>(&report)) {
    handlers_.on_terminal(terminal->request, terminal->process);
  } else if (const auto* failure = std::get_if<StartFailed>(&report)) {
    if (failure->request) {
      handlers_.on_terminal(*failure->request, Fault{Errc::kProcessFailed,
                                                     Condition::kMisconfigured, failure->reason});
    } else {
      start_failure_ = failure->reason;
    }
  }
  changed_.ring();
}

asio::awaitable<void> AdapterProcess::pump(io::StreamPtr from, dap::OutputCategory category) {
  std::vector<char> buffer(kOutputReadBytes);
  for (;;) {
    const auto count = co_await from->read_some(asio::buffer(buffer));
    if (!count || *count == 0) break;
    const std::string_view text(buffer.data(), *count);
    if (category == dap::OutputCategory::kStderr) {
      last_words_.append(text);
      if (last_words_.size() > kLastWordsBytes)
        last_words_.erase(0, last_words_.size() - kLastWordsBytes);
    }
    handlers_.on_output(category, text);
  }
  --open_outputs_;
  handlers_.on_output_end(category);
  changed_.ring();
}

asio::awaitable<void> AdapterProcess::drain(milliseconds limit) {
  const auto deadline = asio::steady_timer::clock_type::now() + limit;
  while (open_outputs_ > 0 && asio::steady_timer::clock_type::now() < deadline)
    co_await changed_.wait_until(deadline);
}

Fault AdapterProcess::failed(Errc code, const std::string& what) const {
  std::string message = "The debug adapter " + plan_.description + " " + what + ".";
  if (const std::string words = tail_of(last_words_); !words.empty())
    message += " Its last words: " + words;
  return {code, Condition::kAdapterFailed, std::move(message)};
}

asio::awaitable<Fault> AdapterProcess::loss(Errc code, std::string what) {
  const bool nonsense = code == Errc::kAdapterProtocol;
  const auto deadline =
      asio::steady_timer::clock_type::now() + (nonsense ? kNonsenseWordsLimit : kLastWordsLimit);
  const auto all_said = [this] { return ended() && (open_outputs_ == 0 || keeper_lost_); };
  while (keeper_ && !all_said() && asio::steady_timer::clock_type::now() < deadline)
    co_await changed_.wait_until(deadline);
  if (ended_) {
    what = (nonsense ? what + " and " : std::string()) + ended_->text();
  } else if (keeper_lost_) {
    what = "was ended, because the process that keeps it was killed";
    code = Errc::kAdapterExited;
  }
  co_return failed(code, what);
}

bool AdapterProcess::start_terminal(StartTerminal order) {
  if (!keeper_) return false;
  order.open_files = resources_.open_files;
  keeper_->send(order);
  return true;
}

void AdapterProcess::end(bool keep_debuggee) {
  if (keeper_) keeper_->send(End{keep_debuggee});
}

asio::awaitable<void> AdapterProcess::finish(bool keep_debuggee) {
  if (stream_) stream_->close();
  if (keeper_) co_await keeper_->finish(keep_debuggee);
  pumps_.stop();
  co_await pumps_.join();
}

}  // namespace nearside::far_end
