// Messages of a session, both ways, and what comes beside them. A client's bytes are acknowledged
// to its channel when the adapter has taken them; the adapter is read while the channel takes more.
#include "core/dap/quote.hpp"
#include "core/session/payload.hpp"
#include "far/session_host.hpp"
#include "io/clock.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace nearside::far_end {
namespace {

using io::Clock;

}  // namespace

void SessionHost::handle_message(session::ClientId client, link::MessageKind kind,
                                 std::string bytes) {
  if (find_seat(client) == nullptr) return;
  if (waits_for_stored(kind, bytes))
    held_.push_back({client, kind, std::move(bytes)});
  else
    take_message(client, kind, std::move(bytes));
}

void SessionHost::take_message(session::ClientId client, link::MessageKind kind,
                               std::string bytes) {
  const std::size_t size = bytes.size();
  session_.set_time(io::precise_now());
  if (kind != link::MessageKind::kDap) {
    seats_.at(client).channel->consumed(size);
    // A newer near end may say what we do not know.
    if (const auto view = session::decode_client_view(bytes))
      session_.handle_client_view(client, *view);
    return flush();
  }
  auto message = dap::Message::parse(std::move(bytes));
  if (!message) {
    close_seat(client, message.error());
    return handle_client_gone(client);
  }
  apply(session_.handle_client_message(client, std::move(*message)), client, size);
  load_habits();
  send_terminal_output();  // Who has just joined takes it.
  prefetch();
  flush();
}

/// While the channel takes more; the answer comes by read_adapter, which then asks for the next.
void SessionHost::prefetch() {
  for (auto at = seats_.begin(); at != seats_.end();) {
    const auto client = at->first;
    const auto& seat = at->second;
    if (seat.inspect && seat.may_send() &&
        seat.channel->round_trip() >= seat.inspect->least_round_trip)
      apply(session_.prefetch(client));
    at = seats_.upper_bound(client);  // It may have been dropped.
  }
}

bool SessionHost::may_send() const {
  return seats_.empty() ||
         std::ranges::any_of(seats_, [](const auto& one) { return one.second.may_send(); });
}

void SessionHost::handle_writable() {
  send_output();
  prefetch();
  writable_.ring();
  reads_.ring();
}

void SessionHost::apply(Commands commands, session::ClientId client, std::size_t consumed) {
  for (auto& command : commands) std::visit([this](auto& one) { apply(std::move(one)); }, command);
  if (consumed == 0) return;
  // Handed on when the last of what came of it has been written.
  const bool is_waiting = !to_adapter_.empty() &&
                          (to_adapter_.back().client == client || to_adapter_.back().consumed == 0);
  if (is_waiting) {
    to_adapter_.back().client = client;
    to_adapter_.back().consumed += consumed;
  } else if (auto* const seat = find_seat(client)) {
    seat->channel->consumed(consumed);
  }
}

void SessionHost::apply(session::SendToAdapter command) {
  to_adapter_.push_back({std::move(command.bytes)});
  to_write_.ring();
  watch();
}

void SessionHost::apply(const session::EndSession& command) {
  end_ = command;
  changed_.ring();
}

void SessionHost::apply(const session::FindDebuggee& command) {
  suspension_.find(adapter_->keeper(), adapter_->id(), static_cast<pid_t>(command.process));
}

void SessionHost::apply(const session::SuspendDebuggee&) {
  apply(session_.say(suspension_.words(kind_)));
  // One that was lost may still hold it.
  if (adapter_->ended())
    suspension_.handle_adapter_ended();
  else if (!adapter_lost_)
    suspension_.handle_let_go();
}

void SessionHost::flush() {
  hurries_ = false;
  flush_deadline_.reset();
  for (auto& [id, seat] : seats_) seat.channel->flush();
}

/// A push waits for the one behind it, so that few records carry them all; the last of a walk, and
/// everything else, goes at once.
void SessionHost::flush_soon() {
  if (hurries_ || !session_.is_prefetching()) return flush();
  if (flush_deadline_) return;
  flush_deadline_ = Clock::now() + kPushPause;
  changed_.ring();
}

asio::awaitable<void> SessionHost::write_adapter() {
  for (;;) {
    while (!ready_ || to_adapter_.empty()) co_await to_write_.wait();
    const ToAdapter message = std::move(to_adapter_.front());
    to_adapter_.pop_front();
    session_.handle_handed(io::precise_now());
    if (session_.phase() == session::Phase::kStarting && !initialize_deadline_) {
      initialize_deadline_ = Clock::now() + resources_.times.initialize;
      changed_.ring();
    }
    if (!adapter_closed_) {
      const std::string frame = dap::encode_frame(message.bytes);
      writing_ = true;
      // What breaks here, the reader sees too.
      co_await adapter_->stream().write(asio::buffer(frame));
      writing_ = false;
    }
    auto* const seat = message.consumed > 0 ? find_seat(message.client) : nullptr;
    if (seat != nullptr) {
      seat->channel->consumed(message.consumed);
      seat->channel->flush();
    }
    if (end_) changed_.ring();
  }
}

