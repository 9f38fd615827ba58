// A loopback listener for an adapter that dials back (dlv). It takes one connection, and only from
// the process that was started or one that descends from it: whoever else finds the port is closed
// at once, before a byte is read or written.
#pragma once

#include "io/sockets.hpp"

#include <sys/types.h>

#include <string>

namespace nearside::far_end {

class DialBack {
 public:
  static Result<DialBack> listen(io::asio::any_io_executor executor);

  /// "127.0.0.1:40123".
  std::string address() const;
  /// Waits for the process's connection; without end, so put a limit around it.
  io::Async<io::StreamPtr> accept(pid_t process, std::string name);
  std::size_t strangers() const { return strangers_; }

 private:
  explicit DialBack(io::asio::ip::tcp::acceptor acceptor) : acceptor_(std::move(acceptor)) {}

  io::asio::ip::tcp::acceptor acceptor_;
  std::size_t strangers_ = 0;
};

}  // namespace nearside::far_end
