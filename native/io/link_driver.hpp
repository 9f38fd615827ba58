// Drives one core Link over one Stream: reads, writes, keeps its timers, and hands its events to
// the owner. The link's rules are the link's; this only moves bytes and time. When the stream
// breaks, the link hears of it; when the link ends, the stream is closed after the last bytes.
#pragma once

#include "core/link/link.hpp"
#include "io/stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace nearside::io {

/// Milliseconds of the monotonic clock, as core wants its time.
link::Time now();

class LinkDriver {
 public:
  using OnEvent = std::function<void(link::LinkEvent)>;

  /// `on_event` is called from run()'s coroutine or from within flush(), never from the other
  /// methods, and never after run() has returned. It may call this object, but not destroy it.
  LinkDriver(StreamPtr stream, link::LinkOptions options, OnEvent on_event);
  ~LinkDriver();

  /// Until the link has ended and its last bytes are written, or written no longer can be (bounded
  /// by kFarewellLimit). Emits LinkEnded exactly once before it returns.
  asio::awaitable<void> run();

  /// For wishes: use it, then call flush() once.
  link::Link& link() { return link_; }
  /// Delivers pending events and wakes the writer. Cheap; call it after each batch of wishes.
  void flush();

  Stream& stream() { return *stream_; }

 private:
  asio::awaitable<void> read_loop();
  asio::awaitable<void> write_loop();
  asio::awaitable<void> time_loop();

  StreamPtr stream_;
  link::Link link_;
  OnEvent on_event_;
  asio::steady_timer writer_wake_;
  asio::steady_timer clock_;
};

}  // namespace nearside::io
