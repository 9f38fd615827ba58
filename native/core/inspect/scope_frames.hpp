// Which frame a scope's reference means to the client: that of the `scopes` that it asked last of
// those whose answers gave the reference, since adapters may give the same one for every frame.
// What always holds: while it cannot be told (an answer is not known yet, or could not be read),
// that is said, so that nothing is kept under a wrong frame. Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace nearside::inspect {

class ScopeFrames {
 public:
  /// The client asks the `scopes` of a frame (nothing: of none that can be read). `order` counts
  /// up with what it asks.
  void ask(std::optional<std::int64_t> frame) { asked_ = frame; }
  /// It is given the answer to the one that was asked at `order`.
  void learn(std::optional<std::int64_t> frame, std::uint64_t order, const dap::Message& answer);
  /// It has been given an answer of which nobody knows whether it still means anything.
  void lose_track() { is_certain_ = false; }
  void clear();

  /// Of a scope's reference; nothing: it is none.
  std::optional<std::int64_t> frame_of(std::int64_t reference) const;
  /// Of the last `scopes`, answered or not.
  std::optional<std::int64_t> asked() const { return asked_; }
  bool is_certain() const { return is_certain_; }

 private:
  struct Origin {
    std::int64_t frame;
    std::uint64_t order;
  };
  std::unordered_map<std::int64_t, Origin> origins_;
  std::optional<std::int64_t> asked_;
  bool is_certain_ = true;
};

}  // namespace nearside::inspect