asio::awaitable<void> SessionHost::read_adapter() {
  dap::FrameDecoder decoder;
  std::vector<char> buffer(kAdapterReadBytes);
  for (;;) {
    while (!may_read()) co_await writable_.wait();
    const auto count = co_await adapter_->stream().read_some(asio::buffer(buffer));
    // Words are named before they are passed: GCC 12 frees a temporary of a co_await twice.
    if (!count) {
      std::string what = "broke its connection";
      co_await handle_adapter_lost(Errc::kAdapterExited, std::move(what));
      break;
    }
    if (*count == 0) {
      const bool torn = !decoder.finish();
      std::string what = "ended its output";
      if (torn)
        what = spoke_ ? "ended its output within a message"
                      : "wrote what is no debug adapter message: " + dap::quote(first_words_);
      co_await handle_adapter_lost(torn ? Errc::kAdapterProtocol : Errc::kAdapterExited,
                                   std::move(what));
      break;
    }
    const auto taken = take_bytes(decoder, {buffer.data(), *count});
    flush_soon();
    if (!taken) {
      std::string what =
          spoke_ ? "broke the protocol: " + taken.error().message
                 : "wrote what is no debug adapter message: " + dap::quote(first_words_);
      co_await handle_adapter_lost(Errc::kAdapterProtocol, std::move(what));
      break;
    }
  }
  adapter_closed_ = true;
  changed_.ring();
}

Result<void> SessionHost::take_bytes(dap::FrameDecoder& decoder, std::string_view bytes) {
  if (!spoke_ && first_words_.size() < kLastWordsBytes)
    first_words_.append(bytes.substr(0, kLastWordsBytes - first_words_.size()));
  decoder.feed(bytes);
  for (;;) {
    auto body = decoder.next();
    if (!body) return body.error();
    if (!*body) return {};
    auto message = dap::Message::parse(std::move(**body));
    if (!message) return message.error();
    spoke_ = true;
    note_words(message->envelope());
    // lldb-dap dumps its stack when it crashes at its end: nobody's concern once it has answered
    // `disconnect`.
    const bool after_the_end = session_.phase() == session::Phase::kEnded;
    const auto& envelope = message->envelope();
    if (after_the_end && envelope.type == dap::MessageType::kEvent && envelope.name == "output")
      continue;
    if (keep_output(*message)) continue;
    unheard_bytes_ = may_send() ? 0 : unheard_bytes_ + message->bytes().size();
    session_.set_time(io::precise_now());
    apply(session_.handle_adapter_message(std::move(*message)));
    save_breakpoints();
    prefetch();
  }
}

/// While no channel takes anything (a laptop sleeps), the program's output that comes as events is
/// kept as that from its pipes is, so that the adapter is read on and the program never waits.
bool SessionHost::keep_output(const dap::Message& message) {
  const auto takes = [](const auto& one) { return one.second.channel->may_send(); };
  if (seats_.empty() || message.envelope().name != "output" || std::ranges::any_of(seats_, takes))
    return false;
  const auto output = session::program_output(message);
  if (!output) return false;
  output_.append(output->category, output->text);
  return true;
}

asio::awaitable<void> SessionHost::handle_adapter_lost(Errc code, std::string what) {
  if (session_.phase() == session::Phase::kEnded) co_return;
  lose(co_await adapter_->loss(code, std::move(what)));
}

void SessionHost::lose(const Fault& fault) {
  if (session_.phase() == session::Phase::kEnded) return;
  adapter_lost_ = true;
  if (session_.phase() != session::Phase::kDisconnecting) fault_ = fault;
  send_output();
  apply(session_.handle_adapter_lost(fault));
  flush();
}

void SessionHost::take_output(dap::OutputCategory category, std::string_view text) {
  const bool adapters_own =
      category == dap::OutputCategory::kStderr && adapter_->plan().speech == Speech::kStdio;
  if (adapters_own && session_.phase() == session::Phase::kEnded) return;
  output_.append(category, text);
  send_output();
}

void SessionHost::send_output() {
  while (!output_.empty() && may_send()) {
    auto piece = output_.take();
    if (!piece) break;
    apply(session_.handle_program_output(piece->category, piece->text));
  }
  send_terminal_output();
  flush();
}

}  // namespace nearside::far_end
