// Spans as a picture: Chrome's trace format, which https://ui.perfetto.dev opens. A session is a
// process, a part (client, near end, link, far end, adapter) a track; requests that overlap have
// tracks of their own, the same number at each part. What always holds: on a track nothing
// overlaps, and a request's slice at a part lies within its slice at the part before. Pure.
#pragma once

#include "core/inspect/span.hpp"

#include <string>
#include <vector>

namespace nearside::inspect {

struct TracedSession {
  std::string name;
  std::vector<Span> spans;
};

/// {"traceEvents": […]}, a line each. Time begins with the first span of all. Where the way there
/// and the way back took unlike times, nobody can tell: half of the link's is taken for each.
std::string chrome_trace(std::vector<TracedSession> sessions);

}  // namespace nearside::inspect
