// What the client does, and what it remembers.
#include "client.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nearside::inspect::model {

std::string Client::send(const std::string& command, json arguments) {
  Asked asked;
  asked.command = command;
  asked.meanings = meanings_of(arguments);
  asked.tag = tag_of(command, arguments);
  asked.after = tags.size();
  asked.known = known;
  asked.time = ++time;
  if (asked.tag != 0) tags.push_back(asked.tag);
  if (is_resume(command)) runs = true;
  if (command == "restart") restarts.insert(asked.tag);
  asked.arguments = arguments;
  if (asked.tag == 0) ++reads;
  waiting.emplace(++seq_, std::move(asked));
  json request{{"seq", seq_}, {"type", "request"}, {"command", command}};
  if (!arguments.empty()) request["arguments"] = std::move(arguments);
  return request.dump();
}

std::string Client::ask() {
  return plan_.empty() || random_.chance(6) ? ask_something() : ask_planned();
}

std::string Client::ask_planned() {
  if (plan_.empty()) return {};
  auto wish = std::move(plan_.front());
  plan_.pop_front();
  return send(wish.command, std::move(wish.arguments));
}

std::string Client::ask_something() {
  const int thread = random_.chance(6) ? 1 + static_cast<int>(random_.below(kThreads)) : thread_;
  switch (random_.below(runs ? 40 : 20)) {
    case 0:
    case 1:
    case 2:
      return step(thread);
    case 3:
      return send("threads", json::object());
    case 4:
    case 5: {
      json arguments{{"threadId", thread}};
      if (random_.chance(2)) arguments["startFrame"] = random_.below(3);
      if (random_.chance(2)) arguments["levels"] = random_.below(4);
      return send("stackTrace", std::move(arguments));
    }
    case 6:
    case 7:
    case 8:
      return frames_.empty() ? "" : send("scopes", {{"frameId", some(frames_)}});
    case 9:
    case 10:
    case 11:
      if (recent_.empty()) return {};
      return send("variables", {{"variablesReference", recent_[random_.below(recent_.size())]}});
    case 12:
      if (references_.empty()) return {};
      return send("variables", {{"variablesReference", some(references_)}});
    case 13:
    case 14:
      return evaluate();
    case 15:
      if (recent_.empty()) return {};
      return send("setVariable", {{"variablesReference", recent_[random_.below(recent_.size())]},
                                  {"name", "a"},
                                  {"value", std::to_string(next_tag_++)}});
    case 16:
      return cancel();
    case 17:
      return send("modules", json::object());
    case 18:
      return send("exceptionInfo", {{"threadId", thread}});
    case 19:
      return send("readMemory", {{"memoryReference", "0x10"}, {"count", 8}});
    default:
      return {};
  }
}

std::string Client::step(int thread) {
  const char* const steps[] = {"continue", "next", "stepIn", "stepOut"};
  const auto* const step = random_.chance(12) ? "restart" : steps[random_.below(4)];
  if (random_.chance(2)) plan_.clear();
  // Pressed twice.
  if (random_.chance(6)) plan_.push_front({step, {{"threadId", thread}, {"tag", next_tag_++}}});
  return send(step, {{"threadId", thread}, {"tag", next_tag_++}});
}

std::string Client::evaluate() {
  const char* const pure[] = {"obj", "a + 1", "a"};
  const bool writes = random_.chance(3);
  json arguments{{"expression", pure[random_.below(3)]},
                 {"context", random_.chance(2) ? "hover" : "watch"}};
  if (writes) {
    arguments["expression"] = "touch(" + std::to_string(next_tag_++) + ")";
    if (pure_watches_ || random_.chance(2)) arguments["context"] = "repl";
  }
  if (!frames_.empty() && !random_.chance(8)) arguments["frameId"] = some(frames_);
  return send("evaluate", std::move(arguments));
}

std::string Client::cancel() {
  if (waiting.empty()) return {};
  const auto chosen =
      std::next(waiting.begin(), static_cast<std::ptrdiff_t>(random_.below(waiting.size())));
  if (chosen->second.tag != 0 || chosen->second.command == "cancel") return {};
  chosen->second.cancelled = true;
  return send("cancel", {{"requestId", chosen->first}});
}

/// Mostly one of the newer.
std::int64_t Client::some(const Numbers& numbers) {
  const auto any = [&] {
    return std::next(numbers.begin(), static_cast<std::ptrdiff_t>(random_.below(numbers.size())));
  };
  auto chosen = any();
  if (random_.chance(4)) return chosen->first;
  for (int tries = 0; tries < 3; ++tries)
    if (const auto other = any(); other->second.back().answered > chosen->second.back().answered)
      chosen = other;
  return chosen->first;
}

