// One question after the other, to one near end after the other.
#include "near/near_ends.hpp"

#include "core/inspect/chrome_trace.hpp"
#include "core/inspect/limits.hpp"
#include "core/json_members.hpp"
#include "io/files.hpp"
#include "io/sockets.hpp"
#include "near/agent_client.hpp"
#include "near/limits.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

// GCC 12 mistakes how Asio allocates the frames of some coroutines.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace nearside::near_end {
namespace {

using inspect::TracedSession;
using nlohmann::json;
using Paths = std::vector<std::filesystem::path>;

Result<Paths> sockets_of(const std::filesystem::path& state) {
  auto sockets = io::near_socket_paths(state);
  if (sockets && sockets->size() > kMaxNearEnds) sockets->resize(kMaxNearEnds);
  return sockets;
}

std::uint64_t number(const json& value) {
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

std::string name_of(const json& session, std::uint64_t near_end) {
  auto target = text_of(session, "target");
  const auto process = ", near end " + std::to_string(near_end);
  if (target.empty()) return "a session that never began" + process;
  // The command of an `exec:` target is its user's own, and may hold what nobody else should read.
  if (target.starts_with("exec:")) target = "exec";
  return text_of(session, "adapter") + " at " + target + ", session " + text_of(session, "id") +
         process;
}

/// Sessions of one near end by their number.
using Sessions = std::map<std::uint64_t, TracedSession>;

void take_page(const json& page, Sessions& sessions) {
  const auto process = count_of(page, "pid");
  for (const auto& session : member_of(page, "sessions"))
    if (session.is_object()) sessions[count_of(session, "number")].name = name_of(session, process);
  for (const auto& entry : member_of(page, "spans")) {
    inspect::Span span;
    if (!entry.is_array() || entry.size() != 2 || !inspect::from_json(entry[1], span)) continue;
    const auto found = sessions.find(number(entry[0]));
    if (found != sessions.end()) found->second.spans.push_back(span);
  }
}

std::size_t requests_of(const TracedSession& session) {
  return static_cast<std::size_t>(std::ranges::count_if(
      session.spans, [](const auto& span) { return span.way != inspect::Way::kEvent; }));
}

/// What a near end does meanwhile is left for the next trace: a ring's worth of pages is asked for.
io::Async<Sessions> trace_one(asio::any_io_executor executor, std::filesystem::path socket) {
  Sessions sessions;
  std::uint64_t from = 0;
  for (std::size_t pages = 0; pages <= inspect::kMaxSpans / kTracePage; ++pages) {
    session::AgentRequest request{"trace", {{"from", from}}};
    auto page = co_await ask_near_end(executor, socket, std::move(request));
    if (!page) co_return page.error();
    take_page(page->body, sessions);
    const auto next = count_of(page->body, "next");
    if (next <= from) break;
    from = next;
  }
  co_return std::move(sessions);
}

void note_trouble(const Fault& fault, std::vector<Fault>& troubles) {
  if (fault.code != Errc::kConnectFailed) troubles.push_back(fault);
}

}  // namespace

io::Async<NearEnds> ask_near_ends(asio::any_io_executor executor, std::filesystem::path state) {
  const auto sockets = sockets_of(state);
  if (!sockets) co_return sockets.error();
  NearEnds found;
  for (const auto& socket : *sockets) {
    session::AgentRequest request{"status"};
    auto reply = co_await ask_near_end(executor, socket, std::move(request));
    if (reply)
      found.status.push_back(std::move(reply->body));
    else
      note_trouble(reply.error(), found.troubles);
  }
  co_return std::move(found);
}

io::Async<Traced> trace_near_ends(asio::any_io_executor executor, std::filesystem::path state,
                                  std::filesystem::path file) {
  const auto sockets = sockets_of(state);
  if (!sockets) co_return sockets.error();
  Traced traced;
  std::vector<TracedSession> drawn;
  for (const auto& socket : *sockets) {
    auto sessions = co_await trace_one(executor, socket);
    if (!sessions) {
      note_trouble(sessions.error(), traced.troubles);
      continue;
    }
    ++traced.near_ends;
    for (auto& [number, session] : *sessions) {
      const auto requests = requests_of(session);
      if (requests == 0) continue;
      traced.requests += requests;
      drawn.push_back(std::move(session));
    }
  }
  traced.sessions = drawn.size();
  if (traced.requests == 0) co_return std::move(traced);
  const auto picture = inspect::chrome_trace(std::move(drawn));
  const auto written = io::replace_private_file(file, picture);
  if (!written) co_return written.error();
  co_return std::move(traced);
}

}  // namespace nearside::near_end
