// What is asked of our own: the habits in the client's order, each with the numbers that this stop
// gives for what they were at the last.
#include "core/inspect/hover_words.hpp"
#include "core/inspect/limits.hpp"
#include "core/inspect/prefetcher.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nearside::inspect {
namespace {

using nlohmann::json;

/// What can be asked again at another stop, and the argument whose value comes from the stop.
/// Others (memory, instructions) name what no answer of a stop gives.
struct Repeatable {
  std::string_view command;
  const char* argument;  ///< Null: there is none.
};
constexpr std::array kRepeatable = std::to_array<Repeatable>({
    {"threads", nullptr},
    {"stackTrace", "threadId"},
    {"exceptionInfo", "threadId"},
    {"scopes", "frameId"},
    {"evaluate", "frameId"},
    {"stepInTargets", "frameId"},
    {"variables", "variablesReference"},
});

const Repeatable* repeatable(std::string_view command) {
  const auto* const found = std::ranges::find(kRepeatable, command, &Repeatable::command);
  return found == kRepeatable.end() ? nullptr : found;
}

/// The origin of what names the thread that stopped.
const Origin kStoppedThread{"thread", 0};

bool asks_for_all(const json& arguments, const Reference& value) {
  const auto count = arguments.find("count");
  const auto start = arguments.find("start");
  return value.indexed && count != arguments.end() && *count == json(*value.indexed) &&
         (start == arguments.end() || *start == json(0));
}

}  // namespace

void Prefetcher::begin_stop() {
  stop_requests_ = 0;
  stop_bytes_ = 0;
  stops_without_hover_ = std::min(stops_without_hover_ + 1, kHoverStops);
  knows_line_ = false;
  if (!state_.stopped_thread() || !is_vscode_) return;
  if (habits_.empty()) expect_first_reads();
  if (state_.has_thrown() && tells_exceptions_)
    habits_.expect({.command = "exceptionInfo", .origin = kStoppedThread, .arguments = "{}"});
}

/// VS Code at a first stop, as it was seen to ask.
void Prefetcher::expect_first_reads() {
  habits_.expect({.command = "threads", .arguments = "{}"});
  const auto top = habits_.expect({.command = "stackTrace",
                                   .origin = kStoppedThread,
                                   .arguments = R"({"levels":1,"startFrame":0})"});
  habits_.expect({.parent = top, .command = "scopes", .arguments = "{}"});
}

void Prefetcher::expect_first_scope(HabitId scopes) {
  const auto* const habit = habits_.find(scopes);
  const auto* const scope = references_.first_scope(scopes);
  const bool is_top = habit != nullptr && habit->origin == Origin{};
  if (!is_vscode_ || !is_top || scope == nullptr) return;
  for (const auto id : habits_.in_order())
    if (habits_.find(id)->parent == scopes) return;
  habits_.expect(
      {.parent = scopes, .command = "variables", .origin = scope->origin, .arguments = "{}"});
  habits_.expect({.command = "stackTrace",
                  .origin = kStoppedThread,
                  .arguments = R"({"levels":19,"startFrame":1})"});
}

/// It asks for the named children of a value first, then for the indexed: a map of Go has both.
void Prefetcher::expect_indexed(const Asked& asked, Habit habit) {
  const auto filter = asked.request.arguments.find("filter");
  if (!is_vscode_ || asked.command != "variables" || filter == asked.request.arguments.end() ||
      *filter != "named")
    return;
  habit.arguments = R"({"filter":"indexed","start":0})";
  habit.counts_all_indexed = true;
  habits_.expect(habit);
}

std::optional<Habit> Prefetcher::habit_of(const Asked& asked) const {
  const auto& request = asked.request;
  const auto* const known = repeatable(asked.command);
  if (known == nullptr || !state_.stopped_thread()) return std::nullopt;
  Habit habit{.command = asked.command};
  auto arguments = request.arguments;
  if (known->argument != nullptr) arguments.erase(known->argument);
  if (request.thread) {
    if (request.thread != state_.stopped_thread()) return std::nullopt;
    habit.origin = kStoppedThread;
  } else if (request.frame || request.reference) {
    const auto* const value = request.frame
                                  ? references_.frame(*request.frame)
                                  : references_.variable(*request.reference, asked.scopes_frame);
    if (value == nullptr || value->read == kTheStop) return std::nullopt;
    habit.parent = value->read;
    habit.origin = value->origin;
    habit.counts_all_indexed = asks_for_all(arguments, *value);
    if (habit.counts_all_indexed) arguments.erase("count");
  }
  habit.arguments = arguments.dump(-1, ' ', false, json::error_handler_t::replace);
  if (habit.arguments.size() + habit.origin.name.size() > kMaxHabitBytes) return std::nullopt;
  return habit;
}

/// One at a time, and only while the client waits for nothing.
bool Prefetcher::is_client_waiting() const {
  return std::ranges::any_of(in_flight_, [](const auto& entry) {
    const auto kind = entry.second.request.kind;
    return kind == RequestKind::kRead || kind == RequestKind::kWrite;
  });
}

