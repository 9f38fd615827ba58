// Plays a transcript against a state machine of core/session and gives back what really happened in
// the same words, so that a failed comparison reads as two conversations side by side.
//
//   >> client #1 request threads               comes in from the client
//   << adapter #1 request threads              goes out to the adapter
//   >> adapter #0 response to 1 threads {"threads":[]}
//   >> adapter #0 event stopped {"reason":"step"}
//   << client #2 error 503 to 1 threads: The adapter has exited.
//
// A line is `>>` or `<<`, whom it comes from or goes to, and a message. Session lines also know
// gone, attach, adapter lost, output, terminal started, failed, used, output, ended, sources late,
// read, read failed, time, view, host (its os), end and suspend; terminal, use terminal, look at,
// await sources, read, find debuggee, suspend, end. A stamp (core/inspect/stamp.hpp) is written
// behind its message:
// `@2.0 after 1, push 3 {"frameId":7}`. After each line the prefetcher may ask.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/session/session.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::session {

/// `#1 request next {"threadId":1}` → the message, and back.
dap::Message message_of_words(std::string_view words);
std::string words_of_message(std::string_view bytes);

/// Plays the `>>` lines of `script` by `step`, which gives the `<<` lines (without their arrows)
/// that came of each; returns the transcript of it all. Lines are stripped of leading space, empty
/// lines are left out: `expected_of(script)` does the same to the script itself.
std::string play(std::string_view script,
                 const std::function<std::vector<std::string>(std::string_view line)>& step);
std::string tidy(std::string_view script);

/// The transcript of a session's client 1, which is attached, and its adapter.
std::string play_session(Session& session, std::string_view script);

}  // namespace nearside::session
