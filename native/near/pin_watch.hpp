// Hears when the list of pins changes, so that a revocation cuts a link that is up. Where the
// system cannot tell (no inotify left), it lets look again every kPinLookPause.
#pragma once

#include "io/stream.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <filesystem>

namespace nearside::near_end {

namespace asio = boost::asio;

class PinWatch {
 public:
  PinWatch(asio::any_io_executor executor, const std::filesystem::path& state);

  /// Returns when the list may have changed, or after stop().
  asio::awaitable<void> changed();
  void stop();

 private:
  asio::posix::stream_descriptor events_;
  asio::steady_timer pause_;
  bool is_stopped_ = false;
};

}  // namespace nearside::near_end
