// rtnetlink(7) for addresses, links and routes; timerfd_create(2) with TFD_TIMER_CANCEL_ON_SET for
// sleep, which Linux counts as a jump of the clock.
#include "near/network_watch.hpp"

#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>

namespace nearside::near_end {
namespace {

using asio::experimental::awaitable_operators::operator||;

int open_routes() {
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (socket < 0) return -1;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket;
  ::close(socket);
  return -1;
}

/// Never rings; reading it fails with ECANCELED when the clock has jumped.
int open_clock() {
  const int timer = ::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer < 0) return -1;
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
  if (::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) == 0)
    return timer;
  ::close(timer);
  return -1;
}

void assign(asio::posix::stream_descriptor& stream, int descriptor) {
  boost::system::error_code error;
  if (descriptor >= 0) stream.assign(descriptor, error);
  if (descriptor >= 0 && !stream.is_open()) ::close(descriptor);
}

/// Until there is something to read, and reads it away. For ever when it is not open.
asio::awaitable<void> readable(asio::posix::stream_descriptor& stream, asio::steady_timer& never) {
  if (!stream.is_open()) {
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return;
  }
  co_await stream.async_wait(asio::posix::stream_descriptor::wait_read,
                             asio::as_tuple(asio::use_awaitable));
  std::array<char, 4096> some;
  while (::read(stream.native_handle(), some.data(), some.size()) > 0) {
  }
}

}  // namespace

NetworkWatch::NetworkWatch(asio::any_io_executor executor)
    : routes_(executor), clock_(executor), settle_(executor) {
  assign(routes_, open_routes());
  assign(clock_, open_clock());
}

asio::awaitable<void> NetworkWatch::changed() {
  if (is_stopped_) co_return;
  asio::steady_timer never(settle_.get_executor(), asio::steady_timer::time_point::max());
  asio::steady_timer also_never(settle_.get_executor(), asio::steady_timer::time_point::max());
  settle_.expires_at(asio::steady_timer::time_point::max());
  co_await (readable(routes_, never) || readable(clock_, also_never) ||
            settle_.async_wait(asio::as_tuple(asio::use_awaitable)));
  if (is_stopped_) co_return;
  // An interface that comes up says so in a dozen messages.
  settle_.expires_after(kNetworkSettlePause);
  co_await settle_.async_wait(asio::as_tuple(asio::use_awaitable));
}

void NetworkWatch::stop() {
  is_stopped_ = true;
  settle_.cancel();
}

}  // namespace nearside::near_end
