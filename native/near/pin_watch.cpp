// inotify on the state folder: the list is replaced by a rename, so the file itself cannot be
// watched.
#include "near/pin_watch.hpp"

#include "near/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

namespace nearside::near_end {

PinWatch::PinWatch(asio::any_io_executor executor, const std::filesystem::path& state)
    : events_(executor), pause_(executor) {
  const int events = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (events < 0) return;
  boost::system::error_code error;
  if (::inotify_add_watch(events, state.c_str(), IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE) >= 0)
    events_.assign(events, error);
  if (!events_.is_open()) ::close(events);
}

asio::awaitable<void> PinWatch::changed() {
  if (is_stopped_) co_return;
  if (events_.is_open()) {
    // Which file it was does not matter: few are written there, and a look is cheap.
    alignas(inotify_event) std::array<char, 4096> some;
    const auto [error, count] =
        co_await events_.async_read_some(asio::buffer(some), asio::as_tuple(asio::use_awaitable));
    if (!error || is_stopped_) co_return;
    boost::system::error_code ignored;
    events_.close(ignored);
  }
  pause_.expires_after(kPinLookPause);
  co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
}

void PinWatch::stop() {
  is_stopped_ = true;
  pause_.cancel();
  boost::system::error_code ignored;
  if (events_.is_open()) events_.cancel(ignored);
}

}  // namespace nearside::near_end