std::optional<Prefetcher::Question> Prefetcher::next_question() {
  const bool may = wish_ && wish_->prefetch && state_.stopped_thread() &&
                   state_.stands_still(state_.stopped_thread()) &&
                   stop_requests_ < wish_->limits.requests && stop_bytes_ < wish_->limits.bytes &&
                   now_ - moment_began_ < wish_->limits.time;
  if (!may || is_client_waiting()) return std::nullopt;
  for (const auto id : habits_.in_order()) {
    const auto* const habit = habits_.find(id);
    if (!is_wanted(id, *habit)) continue;
    Asked asked;
    auto asking = question(*habit, asked);
    if (!asking || !state_.stands_still(thread_of(asked))) continue;
    asked.habit = id;
    if (auto next = ask(*std::move(asking), std::move(asked))) return next;
  }
  return next_guess();
}

/// Nothing if it has been asked in this moment.
std::optional<Prefetcher::Question> Prefetcher::ask(Question question, Asked asked) {
  asked.moment = state_.moment();
  asked.at = now_;
  asked.is_ours = true;
  if (!asked_.emplace(asked.request.key, asked.scopes_frame).second) return std::nullopt;
  question.scopes_of = note_scopes(asked, asked.scopes_frame);
  unhanded_ = std::move(asked);
  ++stop_requests_;
  ++counters_.requests;
  return question;
}

bool Prefetcher::is_wanted(HabitId id, const Habit& habit) const {
  if (habits_.is_slow(id) || habits_.is_failing(id)) return false;
  if (habit.command == "exceptionInfo" && !state_.has_thrown()) return false;
  const bool is_value = habit.command == "evaluate" || habit.command == "variables";
  return !is_value || !reading_runs_code_ || !habits_.was_missed(id);
}

/// The habit at this stop: nothing if what it asks about is not there, or not yet.
std::optional<Prefetcher::Question> Prefetcher::question(const Habit& habit, Asked& asked) const {
  const auto* const known = repeatable(habit.command);
  auto arguments = json::parse(habit.arguments, nullptr, /*allow_exceptions=*/false);
  if (known == nullptr || !arguments.is_object()) return std::nullopt;
  if (habit.origin == kStoppedThread && habit.parent == kTheStop) {
    arguments[known->argument] = *state_.stopped_thread();
  } else if (habit.parent != kTheStop) {
    const auto* const value = references_.find(habit.parent, habit.origin);
    if (value == nullptr || value->is_costly) return std::nullopt;
    arguments[known->argument] = value->number;
    asked.scopes_frame = value->scopes_frame;
    if (habit.counts_all_indexed) {
      const auto count = value->indexed.value_or(0);
      if (count <= 0 || count > (is_vscode_ ? kVsCodePage : kMostIndexedAtOnce))
        return std::nullopt;
      arguments["count"] = count;
    }
  }
  asked.command = habit.command;
  asked.request = read_request(habit.command, arguments.dump(), wish_->pure_watches);
  // A habit that was kept may have been written by anybody.
  if (asked.request.kind != RequestKind::kRead) return std::nullopt;
  return Question{habit.command, std::move(arguments), {}};
}

// --- What the current line mentions ---

void Prefetcher::note_hover(const Asked& asked) {
  const auto context = asked.request.arguments.find("context");
  if (context != asked.request.arguments.end() && *context == "hover") stops_without_hover_ = 0;
}

bool Prefetcher::wishes_for_line() const {
  return wish_ && wish_->prefetch && state_.stopped_thread() && !reading_runs_code_ &&
         stops_without_hover_ < kHoverStops && !knows_line_;
}

// The callers' part of a stack may have been answered first.
bool Prefetcher::take_wish_for_line(std::int64_t frame) {
  const auto* const known = references_.frame(frame);
  const bool is_top =
      known != nullptr && known->origin.nth == 0 && known->thread == state_.stopped_thread();
  if (!is_top || !wishes_for_line()) return false;
  knows_line_ = true;
  return true;
}

void Prefetcher::handle_line(std::int64_t frame, std::string_view line) {
  if (references_.frame(frame) == nullptr) return;  // The program has gone on.
  for (auto& word : hover_words(line, kMaxGuesses)) {
    json arguments{{"context", "hover"}, {"expression", std::move(word)}, {"frameId", frame}};
    guesses_.push_back({"evaluate", std::move(arguments), {}});
  }
}

std::optional<Prefetcher::Question> Prefetcher::next_guess() {
  while (!guesses_.empty()) {
    auto guess = std::move(guesses_.front());
    guesses_.erase(guesses_.begin());
    Asked asked;
    asked.request = read_request(guess.command, guess.arguments.dump(), wish_->pure_watches);
    asked.command = guess.command;
    if (asked.request.kind != RequestKind::kRead) continue;
    if (auto next = ask(std::move(guess), std::move(asked))) return next;
  }
  return std::nullopt;
}

}  // namespace nearside::inspect
