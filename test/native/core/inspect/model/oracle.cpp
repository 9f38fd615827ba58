// The window of moments, and what would have been said in each.
#include "oracle.hpp"

#include <algorithm>
#include <utility>

namespace nearside::inspect::model {
namespace {

struct Response {
  std::optional<json> body;  ///< Nothing: an error.
  std::string of;            ///< Whose it says it is.
};

/// Without the numbers of references: only whether there is one.
json plain(json body) {
  if (body.contains("variablesReference"))
    body["variablesReference"] = body["variablesReference"] != 0 ? 1 : 0;
  for (auto& [name, value] : body.items()) {
    if (!value.is_array()) continue;
    for (auto& one : value) {
      if (!one.is_object()) continue;
      if (one.contains("variablesReference"))
        one["variablesReference"] = one["variablesReference"] != 0 ? 1 : 0;
      if (name == "stackFrames") one["id"] = 1;
    }
  }
  return body;
}

bool is_same(const Asked& asked, const json& got, json expected, const World& world,
             const Traits& traits) {
  auto mine = plain(got);
  if (mine == expected) return true;
  if (asked.command != "stackTrace" || !mine.contains("totalFrames")) return false;
  // A stack that was cut out of a larger one tells what that one told: no more than there are, and
  // more than here if there are more.
  const Question whole{"stackTrace", {}, {{"threadId", asked.arguments.at("threadId")}}};
  const auto frames = look(world, traits, whole)->at("stackFrames").size();
  const auto end = asked.arguments.value("startFrame", std::size_t{0}) + mine["stackFrames"].size();
  const auto total = mine["totalFrames"].get<std::size_t>();
  if (total > frames || (end < frames && total <= end)) return false;
  expected["totalFrames"] = total;
  return mine == expected;
}

/// Whether the number of an earlier era can stand for something else in a later one.
bool may_mean_another(const Traits& traits, const json& arguments) {
  if (traits.numbers_restart) return true;
  if (arguments.contains("frameId")) return !traits.new_frame_ids;
  return traits.same_scope_references &&
         arguments.at("variablesReference").get<std::size_t>() <= std::size(kScopes);
}

/// Whether the adapter could have said this in `world`.
bool fits(const World& world, const Traits& traits, const Asked& asked, const Response& response) {
  const auto said_of = [&](const std::string& node) {
    const auto expected = look(world, traits, {asked.command, node, asked.arguments});
    if (!expected || !response.body) return !expected && !response.body;
    return is_same(asked, *response.body, *expected, world, traits);
  };
  const bool has_reference =
      asked.arguments.contains("frameId") || asked.arguments.contains("variablesReference");
  if (!has_reference) return said_of({});
  return std::ranges::any_of(asked.meanings, [&](const Meaning& meaning) {
    if (meaning.era.value_or(world.era) == world.era && said_of(meaning.node)) return true;
    if (meaning.era == world.era) return false;
    // An old reference means nothing, or something else now.
    if (!response.body) return true;
    return may_mean_another(traits, asked.arguments) && !response.of.empty() &&
           said_of(response.of);
  });
}

std::string list(const Asked& asked) {
  std::string text;
  for (const auto& meaning : asked.meanings)
    text += " " + meaning.node + "@" + (meaning.era ? std::to_string(*meaning.era) : "?");
  return text;
}

std::optional<std::string> judge_read(Client& client, const Adapter& adapter, const Asked& asked,
                                      const Response& response) {
  const auto& history = adapter.history();
  auto first = asked.known;
  // What is true for the whole session changes by events and restarts alone, whoever else resumes
  // or writes.
  auto after = asked.after;
  if (asked.command == "modules")
    while (after > 0 && !client.restarts.contains(client.tags[after - 1])) --after;
  if (after > 0) {
    const auto done = adapter.done().find(client.tags[after - 1]);
    if (done == adapter.done().end()) return "before the client's own resume or write was taken";
    first = std::max(first, done->second.after);
  }
  auto last = adapter.now();
  if (asked.after < client.tags.size()) {
    const auto done = adapter.done().find(client.tags[asked.after]);
    if (done != adapter.done().end()) last = done->second.before;
  }
  const bool may_be_cancelled = asked.cancelled && !response.body;
  for (auto moment = first; moment <= last; ++moment) {
    const auto& [world, events] = history[moment];
    if (events > client.events) break;
    if (!may_be_cancelled && !fits(world, adapter.traits(), asked, response)) continue;
    client.learn(asked, response.body.value_or(json::object()), moment, world.era);
    return std::nullopt;
  }
  std::string text = "never so between moments " + std::to_string(first) + " and " +
                     std::to_string(last) + "; takes it for" + list(asked);
  for (auto moment = first; moment <= last; ++moment)
    text += "\n  " + std::to_string(moment) + ": era " + std::to_string(history[moment].world.era) +
            ", writes " + std::to_string(history[moment].world.writes) + ", events " +
            std::to_string(history[moment].events) + " of " + std::to_string(client.events);
  return text;
}

std::optional<std::string> judge_done(Client& client, const Adapter& adapter, const Asked& asked,
                                      const Response& response) {
  const auto found = adapter.done().find(asked.tag);
  if (found == adapter.done().end()) return "answered, but the adapter never had it";
  const auto& done = found->second;
  client.known = std::max(client.known, done.effect);
  if (is_resume(asked.command) && !response.body) client.runs = false;
  if (is_resume(asked.command) || asked.meanings.empty()) return std::nullopt;
  const auto era = adapter.history()[done.before].world.era;
  for (const auto& meaning : asked.meanings)
    if (meaning.era != era || (response.body && meaning.node == done.node)) return std::nullopt;
  return "wrote to '" + done.node + "' instead of" + list(asked);
}

}  // namespace

std::optional<std::string> receive(Client& client, const Adapter& adapter,
                                   const std::string& bytes) {
  const auto message = json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!message.is_object()) return "no message";
  if (message.contains("nearside")) return "our stamp is still on it";
  const auto body = message.value("body", json::object());
  if (message.at("type") == "event") {
    if (body.value("number", std::uint64_t{0}) != client.events + 1)
      return "not the event that comes next";
    if (client.events == adapter.told().size()) return "an event that nobody sent";
    client.known = std::max(client.known, adapter.told()[client.events++]);
    client.hear(message.at("event"), body);
    return std::nullopt;
  }
  const auto found = client.waiting.find(message.value("request_seq", std::int64_t{0}));
  if (found == client.waiting.end()) return "nothing waits for this answer";
  const auto asked = std::move(found->second);
  client.waiting.erase(found);
  ++client.time;
  if (message.at("command") != asked.command) return "the answer to another command";
  Response response;
  if (message.at("success")) response = {body, body.value("of", "")};
  if (asked.tag != 0) return judge_done(client, adapter, asked, response);
  const auto is_neutral = [](const std::string& name) {
    return name == "initialize" || name == "launch" || name == "configurationDone" ||
           name == "cancel" || name == "setBreakpoints";
  };
  if (is_neutral(asked.command))
    return response.body ? std::nullopt : std::optional<std::string>("refused");
  return judge_read(client, adapter, asked, response);
}

}  // namespace nearside::inspect::model
