// Drives one core Link over a Stream, and over the next one when that breaks: reads, writes, keeps
// its timers, and hands its events to the owner. The link's rules are the link's; this only moves
// bytes and time. When the stream breaks, the link hears of it; when the link ends, the stream is
// closed after the last bytes.
#pragma once

#include "core/link/link.hpp"
#include "io/stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>
#include <vector>

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
  LinkDriver(const LinkDriver&) = delete;
  LinkDriver& operator=(const LinkDriver&) = delete;

  /// Until the link is suspended; or has ended and its last bytes are written, or written no longer
  /// can be (bounded by kFarewellLimit): LinkEnded was emitted exactly once by then, also when it
  /// is stopped. The object must live until then. After a suspension: move_to(), then run() again.
  asio::awaitable<void> run();
  /// The link goes on over this stream, after Link::begin_resume() or Link::resume(). A run() that
  /// is under way drops the old one, of which nothing more is read, and continues on this.
  void move_to(StreamPtr stream);
  /// Gives the stream to who goes on with it; from within `on_event` of ResumeRequested. run()
  /// returns then, and nothing more is emitted.
  StreamPtr release();
  /// The link ends, whether it has a transport or not.
  void abandon(const Fault& reason);

  /// For wishes: use it, then call flush() once.
  link::Link& link() { return link_; }
  const link::Link& link() const { return link_; }
  /// Delivers pending events and writes: at once if the stream takes it, else from the writer. Call
  /// it after each batch of wishes, on the executor's thread. From within `on_event` it is only a
  /// note: the batch of events that is being delivered ends with one flush.
  void flush();

  Stream& stream() { return *stream_; }
  /// Over this transport, but for the framing.
  LinkCosts costs() const { return {framing_, stream_ ? stream_->costs() : StreamCosts{}}; }

 private:
  asio::awaitable<void> run_transport();
  asio::awaitable<void> run_loops();
  asio::awaitable<void> read_loop();
  asio::awaitable<void> write_loop();
  asio::awaitable<void> time_loop();
  void deliver_events();
  void deliver(link::LinkEvent event);
  void write_now();
  bool take_output();
  void wake_clock_if_earlier();
  void lose(const Fault& reason);
  bool unwritten() const { return written_ < output_.size(); }
  /// Nothing more is to be done over this transport; the link may go on over another.
  bool is_left() const { return released_ || next_ || link_.suspended(); }

  asio::any_io_executor executor_;
  StreamPtr stream_;
  StreamPtr next_;
  link::Link link_;
  OnEvent on_event_;
  asio::steady_timer writer_wake_;
  asio::steady_timer clock_;
  link::Time clock_set_to_ = link::Time::max();
  std::vector<char> input_;
  std::string output_;       // one batch of the link's; reused
  std::size_t written_ = 0;  // of output_
  bool running_ = false;
  bool writing_ = false;  // the write loop is inside the stream's write()
  bool lost_ = false;     // the stream is broken or the peer has ended it
  bool delivering_ = false;
  bool flush_wanted_ = false;  // asked for, not yet done
  bool released_ = false;
  bool told_end_ = false;
  Cost framing_;
};

}  // namespace nearside::io
