// A byte stream, whatever carries it: TCP, a Unix socket, TLS over TCP, a pair of pipes. One reader
// and one writer at a time. Failures that a network or a peer can cause are Results, not
// exceptions.
#pragma once

#include "core/fault.hpp"
#include "io/costs.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <memory>
#include <string>

namespace nearside::io {

namespace asio = boost::asio;

template <typename T>
using Async = asio::awaitable<Result<T>>;

class Stream {
 public:
  virtual ~Stream() = default;

  /// Reads at least one byte. 0 bytes: the peer has ended its side in an orderly way.
  virtual Async<std::size_t> read_some(asio::mutable_buffer into) = 0;
  /// Writes all of it. `bytes` must live until this completes.
  virtual Async<void> write(asio::const_buffer bytes) = 0;
  /// Writes as much as goes without waiting and returns how much that was; 0 too when the stream is
  /// broken, which the next write() reports. What it did not take must be the start of the next
  /// write (TLS may have sealed part of it). Not while a write() is under way.
  virtual std::size_t try_write(asio::const_buffer) { return 0; }
  /// Tells the peer that no more comes (TLS close_notify, shutdown, EOF), without waiting for an
  /// answer; reading goes on.
  virtual Async<void> end_output() = 0;
  /// Closes at once; pending reads and writes complete with a Fault.
  virtual void close() noexcept = 0;
  /// For messages to people: "tls://10.0.0.7:4711", "/tmp/nearside-1000/agent.sock", "stdio".
  virtual const std::string& name() const = 0;
  virtual asio::any_io_executor executor() = 0;
  /// What it has cost so far, where that is measured: over TLS.
  virtual StreamCosts costs() const { return {}; }
};

using StreamPtr = std::unique_ptr<Stream>;

}  // namespace nearside::io
