// One adapter of one session, however it is reached: its keeper, its streams, its own output, its
// last words and how it ended. It does not look into what is spoken.
#pragma once

#include "core/dap/build.hpp"
#include "far/adapter_plan.hpp"
#include "far/dial_back.hpp"
#include "far/keeper_process.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::far_end {

class AdapterProcess {
 public:
  struct Handlers {
    /// Written beside DAP: an adapter's stderr, a dial-back adapter's stdout. Never waits.
    std::function<void(dap::OutputCategory, std::string_view)> on_output;
    /// That stream of output has ended.
    std::function<void(dap::OutputCategory)> on_output_end;
    /// The adapter's process has ended (its stream may live on in a child of its), or the keeper
    /// was lost.
    std::function<void()> on_ended;
    std::function<void(std::int64_t request, Result<pid_t>)> on_terminal;
  };

  AdapterProcess(AgentResources& resources, std::string session, AdapterPlan plan,
                 Handlers handlers);

  /// Until it can be spoken to. Whatever comes of it, finish() is to be called.
  io::Async<void> start();
  /// After start() has succeeded.
  io::Stream& stream() { return *stream_; }
  /// Why it can no longer be spoken to, with how it ended and its last words; waits for these at
  /// most kLastWordsLimit. `what` is for when it lives: "closed its output".
  asio::awaitable<Fault> loss(Errc code, std::string what);
  /// No keeper, no terminal: false.
  bool start_terminal(StartTerminal order);
  /// The end is near: tells the keeper, which first lets the adapter end by itself.
  void end(bool keep_debuggee);
  /// Until its output has ended, at most `limit`.
  asio::awaitable<void> drain(milliseconds limit);
  /// Until nothing of it is left (but a debuggee that is to be kept).
  asio::awaitable<void> finish(bool keep_debuggee);

  const AdapterPlan& plan() const { return plan_; }
  pid_t id() const { return process_; }
  pid_t keeper() const { return keeper_ ? keeper_->id() : 0; }
  bool ended() const { return ended_.has_value() || keeper_lost_; }

 private:
  Result<void> launch();
  io::Async<void> wait_for_start();
  io::Async<void> wait_for_end();
  io::Async<void> be_called();
  void handle(const KeeperReport& report);
  void pump_output(int from, dap::OutputCategory category);
  asio::awaitable<void> pump(io::StreamPtr from, dap::OutputCategory category);
  Fault failed(Errc code, const std::string& what) const;

  AgentResources& resources_;
  std::string session_;
  AdapterPlan plan_;
  Handlers handlers_;
  std::unique_ptr<KeeperProcess> keeper_;
  io::StreamPtr stream_;
  std::optional<DialBack> dial_back_;
  pid_t process_ = 0;
  std::optional<std::string> start_failure_;
  std::optional<io::ExitStatus> ended_;
  bool keeper_lost_ = false;
  io::Wake changed_;
  std::string last_words_;
  int open_outputs_ = 0;
  io::TaskGroup pumps_;
};

}  // namespace nearside::far_end
