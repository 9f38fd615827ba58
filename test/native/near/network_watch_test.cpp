// In a network of its own, a child of this process sees an interface come up.
#include "near/network_watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

namespace nearside::near_end {
namespace {

// The watcher of threads has a thread of its own, and such a process cannot enter a user namespace.
#ifdef __clang__
#if __has_feature(thread_sanitizer)
#define NEARSIDE_HAS_ONE_MORE_THREAD
#endif
#endif

#ifndef NEARSIDE_HAS_ONE_MORE_THREAD
/// As `ip link set lo up` does; a program that is started has lost what this process may do here.
bool set_loopback_up() {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq interface {};
  std::strncpy(interface.ifr_name, "lo", sizeof interface.ifr_name - 1);
  interface.ifr_flags = IFF_UP;
  const bool is_up = ::ioctl(any, SIOCSIFFLAGS, &interface) == 0;
  ::close(any);
  return is_up;
}

/// 0: it was heard. 1: it was not. 2: there is no network of its own to be had here.
int hears_an_interface() {
  // A process without threads may be root in a user namespace of its own.
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWNET) != 0) return 2;
  asio::io_context loop(1);
  NetworkWatch watch(loop.get_executor());
  bool is_heard = false;
  asio::co_spawn(loop, watch.changed(), [&](std::exception_ptr) {
    is_heard = true;
    loop.stop();
  });
  loop.poll();
  if (is_heard || !set_loopback_up()) return 1;
  loop.run_for(std::chrono::seconds(10));
  return is_heard ? 0 : 1;
}

TEST(NetworkWatchTest, HearsThatAnInterfaceHasComeUp) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(std::exit(hears_an_interface()), ::testing::ExitedWithCode(0), "");
}

#endif

TEST(NetworkWatchTest, EndsWhenItIsStopped) {
  asio::io_context loop(1);
  NetworkWatch watch(loop.get_executor());
  bool is_over = false;
  asio::co_spawn(loop, watch.changed(), [&](std::exception_ptr) { is_over = true; });
  loop.poll();
  EXPECT_FALSE(is_over);
  watch.stop();
  loop.run_for(std::chrono::seconds(10));
  EXPECT_TRUE(is_over);
}

}  // namespace
}  // namespace nearside::near_end
