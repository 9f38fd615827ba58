// A Stream over bare descriptors: pipes, a pty, a socketpair, our own stdio (which may be a file or
// /dev/null: epoll refuses those, but they never block for long, so they are simply read).
#include "io/faults.hpp"
#include "io/limits.hpp"
#include "io/process.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

namespace nearside::io {
namespace {

class DescriptorStream final : public Stream {
 public:
  DescriptorStream(asio::any_io_executor executor, int read_from, int write_to, std::string name)
      : executor_(std::move(executor)),
        name_(std::move(name)),
        input_(read_from, executor_),
        output_(write_to == read_from ? ::fcntl(write_to, F_DUPFD_CLOEXEC, 0) : write_to,
                executor_) {}
  ~DescriptorStream() override { close(); }

  Async<std::size_t> read_some(asio::mutable_buffer into) override {
    if (++reads_without_wait_ >= kReadsBeforeYield) {
      reads_without_wait_ = 0;
      co_await asio::post(executor_, asio::use_awaitable);
    }
    for (;;) {
      if (!input_.handle.is_open()) co_return closed();
      const auto count = ::read(input_.handle.native_handle(), into.data(), into.size());
      if (count >= 0) co_return static_cast<std::size_t>(count);
      if (errno == EINTR) continue;
      if (errno == EIO && input_.is_terminal)
        co_return std::size_t{0};  // a pty: the other side has gone
      if (errno != EAGAIN && errno != EWOULDBLOCK) co_return broken("reading from", errno);
      reads_without_wait_ = 0;
      const auto [error] = co_await input_.handle.async_wait(
          asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
      if (error) co_return stream_fault(name_, "reading from", error);
    }
  }

  Async<void> write(asio::const_buffer bytes) override {
    while (bytes.size() != 0) {
      if (!output_.handle.is_open()) co_return closed();
      const auto count = write_now(bytes);
      if (count >= 0) {
        bytes += static_cast<std::size_t>(count);
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) co_return broken("writing to", errno);
      const auto [error] = co_await output_.handle.async_wait(
          asio::posix::stream_descriptor::wait_write, asio::as_tuple(asio::use_awaitable));
      if (error) co_return stream_fault(name_, "writing to", error);
    }
    co_return Result<void>();
  }

  std::size_t try_write(asio::const_buffer bytes) override {
    if (!output_.handle.is_open()) return 0;
    const auto count = write_now(bytes);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }

  Async<void> end_output() override {
    if (output_.handle.is_open()) {
      if (output_.is_socket) ::shutdown(output_.handle.native_handle(), SHUT_WR);
      output_.close();
    }
    co_return Result<void>();
  }

  void close() noexcept override {
    input_.close();
    output_.close();
  }

  const std::string& name() const override { return name_; }
  asio::any_io_executor executor() override { return executor_; }

 private:
  struct Half {
    Half(int descriptor, const asio::any_io_executor& executor) : handle(executor) {
      struct stat status {};
      ::fstat(descriptor, &status);
      is_socket = S_ISSOCK(status.st_mode);
      is_terminal = ::isatty(descriptor) == 1;
      const int flags = ::fcntl(descriptor, F_GETFL);
      if (flags >= 0 && (flags & O_NONBLOCK) == 0) {
        restore = flags;
        ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
      }
      boost::system::error_code error;
      handle.assign(descriptor, error);
      if (error) ::close(descriptor);  // not open: each operation says so
    }
    void close() noexcept {
      if (!handle.is_open()) return;
      if (restore) ::fcntl(handle.native_handle(), F_SETFL, *restore);
      const int descriptor = handle.native_handle();
      // Not handle.close(): Asio sets the descriptor to blocking before it closes it, which would
      // undo what others who share it have chosen.
      handle.release();
      ::close(descriptor);
    }
    asio::posix::stream_descriptor handle;
    bool is_socket = false;
    bool is_terminal = false;
    std::optional<int> restore;
  };

  ssize_t write_now(asio::const_buffer bytes) {
    const int descriptor = output_.handle.native_handle();
    if (output_.is_socket) return ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return ::write(descriptor, bytes.data(), bytes.size());
  }

  Fault closed() const { return stream_fault(name_, "using", asio::error::bad_descriptor); }
  Fault broken(const char* doing, int number) const {
    return stream_fault(name_, doing, {number, boost::system::system_category()});
  }

  asio::any_io_executor executor_;
  std::string name_;
  Half input_;
  Half output_;
  int reads_without_wait_ = 0;
};

}  // namespace

StreamPtr make_descriptor_stream(asio::any_io_executor executor, int read_from, int write_to,
                                 std::string name) {
  return std::make_unique<DescriptorStream>(std::move(executor), read_from, write_to,
                                            std::move(name));
}

}  // namespace nearside::io
