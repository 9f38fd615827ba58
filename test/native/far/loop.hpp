// What asynchronous tests stand on: a loop that runs until something is true, and a folder that
// goes with the test.
#pragma once

#include "io/task_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace nearside::far_end {

namespace asio = boost::asio;

/// Long enough for a loaded machine under a sanitizer; reached only by a test that fails.
inline constexpr std::chrono::seconds kTestLimit{60};

class Loop {
 public:
  asio::any_io_executor executor() { return context_.get_executor(); }

  /// Runs the loop until `done()`; false when it did not come true within the limit.
  bool run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + kTestLimit;
    const auto work = asio::make_work_guard(context_);
    context_.restart();
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      context_.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  /// Runs one coroutine to its end.
  template <typename T>
  T run(asio::awaitable<T> task) {
    std::optional<T> result;
    run(keep(std::move(task), result));
    return std::move(*result);
  }
  void run(asio::awaitable<void> task) {
    bool ended = false;
    std::exception_ptr thrown;
    asio::co_spawn(context_, std::move(task), [&](std::exception_ptr error) {
      thrown = error;
      ended = true;
    });
    EXPECT_TRUE(run_until([&] { return ended; })) << "a task did not end";
    if (thrown) std::rethrow_exception(thrown);
  }

 private:
  template <typename T>
  static asio::awaitable<void> keep(asio::awaitable<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }

  asio::io_context context_{1};
};

/// A private folder below /tmp.
class Scratch {
 public:
  Scratch() {
    char name[] = "/tmp/nearside-far-test-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::string own_program() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

}  // namespace nearside::far_end
