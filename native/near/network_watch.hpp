// Hears when the machine's network changes (an address, a route, a link) or the machine has slept,
// so that a link is checked or tried again at once. Where the system cannot tell, nothing is heard,
// and the link's own limits do the same a little later.
#pragma once

#include "io/stream.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace nearside::near_end {

namespace asio = boost::asio;

class NetworkWatch {
 public:
  explicit NetworkWatch(asio::any_io_executor executor);

  /// Returns after a change (several that come together are one), or after stop().
  asio::awaitable<void> changed();
  void stop();

 private:
  asio::posix::stream_descriptor routes_;  ///< netlink
  asio::posix::stream_descriptor clock_;   ///< A timer that the system cancels after a sleep.
  asio::steady_timer settle_;
  bool is_stopped_ = false;
};

}  // namespace nearside::near_end
