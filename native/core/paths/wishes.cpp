// Who asked last for what.
#include "core/paths/wishes.hpp"

#include "core/paths/limits.hpp"

#include <utility>

namespace nearside::paths {

std::optional<Wish> Wishes::take(const std::string& key, Wish wish) {
  std::optional<Wish> before;
  if (const auto found = wishes_.find(key); found != wishes_.end()) {
    bytes_ -= found->second.arguments.size();
    asked_.erase(found->second.request);
    before = std::move(found->second);
    wishes_.erase(found);
  }
  if (wishes_.size() < kMaxWishes && bytes_ + wish.arguments.size() <= kMaxWishBytes) {
    bytes_ += wish.arguments.size();
    const auto request = wish.request;
    asked_[request] = &wishes_.emplace(key, std::move(wish)).first->second;
  }
  return before;
}

Wish* Wishes::take_answer(std::int64_t request) {
  const auto asked = asked_.find(request);
  if (asked == asked_.end()) return nullptr;
  auto* const wish = asked->second;
  asked_.erase(asked);
  wish->is_answered = true;
  return wish;
}

void Wishes::ask_again(Wish& wish, std::int64_t request) {
  asked_.erase(wish.request);
  asked_[request] = &wish;
  wish.request = request;
  wish.is_answered = false;
}

void Wishes::note(const KnownBreakpoint& breakpoint) {
  if (!breakpoint.id) return;
  for (auto& [key, wish] : wishes_)
    for (auto& known : wish.breakpoints)
      if (known.id == breakpoint.id) known.json = breakpoint.json;
}

}  // namespace nearside::paths
