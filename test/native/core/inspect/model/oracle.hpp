// Judges an answer: was there a moment at which the adapter, asked directly, would have said so?
// Not before what the client knew when it asked, nor before its own earlier resumes and writes were
// taken; not after what it has heard of when the answer comes, nor after its next one was taken.
#pragma once

#include "adapter.hpp"
#include "client.hpp"

#include <optional>
#include <string>

namespace nearside::inspect::model {

/// Takes a message that reached the client. Text: what is wrong with it.
std::optional<std::string> receive(Client& client, const Adapter& adapter,
                                   const std::string& message);

}  // namespace nearside::inspect::model
