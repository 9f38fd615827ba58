// What a session's client is told of files, and in which order: a message that names new files
// waits until these have been looked at, and so does all that follows it. While messages wait, the
// adapter is not read.
#include "far/session_host.hpp"
#include "io/clock.hpp"

#include <algorithm>
#include <utility>

namespace nearside::far_end {

using io::Clock;

namespace {

/// From 1; empty if there are fewer.
std::string_view nth_line(std::string_view text, std::size_t line) {
  for (; line > 1; --line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

void SessionHost::apply(session::SendToClient command) {
  auto* const seat = find_seat(command.client);
  if (seat == nullptr) return;
  hurries_ = hurries_ || !command.may_wait;
  seat->behind = seat->channel->may_send() ? 0 : seat->behind + command.bytes.size();
  if (seat->behind > kMaxBehindBytes && seats_.size() > 1) {
    const Fault slow{Errc::kSessionLost, Condition::kUnreachable,
                     "This client has not taken what it was sent, so it has been dropped from the "
                     "session, which goes on for the others. Join it again."};
    close_seat(command.client, slow);
    return handle_client_gone(command.client);
  }
  if (seat->waiting.empty())
    return seat->channel->send(link::MessageKind::kDap, std::move(command.bytes));
  seat->waiting.emplace_back(std::move(command.bytes));
}

void SessionHost::apply(session::LookAtSources command) {
  auto* const seat = find_seat(command.client);
  if (seat == nullptr) return;
  SourceLook look{std::move(command.paths), {}};
  if (command.is_list) look.without_digest = {facts_.go_root, facts_.go_module_cache};
  seat->waiting.emplace_back(std::move(look));
  to_describe_.ring();
}

void SessionHost::apply(const session::AwaitSources&) {
  sources_deadline_ = Clock::now() + resources_.times.source_list;
  changed_.ring();
}

void SessionHost::apply(session::ReadSource command) {
  if (to_read_.size() >= kMaxWaitingReads) {
    const Fault fault{Errc::kFileFailed, Condition::kPeerViolation,
                      "There are already " + std::to_string(kMaxWaitingReads) +
                          " files to be read. Wait for some before asking for more."};
    return apply(session_.handle_source_read(command.client, command.seq, fault));
  }
  to_read_.push_back(std::move(command));
  reads_.ring();
}

void SessionHost::apply(session::ReadLine command) {
  tasks_.spawn(read_line(std::move(command)));
}

/// What cannot be read is nothing to tell anybody: nobody has asked for it.
asio::awaitable<void> SessionHost::read_line(session::ReadLine wanted) {
  std::string path = wanted.path;
  const auto content = co_await resources_.files.read(std::move(path));
  if (!content) co_return;
  session_.set_time(io::precise_now());
  session_.handle_line_read(wanted, nth_line(*content, wanted.line));
  prefetch();
  flush_soon();
}

asio::awaitable<void> SessionHost::describe_sources() {
  const auto waits = [](const auto& one) { return !one.second.waiting.empty(); };
  for (;;) {
    auto found = std::ranges::find_if(seats_, waits);
    while (found == seats_.end()) {
      co_await to_describe_.wait();
      found = std::ranges::find_if(seats_, waits);
    }
    const auto client = found->first;
    SourceLook look = std::move(std::get<SourceLook>(found->second.waiting.front()));
    const auto files = co_await resources_.files.look(std::move(look));
    // Meanwhile the client may have gone, or have been given what waited.
    auto* const seat = find_seat(client);
    if (seat == nullptr || seat->waiting.empty()) continue;
    seat->waiting.pop_front();
    for (std::size_t at = 0; at < files.size(); at += session::kMaxSourcesPerMessage) {
      const auto begin = files.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = std::min(files.size() - at, session::kMaxSourcesPerMessage);
      session::SourcesSeen seen{{begin, begin + static_cast<std::ptrdiff_t>(count)}};
      seat->channel->send(link::MessageKind::kControl,
                          session::encode(session::SessionControl(std::move(seen))));
    }
    while (!seat->waiting.empty() && std::holds_alternative<std::string>(seat->waiting.front())) {
      seat->channel->send(link::MessageKind::kDap,
                          std::move(std::get<std::string>(seat->waiting.front())));
      seat->waiting.pop_front();
    }
    flush();
    handle_writable();
  }
}

/// Before the channel is closed: what waits goes, without a word about files.
void SessionHost::send_waiting(Seat& seat) {
  for (auto& waiting : std::exchange(seat.waiting, {})) {
    if (auto* bytes = std::get_if<std::string>(&waiting))
      seat.channel->send(link::MessageKind::kDap, std::move(*bytes));
  }
}

/// The first whose client takes it: each may have many megabytes.
std::optional<session::ReadSource> SessionHost::next_read() {
  const auto found = std::ranges::find_if(to_read_, [this](const auto& wanted) {
    const auto* const seat = find_seat(wanted.client);
    return seat == nullptr || seat->may_send();
  });
  if (found == to_read_.end()) return std::nullopt;
  auto wanted = std::move(*found);
  to_read_.erase(found);
  return wanted;
}

asio::awaitable<void> SessionHost::read_sources() {
  for (;;) {
    auto wanted = next_read();
    while (!wanted) {
      co_await reads_.wait();
      wanted = next_read();
    }
    std::string path = wanted->path;
    auto content = co_await resources_.files.read(std::move(path));
    apply(session_.handle_source_read(wanted->client, wanted->seq, std::move(content)));
    flush();
  }
}

asio::awaitable<void> SessionHost::describe_machine() {
  MachineQuestion question{std::move(environment_), adapter_->plan().command.working_directory,
                           kind_ == session::AdapterKind::kDelve};
  co_await far_end::describe_machine(resources_.background, resources_.own_children,
                                     std::move(question), facts_);
  facts_known_ = true;
  facts_told_.ring();
}

}  // namespace nearside::far_end
