// The stdio of a command as a stream: run, listened to, ended. What always holds: the command and
// its whole process group go when the stream does, after SIGTERM and a limit by SIGKILL; what it
// said on stderr is in the fault when it dies.
#pragma once

#include "io/task_group.hpp"
#include "near/links.hpp"
#include "near/stdio_command.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nearside::near_end {

struct RunningCommand;

class CommandStream final : public io::Stream {
 public:
  /// What looks after the command runs in `tasks`; when that is stopped, the command is killed.
  static Result<std::unique_ptr<CommandStream>> start(asio::any_io_executor executor,
                                                      const NearEndOptions& options,
                                                      const Target& target,
                                                      std::vector<std::string> words,
                                                      io::TaskGroup& tasks);
  CommandStream(const CommandStream&) = delete;
  CommandStream& operator=(const CommandStream&) = delete;
  ~CommandStream() override;

  /// Reads until `greeting` has come; what follows it is read afterwards. To be called once, before
  /// anything is read. What it fails with when something else answers is the caller's.
  io::Async<void> read_greeting(std::string_view greeting);
  /// What came before the greeting.
  const std::string& noise() const;
  std::string last_words() const;
  /// The code that it has ended with, once it has.
  std::optional<int> exit_code() const;

  io::Async<std::size_t> read_some(asio::mutable_buffer into) override;
  io::Async<void> write(asio::const_buffer bytes) override;
  std::size_t try_write(asio::const_buffer bytes) override;
  io::Async<void> end_output() override;
  void close() noexcept override;
  const std::string& name() const override;
  asio::any_io_executor executor() override;

 private:
  CommandStream(std::shared_ptr<RunningCommand> command, io::StreamPtr pipe);
  /// Once it has ended.
  asio::awaitable<Fault> why();

  std::shared_ptr<RunningCommand> command_;
  io::StreamPtr pipe_;
  std::string early_;  ///< Read with the greeting.
  bool is_closed_ = false;
};

}  // namespace nearside::near_end
