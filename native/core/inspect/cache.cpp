// The entries in the order of their keys, and in that of their use.
#include "core/inspect/cache.hpp"

#include "core/inspect/limits.hpp"

#include <utility>

namespace nearside::inspect {

std::size_t Cache::cost(std::string_view key, const Kept& kept) {
  return kept.answer.bytes().size() + key.size() + kCacheEntryCost;
}

void Cache::put(const std::string& key, Kept kept) {
  erase(std::string_view(key));
  const auto costs = cost(key, kept);
  if (costs > most_bytes_) return;
  while (bytes_ > most_bytes_ - costs) {
    ++evictions_;
    erase(uses_.back());
  }
  const auto at = entries_.emplace(key, Entry{std::move(kept), {}}).first;
  at->second.use = uses_.insert(uses_.begin(), at->first);
  bytes_ += costs;
}

Kept* Cache::find(std::string_view key) {
  const auto at = entries_.find(key);
  return at == entries_.end() ? nullptr : use(at);
}

Kept* Cache::find(std::string_view prefix, const std::function<bool(const Kept&)>& fits) {
  for (auto at = entries_.lower_bound(prefix);
       at != entries_.end() && at->first.starts_with(prefix); ++at)
    if (fits(at->second.kept)) return use(at);
  return nullptr;
}

void Cache::erase(std::string_view key) {
  if (const auto at = entries_.find(key); at != entries_.end()) erase(at);
}

void Cache::erase_if(const std::function<bool(std::string_view, const Kept&)>& goes) {
  for (auto at = entries_.begin(); at != entries_.end();)
    at = goes(at->first, at->second.kept) ? erase(at) : std::next(at);
}

void Cache::clear() {
  entries_.clear();
  uses_.clear();
  bytes_ = 0;
}

Kept* Cache::use(Entries::iterator at) {
  uses_.splice(uses_.begin(), uses_, at->second.use);
  return &at->second.kept;
}

Cache::Entries::iterator Cache::erase(Entries::iterator at) {
  bytes_ -= cost(at->first, at->second.kept);
  uses_.erase(at->second.use);
  return entries_.erase(at);
}

}  // namespace nearside::inspect
