// Answers by key, as the client is to get them. What always holds: what they cost together (their
// bytes, their keys, kCacheEntryCost each) stays within the bound; the one that was not used for
// the longest time goes first, and one that costs more than all may is not taken. Pure.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/inspect/stack_slice.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>

namespace nearside::inspect {

struct Kept {
  dap::Message answer;
  bool for_session = false;  ///< Outlives the epoch.
  std::uint64_t push = 0;    ///< Its number, until the client has read it; 0: none.
  FrameRange frames = {};    ///< Of a stackTrace: what was asked.
};

class Cache {
 public:
  explicit Cache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// In the place of what had that key.
  void put(const std::string& key, Kept kept);
  /// Valid until the next put or erase. Counts as a use.
  Kept* find(std::string_view key);
  /// The first whose key begins with `prefix` and that `fits`. Counts as a use.
  Kept* find(std::string_view prefix, const std::function<bool(const Kept&)>& fits);
  void erase(std::string_view key);
  void erase_if(const std::function<bool(std::string_view key, const Kept&)>& goes);
  void clear();

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }
  std::uint64_t evictions() const { return evictions_; }

 private:
  using Uses = std::list<std::string_view>;
  struct Entry {
    Kept kept;
    Uses::iterator use = {};
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  static std::size_t cost(std::string_view key, const Kept& kept);
  Kept* use(Entries::iterator at);
  Entries::iterator erase(Entries::iterator at);

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t evictions_ = 0;
  Entries entries_;
  Uses uses_;  ///< The entries' keys, the latest used first.
};

}  // namespace nearside::inspect
