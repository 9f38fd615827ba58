// JSON of the openings and control messages. Everything that comes in is from a peer: each member
// is checked for its type, and the fault names the one that is wrong.
#include "core/session/wire.hpp"

#include "core/json_members.hpp"
#include "core/paths/limits.hpp"
#include "core/session/limits.hpp"

#include <algorithm>
#include <utility>

namespace nearside::session {
namespace {

using nlohmann::json;

Fault malformed(std::string_view what) {
  return {Errc::kMessageInvalid, Condition::kPeerViolation,
          "The peer sent " + std::string(what) + ". Are both ends of the same Nearside version?"};
}

/// Nesting is the parser's recursion; our own messages need three levels.
constexpr int kMaxJsonDepth = 16;

/// A named type, since json converts from too much to live in a Result by itself.
struct Object {
  json members;
};

Result<Object> parse_object(std::string_view text, std::string_view what) {
  bool too_deep = false;
  const auto guard = [&too_deep](int depth, json::parse_event_t, json&) {
    if (depth > kMaxJsonDepth) too_deep = true;
    return !too_deep;
  };
  json parsed = json::parse(text, guard, /*allow_exceptions=*/false);
  if (too_deep || !parsed.is_object())
    return malformed(std::string(what) + " that is no JSON object");
  return Object{std::move(parsed)};
}

std::string dump(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool flag_member(const json& object, const char* name, bool otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

/// A number from 0 to `most`; what is missing or no number is `most`.
std::uint64_t number_member(const json& object, const char* name, std::uint64_t most) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return most;
  return std::min(most, found->get<std::uint64_t>());
}

/// The agent's own limits hold beside the near end's.
inspect::InspectWish read_inspect_wish(const json& object) {
  inspect::InspectWish wish;
  wish.prefetch = flag_member(object, "prefetch", true);
  wish.limits.requests =
      static_cast<std::uint32_t>(number_member(object, "requests", inspect::kMaxPrefetchRequests));
  wish.limits.bytes = number_member(object, "bytes", inspect::kMaxPrefetchBytes);
  wish.limits.time = std::chrono::milliseconds(number_member(
      object, "milliseconds", static_cast<std::uint64_t>(inspect::kPrefetchTime.count())));
  if (object.contains("leastRoundTrip")) {
    wish.least_round_trip = std::chrono::milliseconds(number_member(
        object, "leastRoundTrip", static_cast<std::uint64_t>(inspect::kMostRoundTrip.count())));
  }
  wish.pure_watches = flag_member(object, "pureWatches", false);
  return wish;
}

std::optional<std::chrono::seconds> seconds_member(const json& object, const char* name) {
  if (!object.contains(name)) return std::nullopt;
  return std::chrono::seconds(
      number_member(object, name, static_cast<std::uint64_t>(kLongestLinger.count())));
}

LingerWish read_linger(const json& object) {
  LingerWish wish;
  const auto found = object.find("linger");
  if (found == object.end() || !found->is_object()) return wish;
  wish.left = seconds_member(*found, "left");
  wish.lost = seconds_member(*found, "lost");
  wish.end = linger_end_from(text_of(*found, "end"));
  return wish;
}

json members(const LingerWish& wish) {
  auto object = json::object();
  if (wish.left) object["left"] = wish.left->count();
  if (wish.lost) object["lost"] = wish.lost->count();
  if (wish.end) object["end"] = to_string(*wish.end);
  return object;
}

Result<Opening> decode_session_opening(const json& object) {
  SessionOpening opening;
  opening.adapter = text_of(object, "adapter");
  opening.session = text_of(object, "session");
  if (opening.adapter.empty() && opening.session.empty())
    return malformed("a session opening without an adapter");
  opening.linger = read_linger(object);
  opening.working_directory = text_of(object, "workingDirectory");
  opening.client = text_of(object, "client");
  opening.workspace = text_of(object, "workspace");
  opening.restore = flag_member(object, "restore", false);
  if (const auto found = object.find("environment"); found != object.end() && !found->is_null()) {
    if (!found->is_object()) return malformed("a session opening whose environment is no object");
    opening.environment.emplace();
    for (const auto& [name, value] : found->items()) {
      if (!value.is_string()) return malformed("an environment variable that is no text");
      opening.environment->emplace(name, value.get<std::string>());
    }
  }
  if (const auto found = object.find("inspect"); found != object.end() && !found->is_null()) {
    if (!found->is_object()) return malformed("a session opening whose `inspect` is no object");
    opening.inspect = read_inspect_wish(*found);
  }
  opening.times = flag_member(object, "times", false);
  if (const auto role = find_text(object, "role")) {
    opening.role = role_from(*role);
    if (!opening.role) return malformed("a session opening with a role that is none");
  }
  return Opening(std::move(opening));
}

json members(const inspect::InspectWish& wish) {
  return {{"prefetch", wish.prefetch},
          {"requests", wish.limits.requests},
          {"bytes", wish.limits.bytes},
          {"milliseconds", wish.limits.time.count()},
          {"leastRoundTrip", wish.least_round_trip.count()},
          {"pureWatches", wish.pure_watches}};
}

json members(const SessionOpening& opening) {
  json object{{"kind", "session"},
              {"adapter", opening.adapter},
              {"workingDirectory", opening.working_directory},
              {"client", opening.client}};
  if (opening.environment) object["environment"] = *opening.environment;
  if (opening.inspect) object["inspect"] = members(*opening.inspect);
  if (!opening.session.empty()) object["session"] = opening.session;
  if (!opening.workspace.empty()) object["workspace"] = opening.workspace;
  if (opening.restore) object["restore"] = true;
  if (opening.linger != LingerWish{}) object["linger"] = members(opening.linger);
  if (opening.times) object["times"] = true;
  if (opening.role) object["role"] = to_string(*opening.role);
  return object;
}
json members(const ControlOpening&) {
  return {{"kind", "control"}};
}

json members(const SessionReady& ready) {
  return {{"type", "ready"},
          {"session", ready.session},
          {"adapter", ready.adapter},
          {"notice", ready.notice},
          {"host", paths::to_json(ready.host)}};
}
json members(const SessionFailed& failed) {
  return {{"type", "failed"}, {"fault", to_json(failed.fault)}};
}

json members(const SourcesSeen& seen) {
  auto files = json::array();
  for (const auto& file : seen.files)
    files.push_back({{"path", file.path}, {"exists", file.exists}, {"digest", file.digest}});
  return {{"type", "sources"}, {"files", std::move(files)}};
}

bool is_digest(std::string_view text) {
  return text.size() == kDigestLength &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<SessionControl> decode_sources_seen(const json& object) {
  const auto list = object.find("files");
  if (list == object.end() || !list->is_array()) return malformed("sources without a list");
  if (list->size() > kMaxSourcesPerMessage) {
    return malformed("more than " + std::to_string(kMaxSourcesPerMessage) +
                     " sources in one message");
  }
  SourcesSeen seen;
  seen.files.reserve(list->size());
  for (const auto& one : *list) {
    if (!one.is_object()) return malformed("a source that is no object");
    paths::RemoteFile file;
    file.path = text_of(one, "path");
    if (file.path.empty() || file.path.size() > paths::kMaxPathBytes)
      return malformed("a source whose path is missing or longer than any path");
    const auto exists = one.find("exists");
    if (exists == one.end() || !exists->is_boolean())
      return malformed("a source that does not say whether it exists");
    file.exists = exists->get<bool>();
    file.digest = text_of(one, "digest");
    if (!file.digest.empty() && !is_digest(file.digest))
      return malformed("a source's digest that is no SHA-256 in hex");
    seen.files.push_back(std::move(file));
  }
  return SessionControl(std::move(seen));
}

}  // namespace

std::string encode(const inspect::ClientView& view) {
  json object{{"type", "view"}, {"processed", view.processed}};
  if (!view.used.empty()) object["used"] = view.used;
  if (view.scopes_frame) object["scopesFrame"] = *view.scopes_frame;
  return dump(object);
}

Result<inspect::ClientView> decode_client_view(std::string_view text) {
  auto object = parse_object(text, "a control message");
  if (!object) return object.error();
  const auto& members = object->members;
  if (text_of(members, "type") != "view") return malformed("an unknown control message");
  inspect::ClientView view;
  const auto processed = members.find("processed");
  if (processed == members.end() || !processed->is_number_unsigned())
    return malformed("a view that does not say how far it has come");
  view.processed = processed->get<std::uint64_t>();
  if (const auto used = members.find("used"); used != members.end()) {
    if (!used->is_array() || used->size() > inspect::kMaxReportedHits)
      return malformed("a view whose `used` is no list, or too long");
    for (const auto& number : *used) {
      if (!number.is_number_unsigned()) return malformed("a view that names no push");
      view.used.push_back(number.get<std::uint64_t>());
    }
  }
  if (const auto frame = members.find("scopesFrame"); frame != members.end()) {
    if (!frame->is_number_integer()) return malformed("a view whose `scopesFrame` is no frame");
    view.scopes_frame = frame->get<std::int64_t>();
  }
  return view;
}

std::string encode(const Opening& opening) {
  return std::visit([](const auto& one) { return dump(members(one)); }, opening);
}

Result<Opening> decode_opening(std::string_view text) {
  auto object = parse_object(text, "a channel opening");
  if (!object) return object.error();
  const std::string kind = text_of(object->members, "kind");
  if (kind == "session") return decode_session_opening(object->members);
  if (kind == "control") return Opening(ControlOpening{});
  return malformed("a channel opening of the unknown kind '" + kind.substr(0, 32) + "'");
}

std::string encode(const SessionControl& message) {
  return std::visit([](const auto& one) { return dump(members(one)); }, message);
}

Result<SessionControl> decode_session_control(std::string_view text) {
  auto object = parse_object(text, "a session message");
  if (!object) return object.error();
  const std::string type = text_of(object->members, "type");
  if (type == "ready") {
    // Made in place: GCC 12 takes a variant that is moved from for one that was never set.
    SessionReady ready;
    ready.session = text_of(object->members, "session");
    ready.adapter = text_of(object->members, "adapter");
    ready.notice = text_of(object->members, "notice");
    ready.host = paths::host_facts_from_json(object->members.value("host", json()));
    return Result<SessionControl>(boost::system::in_place_value, std::move(ready));
  }
  if (type == "sources") return decode_sources_seen(object->members);
  if (type == "failed")
    return Result<SessionControl>(
        boost::system::in_place_value,
        SessionFailed{fault_from_json(object->members.value("fault", json()))});
  return malformed("a session message of the unknown type '" + type.substr(0, 32) + "'");
}

std::string encode(const AgentRequest& request) {
  return dump({{"request", request.request}, {"arguments", request.arguments}});
}

Result<AgentRequest> decode_agent_request(std::string_view text) {
  auto object = parse_object(text, "a request to the agent");
  if (!object) return object.error();
  AgentRequest request{text_of(object->members, "request"),
                       object->members.value("arguments", json::object())};
  if (request.request.empty()) return malformed("a request to the agent without a name");
  if (!request.arguments.is_object())
    return malformed("a request to the agent whose arguments are no object");
  return request;
}

std::string encode(const AgentAnswer& answer) {
  return dump(answer ? json{{"answer", answer->body}} : json{{"fault", to_json(answer.error())}});
}

AgentAnswer decode_agent_answer(std::string_view text) {
  auto object = parse_object(text, "an agent's answer");
  if (!object) return object.error();
  if (const auto fault = object->members.find("fault"); fault != object->members.end())
    return fault_from_json(*fault);
  return AgentReply{object->members.value("answer", json::object())};
}

json to_json(const Fault& fault) {
  return {{"code", static_cast<int>(fault.code)},
          {"condition", to_string(fault.condition)},
          {"message", fault.message}};
}

Fault fault_from_json(const json& object) {
  Fault fault{Errc::kMessageInvalid, Condition::kInternal, "The peer gave no reason."};
  if (!object.is_object()) return fault;
  if (const auto code = object.find("code"); code != object.end() && code->is_number_integer())
    fault.code = static_cast<Errc>(code->get<int>());
  fault.condition = condition_from_string(text_of(object, "condition"));
  if (auto message = text_of(object, "message"); !message.empty())
    fault.message = std::move(message);
  return fault;
}

}  // namespace nearside::session
