// What a session knows of waiting: which answers are overdue, and what the client is told while it
// waits. Who looks at the processes says in words what they do.
#include "core/session/session.hpp"

#include <algorithm>
#include <utility>

namespace nearside::session {
namespace {

std::string seconds_of(milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

/// What is handed while the session ends is waited for by who ends it.
bool Session::is_watched() const {
  return phase_ != Phase::kDisconnecting && phase_ != Phase::kEnded;
}

void Session::watch_request(const dap::Message& message, std::int64_t seq) {
  if (message.envelope().type != dap::MessageType::kRequest) return;
  watchdog_.handed(seq, message.envelope().name, now_);
  start_progress_.handed(seq, message.envelope().name, now_);
}

void Session::watch_answer(std::int64_t seq, Commands& commands) {
  const auto late = watchdog_.answered(seq, now_);
  if (const auto ended = start_progress_.answered(seq)) send_to_all(*ended, commands);
  if (!late || !is_watched()) return;
  const auto line = "`" + late->command + "` was answered after " + seconds_of(late->waited) + ".";
  for (auto& command : say(line)) commands.push_back(std::move(command));
}

/// From here on it is the client that the adapter waits for.
void Session::watch_initialized(Commands& commands) {
  watchdog_.forgive_start();
  end_progress(commands);
}

void Session::end_progress(Commands& commands) {
  if (const auto ended = start_progress_.end()) send_to_all(*ended, commands);
}

bool Session::shows_progress() const {
  return std::ranges::any_of(clients_, [](const auto& one) { return one.second.shows_progress; });
}

std::optional<milliseconds> Session::next_watch() const {
  if (!is_watched()) return std::nullopt;
  const auto overdue = watchdog_.next();
  const auto progress = shows_progress() ? start_progress_.next() : std::nullopt;
  if (!overdue || !progress) return overdue ? overdue : progress;
  return std::min(*overdue, *progress);
}

std::vector<Overdue> Session::overdue() {
  if (!is_watched()) return {};
  return watchdog_.handle_time(now_);
}

std::optional<milliseconds> Session::slow_start() const {
  if (!is_watched() || !shows_progress()) return std::nullopt;
  const auto next = start_progress_.next();
  if (!next || now_ < *next) return std::nullopt;
  return now_ - *start_progress_.since();
}

std::vector<SessionCommand> Session::show_progress(std::string_view title,
                                                   std::string_view message) {
  Commands commands;
  send_to_all(start_progress_.show(title, message, now_), commands);
  return commands;
}

std::vector<SessionCommand> Session::say(std::string_view line, ClientId whom) {
  Commands commands;
  const auto event = dap::make_output(dap::OutputCategory::kImportant, std::string(line) + "\n");
  for (const auto& [id, client] : clients_)
    if (client.is_initialized && (whom == kNobody || whom == id)) send_to(id, event, commands);
  return commands;
}

}  // namespace nearside::session
