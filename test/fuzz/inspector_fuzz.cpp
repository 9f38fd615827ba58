// An inspector between a hostile client and a hostile far end. Each line of the input is an event:
// `c` a message of the client, `a` one of the far end as it stands, `f` paths have changed. `s` is
// the far end's answer to a request that it has (three digits: which, and whether it fails or bears
// a stamp, and how far behind that is; then the body), `p` a push (two digits: how far behind,
// whose frame; then a request, its command and arguments). Whatever comes: each request of the
// client is answered once and no more, nothing of ours is seen by it, and what is kept stays within
// its bytes.
#include "core/dap/build.hpp"
#include "core/inspect/inspector.hpp"
#include "core/inspect/request.hpp"
#include "core/inspect/stamp.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

namespace {

using namespace nearside;
using namespace nearside::inspect;
using dap::Message;
using dap::MessageType;

constexpr std::size_t kCacheBytes = 4'000;

void require(bool condition) {
  if (!condition) std::abort();
}

class World {
 public:
  void play(std::string_view line) {
    const auto text = line.substr(1);
    if (line.find("nearside") != line.npos) may_look_stamped_ = true;
    if (line[0] == 'c') client(text);
    if (line[0] == 'a') far(std::string(text));
    if (line[0] == 'f') inspector_.forget();
    if (line[0] == 's' && text.size() >= 3 && !asked_.empty()) answer(text);
    if (line[0] == 'p' && text.size() >= 2) push(text);
    require(inspector_.counters().kept_bytes <= kCacheBytes);
  }
  /// A far end that answers all that it has leaves nobody waiting.
  void end() {
    while (!asked_.empty()) {
      const auto [seq, command] = *asked_.begin();
      far(dap::make_response(seq, command, {}));
    }
    require(waiting_.empty());
  }

 private:
  void client(std::string_view text) {
    auto message = Message::parse(std::string(text));
    if (!message || message->envelope().type == MessageType::kEvent) return;
    if (message->envelope().type == MessageType::kRequest) {
      message->set_seq(++seq_);
      waiting_.emplace(seq_, false);
    }
    InspectorOutput out;
    inspector_.from_client(*std::move(message), out);
    check(out);
  }

  void far(std::string bytes) {
    auto message = Message::parse(std::move(bytes));
    if (!message) return;
    const auto& envelope = message->envelope();
    // What it was not asked it can only guess at; the front drops that.
    if (envelope.type == MessageType::kResponse && asked_.erase(envelope.request_seq) == 0 &&
        envelope.request_seq > 0)
      return;
    InspectorOutput out;
    inspector_.from_adapter(*std::move(message), out);
    check(out);
  }

  void answer(std::string_view text) {
    const auto digit = [&](std::size_t at) { return static_cast<unsigned>(text[at]) % 10; };
    auto at = asked_.begin();
    std::advance(at, digit(0) % asked_.size());
    const auto body = nlohmann::json::parse(text.substr(3), nullptr, false);
    const auto& [seq, command] = *at;
    const Fault no{Errc::kMessageInvalid, Condition::kAdapterFailed, "No."};
    auto bytes = digit(1) == 0 ? dap::make_error_response(seq, command, no)
                               : dap::make_response(seq, command,
                                                    body.is_discarded() ? nlohmann::json() : body);
    if (digit(1) > 2 && reads_.contains(seq)) append_stamp(bytes, stamp(digit(2)));
    far(std::move(bytes));
  }

  void push(std::string_view text) {
    auto request = Message::parse(std::string(text.substr(2)));
    if (!request || request->envelope().type != MessageType::kRequest) return;
    const auto arguments = nlohmann::json::parse(request->payload(), nullptr, false);
    auto now = stamp(static_cast<unsigned>(text[0]) % 10);
    now.push = Push{++pushes_, {}, arguments.is_discarded() ? nlohmann::json() : arguments};
    if (const auto frame = static_cast<unsigned>(text[1]) % 10; frame > 0) now.push->frame = frame;
    auto bytes = dap::make_response(0, request->envelope().name,
                                    {{"scopes", {{{"variablesReference", 1}}}},
                                     {"stackFrames", {1, 2, 3}},
                                     {"totalFrames", 3}});
    append_stamp(bytes, now);
    far(std::move(bytes));
  }

  /// Of now, or of some time before; or from nowhere.
  Stamp stamp(unsigned how) {
    if (how == 9) return {epoch_ + 1, 0, changes_ + 1, {}};
    if (how == 8) ++epoch_;
    Stamp now{epoch_, 0, changes_, {}};
    if (how == 7 && now.seen > 0) --now.seen;
    if (how == 6 && now.epoch > 0) --now.epoch;
    return now;
  }

  void check(const InspectorOutput& out) {
    for (const auto& [view, message] : out.to_adapter) {
      require(dap::parse_envelope(message.bytes()).has_value());
      const auto& envelope = message.envelope();
      if (envelope.type != MessageType::kRequest) continue;
      // Each goes on once.
      const auto waits = waiting_.find(envelope.seq);
      require(waits != waiting_.end() && !std::exchange(waits->second, true));
      asked_.emplace(envelope.seq, envelope.name);
      const auto kind = read_request(message, false).kind;
      if (kind == RequestKind::kRead || kind == RequestKind::kSessionRead)
        reads_.insert(envelope.seq);
      if (kind == RequestKind::kResume || kind == RequestKind::kWrite) ++changes_;
    }
    for (auto message : out.to_client) {
      require(dap::parse_envelope(message.bytes()).has_value());
      if (message.envelope().type != MessageType::kResponse) continue;
      const auto seq = message.envelope().request_seq;
      const bool was_waiting = waiting_.erase(seq) > 0;
      if (was_waiting && !may_look_stamped_) require(!take_stamp(message));
      // What answers nothing has come from the far end as it is: the front drops it.
      if (!was_waiting) require(out.to_client.size() == 1);
    }
  }

  Inspector inspector_{{.cache_bytes = kCacheBytes}};
  std::int64_t seq_ = 0;
  std::uint64_t epoch_ = 0, changes_ = 0, pushes_ = 0;
  std::set<std::int64_t> reads_;               ///< Of these; only they are stamped.
  bool may_look_stamped_ = false;              ///< The other side writes our word, too.
  std::map<std::int64_t, bool> waiting_;       ///< The client's; whether it has gone on.
  std::map<std::int64_t, std::string> asked_;  ///< The far end's.
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  World world;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!line.empty()) world.play(line);
  }
  world.end();
  return 0;
}
