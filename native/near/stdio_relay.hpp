// `nearside agent --stdio`: a link's bytes, carried between our stdio and the user's own agent. It
// looks into none of them. What always holds: on stdout stands the greeting, then the link, and
// nothing else; it is over when the agent's side is; the agent, which it starts when there is none,
// outlives it.
#pragma once

#include "near/links.hpp"

namespace nearside::near_end {

/// `input` and `output` are ours from now on. A fault: there was nothing to relay to.
io::Async<void> relay_stdio(asio::any_io_executor executor, NearEndOptions options, int input,
                            int output);

}  // namespace nearside::near_end
