// A newcomer is known by its own coroutine only; the list holds pointers into those, and each takes
// itself out.
#include "io/newcomers.hpp"

#include "io/cancellation.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace nearside::io {

struct Newcomers::Newcomer {
  Newcomer(std::list<Newcomer*>& newcomers, asio::any_io_executor executor)
      : all(newcomers), turned_away(std::move(executor)) {
    all.push_back(this);
  }
  ~Newcomer() { all.remove(this); }
  Newcomer(const Newcomer&) = delete;
  Newcomer& operator=(const Newcomer&) = delete;

  std::list<Newcomer*>& all;
  Wake turned_away;
};

asio::awaitable<void> Newcomers::receive(Visit visit) {
  using asio::experimental::awaitable_operators::operator||;
  Newcomer newcomer(all_, co_await asio::this_coro::executor);
  if (all_.size() > most_) {
    all_.front()->turned_away.ring();
    all_.pop_front();
  }
  const OnKnown on_known = [this, &newcomer] { all_.remove(&newcomer); };
  co_await (visit(on_known) || newcomer.turned_away.wait());
}

}  // namespace nearside::io
