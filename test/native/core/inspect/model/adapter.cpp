// Requests in, answers and events out.
#include "adapter.hpp"

#include <cstdlib>
#include <iterator>
#include <utility>

namespace nearside::inspect::model {

bool is_resume(const std::string& command) {
  return command == "continue" || command == "next" || command == "stepIn" ||
         command == "stepOut" || command == "restart";
}

std::uint64_t tag_of(const std::string& command, const json& arguments) {
  const auto number = [](const std::string& text) {
    return std::strtoull(text.c_str(), nullptr, 10);
  };
  if (is_resume(command)) return arguments.value("tag", std::uint64_t{0});
  if (command == "setVariable") return number(arguments.value("value", ""));
  if (command != "evaluate") return 0;
  const auto expression = arguments.value("expression", "");
  return expression.starts_with("touch(") ? number(expression.substr(6)) : 0;
}

void Adapter::handle(const std::string& bytes) {
  const auto request = json::parse(bytes);
  Answer answer{request.at("seq"), request.at("command"), {}};
  const auto arguments = request.value("arguments", json::object());
  answer.tag = tag_of(answer.command, arguments);
  if (answer.tag != 0) {
    order_.push_back(answer.tag);
    done_[answer.tag].before = now();
  }
  if (is_resume(answer.command)) {
    handle_resume(answer, arguments);
  } else if (answer.tag != 0) {
    handle_write(answer, arguments);
  } else {
    handle_read(answer, arguments);
  }
  if (answer.tag != 0) done_[answer.tag].after = done_[answer.tag].effect = now();
  const bool is_continue = is_resume(answer.command) && answer.body;
  const bool resumes_all = !traits_.single_threads || answer.command == "restart";
  const auto thread = arguments.value("threadId", 1);
  unanswered_.push_back(std::move(answer));
  if (!traits_.mixes_answers) answer_one();
  if (is_continue && traits_.sends_continued)
    tell("continued", {{"threadId", thread}, {"allThreadsContinued", resumes_all}});
}

void Adapter::answer_one() {
  if (unanswered_.empty()) return;
  const auto chosen = std::next(unanswered_.begin(),
                                static_cast<std::ptrdiff_t>(random_.below(unanswered_.size())));
  const auto answer = std::move(*chosen);
  unanswered_.erase(chosen);
  if (answer.takes_effect) {
    ++change(false).writes;
    done_[answer.tag].effect = now();
  }
  json response{{"seq", 0},
                {"type", "response"},
                {"request_seq", answer.seq},
                {"command", answer.command},
                {"success", answer.body.has_value()}};
  if (answer.body) {
    response["body"] = *answer.body;
  } else {
    response["message"] = "not now";
  }
  said.push_back(response.dump());
}

void Adapter::handle_read(Answer& answer, const json& arguments) {
  Question question{answer.command, {}, arguments};
  if (answer.command == "cancel") return cancel(arguments), void(answer.body = json::object());
  if (answer.command == "initialize" || answer.command == "launch" ||
      answer.command == "configurationDone" || answer.command == "setBreakpoints") {
    answer.body = json::object();
    if (answer.command == "launch") tell("initialized", json::object());
    return;
  }
  ++reads_;
  const auto node = node_of(arguments);
  if (!node) return;
  question.node = *node;
  answer.body = look(world(), traits_, question);
  if (!answer.body) return;
  if (answer.command == "scopes") last_scopes_ = question.node;
  number(answer.command, *answer.body);
}

void Adapter::handle_resume(Answer& answer, const json& arguments) {
  const int thread = arguments.value("threadId", 1);
  const bool is_restart = answer.command == "restart";
  if (!is_restart && !world().stopped.contains(thread)) return;
  if (traits_.refuses != 0 && random_.chance(traits_.refuses)) return;
  auto& world = change(false);
  ++world.era;
  if (is_restart) ++world.modules;
  if (traits_.single_threads && !is_restart) {
    world.stopped.erase(thread);
  } else {
    world.stopped.clear();
  }
  end_references();
  answer.body = json{{"allThreadsContinued", !traits_.single_threads}};
}

void Adapter::handle_write(Answer& answer, const json& arguments) {
  const bool is_evaluate = answer.command == "evaluate";
  const auto node = node_of(arguments);
  if (!node || world().stopped.empty()) return;
  done_[answer.tag].node = *node;
  answer.takes_effect = traits_.late_writes && random_.chance(2);
  if (!answer.takes_effect) ++change(false).writes;
  answer.body = json{{is_evaluate ? "result" : "value", "done"}, {"of", *node}};
  if (is_evaluate) (*answer.body)["variablesReference"] = 0;
}

void Adapter::cancel(const json& arguments) {
  for (auto& answer : unanswered_) {
    // `scopes` has left its trace already.
    const bool can_be = answer.tag == 0 && answer.command != "scopes";
    if (can_be && answer.seq == arguments.value("requestId", 0)) answer.body.reset();
  }
}

void Adapter::stop() {
  if (world().stopped.size() == kThreads) return;
  auto& world = change(true);
  ++world.era;
  int thread = 1 + static_cast<int>(random_.below(kThreads));
  while (world.stopped.contains(thread)) thread = thread % kThreads + 1;
  if (traits_.single_threads) {
    world.stopped.insert(thread);
  } else {
    for (int one = 1; one <= kThreads; ++one) world.stopped.insert(one);
  }
  end_references();
  json body{{"reason", "step"}, {"threadId", thread}};
  if (!traits_.single_threads) body["allThreadsStopped"] = true;
  tell("stopped", std::move(body));
}

void Adapter::happen() {
  if (world().stopped.size() < kThreads && !random_.chance(4)) return stop();
  if (traits_.moves_by_itself && random_.chance(2)) move_by_itself();
}

void Adapter::move_by_itself() {
  const auto kind = random_.below(9);
  const int thread = 1 + static_cast<int>(random_.below(kThreads));
  if (kind == 0) {
    // The user of another tool lets it run, or a thread that stood does.
    if (!world().stopped.contains(thread)) return;
    auto& world = change(true);
    ++world.era;
    if (traits_.single_threads) {
      world.stopped.erase(thread);
    } else {
      world.stopped.clear();
    }
    end_references();
    tell("continued", {{"threadId", thread}, {"allThreadsContinued", !traits_.single_threads}});
  } else if (kind == 1) {
    // It was stopped already, and stops again.
    if (world().stopped.size() < kThreads) return;
    ++change(true).era;
    end_references();
    tell("stopped", {{"reason", "pause"}, {"threadId", thread}, {"allThreadsStopped", true}});
  } else if (kind == 2) {
    ++change(true).writes;
    tell("memory", {{"memoryReference", "0x10"}, {"offset", 0}, {"count", 8}});
  } else if (kind == 3) {
    ++change(true).threads;
    tell("thread", {{"reason", random_.chance(2) ? "started" : "exited"}, {"threadId", 7}});
  } else if (kind == 4) {
    ++change(true).modules;
    tell("module", {{"reason", "new"}, {"module", {{"id", 1}, {"name", "m"}}}});
  } else if (kind == 5) {
    // Some adapters begin it again by themselves.
    auto& world = change(true);
    ++world.era;
    ++world.modules;
    world.stopped.clear();
    end_references();
    tell("terminated", json::object());
  } else if (kind == 6) {
    tell("output", {{"output", "hello\n"}});
  } else {
    auto& world = change(true);
    json body = json::object();
    const auto area = random_.below(4);
    const char* const names[] = {"all", "threads", "stacks", "variables"};
    if (area != 0 || random_.chance(2)) body["areas"] = {names[area]};
    if (area <= 1) ++world.threads;
    if (area == 0 || area == 2) ++world.stacks;
    if (area != 1) ++world.writes;
    tell("invalidated", std::move(body));
  }
}

/// A new moment. `tells`: with the event that comes next.
World& Adapter::change(bool tells) {
  history_.push_back({world(), told_.size() + (tells ? 1 : 0)});
  return history_.back().world;
}

void Adapter::tell(const std::string& event, json body) {
  told_.push_back(now());
  body["number"] = told_.size();
  said.push_back(
      json{{"seq", 0}, {"type", "event"}, {"event", event}, {"body", std::move(body)}}.dump());
}

void Adapter::end_references() {
  references_.clear();
  frames_.clear();
  last_scopes_.clear();
  if (traits_.numbers_restart) next_reference_ = next_frame_ = 1000;
}

void Adapter::number(const std::string& command, json& body) {
  const auto give = [&](json& one, const std::string& node) {
    if (one.value("variablesReference", 0) == 0) return;
    references_.emplace(next_reference_, node);
    one["variablesReference"] = next_reference_++;
  };
  const auto of = body.value("of", "");
  if (command == "evaluate") give(body, of + "/=" + body.value("expression", "obj"));
  const auto* const list = list_of(command);
  if (list == nullptr) return;
  std::int64_t index = 0;
  for (auto& one : body.at(list)) {
    const auto name = one.at("name").get<std::string>();
    ++index;
    if (command == "stackTrace") {
      const auto id = traits_.new_frame_ids ? next_frame_++ : (name[1] - '0') * 100 + name[4] - '0';
      one["id"] = id;
      frames_[id] = name;
    } else if (command == "scopes" && traits_.same_scope_references) {
      one["variablesReference"] = index;
    } else {
      give(one, of + "/" + name);
    }
  }
}

/// What its references mean now; "" if there are none. Nothing: one that means nothing.
std::optional<std::string> Adapter::node_of(const json& arguments) const {
  if (arguments.contains("frameId")) return frame(arguments);
  if (arguments.contains("variablesReference")) return reference(arguments);
  return std::string();
}

std::optional<std::string> Adapter::frame(const json& arguments) const {
  const auto id = arguments.value("frameId", std::int64_t{0});
  const auto found = frames_.find(id);
  if (found != frames_.end()) return found->second;
  if (traits_.new_frame_ids || id < 100) return std::nullopt;
  return thread_node(static_cast<int>(id / 100)) + "/f" + std::to_string(id % 100);
}

std::optional<std::string> Adapter::reference(const json& arguments) const {
  const auto number = arguments.value("variablesReference", std::int64_t{0});
  const auto found = references_.find(number);
  if (found != references_.end()) return found->second;
  if (!traits_.same_scope_references || last_scopes_.empty()) return std::nullopt;
  if (number < 1 || number > std::ssize(kScopes)) return std::nullopt;
  return last_scopes_ + "/" + kScopes[number - 1];
}

}  // namespace nearside::inspect::model
