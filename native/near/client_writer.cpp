// Batches of frames.
#include "near/client_writer.hpp"

#include "core/dap/frame.hpp"
#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace nearside::near_end {

ClientWriter::ClientWriter(io::Stream& stream, std::function<void(std::size_t)> on_written)
    : stream_(stream),
      on_written_(std::move(on_written)),
      wake_(stream.executor(), asio::steady_timer::time_point::max()) {}

void ClientWriter::send(std::string body) {
  const auto size = body.size();
  queue_.push_back({dap::frame_header(size), 0});
  queue_.push_back({std::move(body), size});
  write_now();
}

void ClientWriter::finish() {
  is_finished_ = true;
  wake_.cancel();
}

io::Async<void> ClientWriter::run() {
  is_running_ = true;
  for (;;) {
    if (batch_.empty()) fill();
    if (batch_.empty()) {
      if (is_finished_) co_return boost::system::in_place_value;
      co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    is_writing_ = true;
    const auto written = co_await stream_.write(asio::buffer(batch_) + written_);
    is_writing_ = false;
    if (!written) co_return written.error();
    written_ = 0;
    batch_.clear();
    on_written_(std::exchange(batch_bodies_, 0));
  }
}

void ClientWriter::fill() {
  while (!queue_.empty()) {
    auto& piece = queue_.front();
    if (batch_.empty() && piece.bytes.size() > kClientWriteBatchBytes)
      batch_ = std::move(piece.bytes);
    else if (batch_.size() + piece.bytes.size() <= kClientWriteBatchBytes)
      batch_ += piece.bytes;
    else
      return;
    batch_bodies_ += piece.body_bytes;
    queue_.pop_front();
  }
}

// Saves a turn of the executor for what most messages are: small, to a client that reads.
void ClientWriter::write_now() {
  if (!is_running_ || is_writing_ || !batch_.empty()) return;
  while (!queue_.empty()) {
    fill();
    written_ = stream_.try_write(asio::buffer(batch_));
    if (written_ < batch_.size()) {
      wake_.cancel();
      return;
    }
    written_ = 0;
    batch_.clear();
    on_written_(std::exchange(batch_bodies_, 0));
  }
}

}  // namespace nearside::near_end
