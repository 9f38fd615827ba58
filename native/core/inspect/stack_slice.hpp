// Parts of a stack that is known already. A part is cut out only if the known answer surely holds
// all of it; the frames that stay keep their bytes, and everything else of the body is as the
// adapter wrote it, `totalFrames` too. Refuses what an adapter may have counted in a way of its
// own: a part that begins at or behind the stack's end, or more frames than were asked for. Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>

namespace nearside::inspect {

/// What a stackTrace asks for.
struct FrameRange {
  std::int64_t start = 0;
  std::int64_t levels = 0;  ///< 0: all from there.
  bool operator==(const FrameRange&) const = default;
};

/// `startFrame` and `levels` of the arguments, which are taken out of them. Nothing, and no change,
/// if one is no number from 0 up.
std::optional<FrameRange> take_frame_range(nlohmann::json& arguments);

/// `stack` is the answer to `kept`, cut to what `asked` asks for.
std::optional<dap::Message> cut_stack(const dap::Message& stack, FrameRange kept, FrameRange asked);

}  // namespace nearside::inspect
