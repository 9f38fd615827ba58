// The frames to one client on its way out: queued, written together where they are small, at once
// where the stream takes them at once. What always holds: bytes leave in order; a body larger than
// a batch is not copied.
#pragma once

#include "io/stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <string>

namespace nearside::near_end {

namespace asio = boost::asio;

class ClientWriter {
 public:
  /// `on_written` hears how many bytes of bodies have left, at most once a batch.
  ClientWriter(io::Stream& stream, std::function<void(std::size_t)> on_written);

  /// One message body; its header is put in front.
  void send(std::string body);
  /// Nothing comes any more: run() ends when the last byte has left.
  void finish();
  /// Until finished, or the stream's fault.
  io::Async<void> run();

 private:
  struct Piece {
    std::string bytes;
    std::size_t body_bytes;  ///< How much of a message it is: headers count nothing.
  };
  /// Makes the next batch out of the queue.
  void fill();
  void write_now();

  io::Stream& stream_;
  std::function<void(std::size_t)> on_written_;
  std::deque<Piece> queue_;
  std::string batch_;
  std::size_t batch_bodies_ = 0;
  std::size_t written_ = 0;  ///< Of `batch_`.
  bool is_writing_ = false;  ///< run() is inside the stream's write().
  bool is_running_ = false;
  bool is_finished_ = false;
  asio::steady_timer wake_;
};

}  // namespace nearside::near_end
