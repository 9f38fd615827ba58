// A transport that the agent opens: we listen, it dials in (`nearside agent --reverse`). What
// always holds: the port is open only while a link is wanted; TLS 1.3 with both keys, and only the
// agent that was authorized for this very target is taken; of the others a bounded number waits.
#pragma once

#include "near/transport.hpp"

namespace nearside::near_end {

/// Listens until the agent has come or the deadline passes.
io::Async<Transport> open_reverse_transport(asio::any_io_executor executor,
                                            std::shared_ptr<const NearEndOptions> options,
                                            io::HostPort address, Deadline deadline);

}  // namespace nearside::near_end
