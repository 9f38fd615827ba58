// What the tests of io share: an event loop that gives up instead of hanging, a folder that goes
// with the test, and short names for Asio.
#pragma once

#include "io/stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace nearside::io {

/// Far above what any test needs, also with sanitizers on a busy machine: reached only by a hang.
inline constexpr std::chrono::seconds kTestLimit{60};

class Loop {
 public:
  asio::any_io_executor executor() { return context_.get_executor(); }
  asio::io_context& context() { return context_; }

  /// Runs the loop until the task has ended; gives its value, or throws what it threw.
  template <typename T>
  T run(asio::awaitable<T> task) {
    std::optional<T> value;
    run_until_end(keep(std::move(task), value));
    return std::move(*value);
  }
  void run(asio::awaitable<void> task) { run_until_end(std::move(task)); }

 private:
  template <typename T>
  static asio::awaitable<void> keep(asio::awaitable<T> task, std::optional<T>& value) {
    value.emplace(co_await std::move(task));
  }

  void run_until_end(asio::awaitable<void> task) {
    bool ended = false;
    std::exception_ptr thrown;
    asio::co_spawn(context_, std::move(task), [&](const std::exception_ptr& what) {
      ended = true;
      thrown = what;
    });
    const auto limit = std::chrono::steady_clock::now() + kTestLimit;
    context_.restart();
    while (!ended) {
      if (context_.run_one_until(limit) != 0) continue;
      if (std::chrono::steady_clock::now() < limit) {
        ADD_FAILURE() << "the test's task waits for nothing";
      } else {
        ADD_FAILURE() << "the test's task did not end";
      }
      std::abort();  // its frame refers to ours: there is no way on
    }
    if (thrown) std::rethrow_exception(thrown);
  }

  asio::io_context context_{1};
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "nearside-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// All that comes until the end of the stream, or `count` bytes. A fault ends it with what came.
inline asio::awaitable<std::string> read_up_to(Stream& stream, std::size_t count = SIZE_MAX) {
  std::string all;
  char buffer[16 * 1024];
  while (all.size() < count) {
    const auto got = co_await stream.read_some(
        asio::buffer(buffer, std::min(sizeof buffer, count - all.size())));
    if (!got || *got == 0) break;
    all.append(buffer, *got);
  }
  co_return all;
}

inline asio::awaitable<void> write_and_end(Stream& stream, const std::string& bytes) {
  EXPECT_TRUE(co_await stream.write(asio::buffer(bytes)));
  EXPECT_TRUE(co_await stream.end_output());
}

}  // namespace nearside::io
