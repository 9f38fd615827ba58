// How long an adapter may take to answer, by kind of request, and how long until a slow start shows
// that it goes on. A limit that passes is told to the user; it never ends anything, but for
// `terminate`.
#pragma once

#include <chrono>
#include <string_view>

namespace nearside::session {

using std::chrono::milliseconds;

/// Questions (threads, stackTrace, evaluate, setBreakpoints, …), and orders whose answer only says
/// that they were heard (continue, next, pause). Adapters need milliseconds, lldb-dap for the first
/// use of a large library's symbols some seconds; a user has begun to wonder. Settable.
inline constexpr milliseconds kQuickAnswer{10'000};
/// launch, attach, restart, configurationDone: the debug information of a 2 GB binary takes Delve
/// most of a minute, and building before it may take longer. Half a minute without a sign is when
/// users of clients without progress give up.
inline constexpr milliseconds kStartAnswer{30'000};
/// terminate: an adapter answers when it has passed the wish on, not when the program has ended.
/// Then the session is ended as `disconnect` ends it, whatever else is set.
inline constexpr milliseconds kTerminateAnswer{5'000};
/// A start that takes longer shows progress; usual ones take less than a second.
inline constexpr milliseconds kProgressAfter{2'000};
/// Between two signs of progress.
inline constexpr milliseconds kProgressPause{1'000};
/// What may be set: a day.
inline constexpr std::chrono::seconds kLongestWatchdog{24 * 60 * 60};

enum class AnswerKind {
  kQuick,
  kStart,
  kTerminate,
  kUnlimited,  ///< initialize and disconnect: their waiting ends elsewhere, and not by a word.
};
AnswerKind answer_kind(std::string_view command);

}  // namespace nearside::session