void Client::hear(const std::string& event, const json& body) {
  ++time;
  if (event == "continued" || event == "terminated") runs = true;
  if (event == "stopped") {
    runs = false;
    thread_ = body.value("threadId", 1);
    plan_.clear();
    plan("threads", json::object());
    plan("stackTrace", {{"threadId", thread_}, {"startFrame", 0}, {"levels", 1}});
  }
}

void Client::learn(const Asked& asked, const json& body, std::size_t moment, std::uint64_t era) {
  known = std::max(known, moment);
  const auto of = body.value("of", "");
  const auto given = [&](const std::string& node) { return Given{{node, era}, asked.time, time}; };
  if (asked.command == "evaluate" && body.value("variablesReference", 0) != 0) {
    const auto expression = asked.arguments.value("expression", "");
    give(references_, body.at("variablesReference"), given(of + "/=" + expression));
  }
  const auto* const list = list_of(asked.command);
  if (list == nullptr || !body.contains(list)) return;
  if (asked.command != "stackTrace") recent_.clear();
  for (const auto& one : body.at(list)) {
    const auto name = one.at("name").get<std::string>();
    if (asked.command == "stackTrace") {
      give(frames_, one.at("id"), given(name));
    } else if (const auto number = one.value("variablesReference", std::int64_t{0}); number != 0) {
      give(references_, number, given(of + "/" + name));
      recent_.push_back(number);
    }
  }
  follow(asked, body);
}

/// What VS Code asks next: the scopes of the first frame, the rest of the stack, the watches; of
/// the scopes those that are cheap; of the variables those that are open.
void Client::follow(const Asked& asked, const json& body) {
  if (asked.command == "stackTrace" && asked.arguments.value("startFrame", 0) == 0) {
    if (body.at("stackFrames").empty()) return;
    const auto frame = body.at("stackFrames")[0].at("id");
    plan("scopes", {{"frameId", frame}});
    if (asked.arguments.value("levels", 0) == 1)
      plan("stackTrace", {{"threadId", thread_}, {"startFrame", 1}, {"levels", 19}});
    for (const auto* const watch : {"a + 1", "obj"})
      plan("evaluate", {{"expression", watch}, {"frameId", frame}, {"context", "watch"}});
  } else if (asked.command == "scopes") {
    for (const auto& scope : body.at("scopes"))
      if (!scope.value("expensive", false)) plan("variables", page(scope, false));
  } else if (asked.command == "variables") {
    for (const auto& variable : body.at("variables")) {
      if (variable.value("variablesReference", 0) == 0) continue;
      if (variable.value("indexedVariables", 0) != 0) {
        plan("variables", page(variable, false));
        plan("variables", page(variable, true));
      } else if (variable.at("name") == "obj" || variable.at("name") == "deep") {
        plan("variables", page(variable, false));
      }
    }
  }
}

json Client::page(const json& variable, bool indexed) {
  json arguments{{"variablesReference", variable.at("variablesReference")}};
  if (variable.value("indexedVariables", 0) == 0) return arguments;
  arguments["filter"] = indexed ? "indexed" : "named";
  if (indexed) {
    arguments["start"] = 0;
    arguments["count"] = 10;
  }
  return arguments;
}

void Client::give(Numbers& to, std::int64_t number, Given given) {
  auto& all = to[number];
  // What the client had before it asked is what it no longer means.
  std::erase_if(all, [&](const Given& old) { return old.answered < given.asked; });
  all.push_back(std::move(given));
}

std::vector<Meaning> Client::meanings_of(const json& arguments) const {
  if (const auto frame = arguments.find("frameId"); frame != arguments.end()) {
    std::vector<Meaning> meanings;
    if (const auto found = frames_.find(frame->get<std::int64_t>()); found != frames_.end())
      for (const auto& given : found->second) meanings.push_back(given.meaning);
    return meanings;
  }
  const auto reference = arguments.find("variablesReference");
  if (reference == arguments.end()) return {};
  return meanings_of_reference(reference->get<std::int64_t>());
}

/// Also what it is about to mean, of `scopes` that wait.
std::vector<Meaning> Client::meanings_of_reference(std::int64_t number) const {
  std::vector<Meaning> meanings;
  if (const auto found = references_.find(number); found != references_.end())
    for (const auto& given : found->second) meanings.push_back(given.meaning);
  if (!traits_.same_scope_references || number > std::ssize(kScopes)) return meanings;
  for (const auto& [seq, asked] : waiting)
    if (asked.command == "scopes")
      for (const auto& frame : asked.meanings)
        meanings.push_back({frame.node + "/" + kScopes[number - 1], std::nullopt});
  return meanings;
}

}  // namespace nearside::inspect::model
