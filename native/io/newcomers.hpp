// Bounds connections that have not shown who they are yet. What always holds: there are no more
// than a limit of them; when one more comes, the oldest goes, so that a flood cannot keep out for
// long who has a right to come in.
#pragma once

#include "io/wake.hpp"

#include <cstddef>
#include <functional>
#include <list>

namespace nearside::io {

class Newcomers {
 public:
  /// What a visit says once the peer is known: from then on it is none of ours.
  using OnKnown = std::function<void()>;
  using Visit = std::function<asio::awaitable<void>(OnKnown)>;

  explicit Newcomers(std::size_t most) : most_(most) {}
  Newcomers(const Newcomers&) = delete;
  Newcomers& operator=(const Newcomers&) = delete;

  /// Until the visit is over, or cancelled for a newer one. This object must live until then.
  asio::awaitable<void> receive(Visit visit);
  std::size_t count() const { return all_.size(); }

 private:
  struct Newcomer;

  std::size_t most_;
  std::list<Newcomer*> all_;  ///< The oldest first.
};

}  // namespace nearside::io
