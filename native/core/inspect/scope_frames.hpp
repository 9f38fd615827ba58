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
  /// The client is given the answer to the `scopes` of this frame (nothing: of none that can be
  /// read), which it asked at `order`: that counts up with what it asks.
  void learn(std::optional<std::int64_t> frame, std::uint64_t order, const dap::Message& answer);
  /// Nobody knows whether the answer that it has been given still means anything.
  void lose_track() { is_certain_ = false; }
  void begin_epoch();

  /// Of a scope's reference of this epoch; nothing: it is none.
  std::optional<std::int64_t> frame_of(std::int64_t reference) const;
  /// Also of one from before: a resume that is refused ends nothing.
  std::optional<std::int64_t> frame_meant(std::int64_t reference) const;
  bool is_certain() const { return is_certain_; }

 private:
  struct Origin {
    std::int64_t frame;
    std::uint64_t order;
    std::uint64_t epoch;
  };
  std::unordered_map<std::int64_t, Origin> origins_;
  std::uint64_t epoch_ = 0;
  bool is_certain_ = true;
};

}  // namespace nearside::inspect
