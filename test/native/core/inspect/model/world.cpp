// What the program looks like: two threads with stacks of two to four frames, each with three
// scopes, variables with fields, a map of both kinds of children. It changes its shape now and
// then.
#include "world.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace nearside::inspect::model {
namespace {

constexpr int kElements = 30;

/// Mostly 0, so that most stops look like the one before.
std::uint64_t shape(const World& world, std::uint64_t salt) {
  const auto mixed = (world.era + salt * 977) * 0x9E3779B97F4A7C15ULL >> 40;
  return mixed % 8 == 0 ? 1 : 0;
}

int frames(const World& world) {
  return 3 + static_cast<int>(shape(world, 1));
}

std::string mark(const World& world) {
  return "e" + std::to_string(world.era) + "w" + std::to_string(world.writes);
}

int number(const json& arguments, const char* name) {
  return arguments.value(name, 0);
}

int thread_of(const std::string& node) {
  return node.size() > 1 && node[0] == 't' ? node[1] - '0' : 0;
}

bool has_frame(const World& world, const std::string& node) {
  if (node.size() < 5 || node.compare(2, 2, "/f") != 0) return false;
  return world.stopped.contains(thread_of(node)) && node[4] - '0' < frames(world);
}

std::optional<json> look_at_stack(const World& world, const Traits& traits, const Question& asked) {
  const int thread = number(asked.arguments, "threadId");
  if (!world.stopped.contains(thread)) return std::nullopt;
  const int total = frames(world);
  const int start = std::min(number(asked.arguments, "startFrame"), total);
  const int levels = number(asked.arguments, "levels");
  const int end = levels == 0 ? total : std::min(start + levels, total);
  auto list = json::array();
  for (int index = start; index < end; ++index)
    list.push_back({{"id", 1},
                    {"name", thread_node(thread) + "/f" + std::to_string(index)},
                    {"line", world.era},
                    {"column", world.stacks}});
  json body{{"stackFrames", std::move(list)}};
  if (traits.totals == Totals::kTrue) body["totalFrames"] = total;
  if (traits.totals == Totals::kOneMore) body["totalFrames"] = std::min(total, end + 1);
  return body;
}

json look_at_scopes(const World& world, const std::string& node) {
  auto list = json::array();
  for (const auto* const name : kScopes)
    list.push_back({{"name", name},
                    {"variablesReference", 1},
                    {"expensive", std::string_view(name) == "Registers"},
                    {"line", world.era},
                    {"column", world.stacks}});
  return {{"scopes", std::move(list)}, {"of", node}};
}

struct Child {
  std::string name;
  bool has_more = false;
  bool is_map = false;
};

/// What can be opened is told by its name alone, a level of fields deep.
std::vector<Child> children(const World& world, const std::string& node) {
  const auto name = node.substr(node.find_last_of('/') + 1);
  if (name == "obj" || name == "=obj") return {{"x"}, {"y"}, {"deep", true}};
  if (name == "deep") return {{"bottom"}};
  if (name == "map") return {{"len"}, {"cap"}};
  if (name == "Registers") return {{"pc"}};
  std::vector<Child> list{{"a"}, {"obj", true}, {"map", true, true}};
  if (shape(world, 2) != 0) list.insert(list.begin(), {"new"});
  return list;
}

std::optional<json> look_at_variables(const World& world, const Question& asked) {
  if (!has_frame(world, asked.node)) return std::nullopt;
  const auto filter = asked.arguments.value("filter", "");
  auto list = json::array();
  const auto add = [&](const Child& child) {
    json one{{"name", child.name},
             {"value", asked.node + "/" + child.name + " " + mark(world)},
             {"variablesReference", child.has_more ? 1 : 0}};
    if (child.is_map) {
      one["namedVariables"] = 2;
      one["indexedVariables"] = kElements;
    }
    list.push_back(std::move(one));
  };
  if (filter != "indexed")
    for (const auto& child : children(world, asked.node)) add(child);
  if (filter != "named" && asked.node.ends_with("/map")) {
    const int start = std::min(number(asked.arguments, "start"), kElements);
    const int count = number(asked.arguments, "count");
    const int end = count == 0 ? kElements : std::min(start + count, kElements);
    for (int index = start; index < end; ++index) add({"[" + std::to_string(index) + "]"});
  }
  return json{{"variables", std::move(list)}, {"of", asked.node}, {"at", mark(world)}};
}

std::optional<json> look_at_expression(const World& world, const Question& asked) {
  const bool is_global = asked.node.empty();
  if (is_global ? world.stopped.empty() : !has_frame(world, asked.node)) return std::nullopt;
  const auto expression = asked.arguments.value("expression", "");
  return json{{"result", expression + " in " + asked.node + " " + mark(world)},
              {"variablesReference", !is_global && expression == "obj" ? 1 : 0},
              {"of", asked.node}};
}

json look_at_threads(const World& world, const Traits& traits) {
  if (world.stopped.empty() && traits.dummy_threads)
    return {{"threads", {{{"id", -1}, {"name", "running"}}}}};
  auto list = json::array();
  for (int thread = 1; thread <= kThreads; ++thread)
    list.push_back({{"id", thread},
                    {"name", thread_node(thread) + " e" + std::to_string(world.era) + "t" +
                                 std::to_string(world.threads)}});
  return {{"threads", std::move(list)}};
}

}  // namespace

Traits Traits::of(Random& random) {
  Traits traits;
  traits.same_scope_references = random.chance(2);
  traits.numbers_restart = random.chance(2);
  traits.new_frame_ids = random.chance(2);
  traits.sends_continued = random.chance(2);
  traits.mixes_answers = random.chance(2);
  traits.late_writes = random.chance(3);
  traits.dummy_threads = random.chance(2);
  traits.single_threads = random.chance(3);
  traits.moves_by_itself = random.chance(2);
  traits.refuses = random.chance(2) ? 4 : 0;
  traits.totals = static_cast<Totals>(random.below(3));
  return traits;
}

std::string thread_node(int thread) {
  return "t" + std::to_string(thread);
}

std::optional<json> look(const World& world, const Traits& traits, const Question& question) {
  const auto& command = question.command;
  if (command == "threads") return look_at_threads(world, traits);
  if (command == "stackTrace") return look_at_stack(world, traits, question);
  if (command == "scopes") {
    if (!has_frame(world, question.node)) return std::nullopt;
    return look_at_scopes(world, question.node);
  }
  if (command == "variables") return look_at_variables(world, question);
  if (command == "evaluate") return look_at_expression(world, question);
  if (command == "modules")
    return json{{"modules", json::array()}, {"totalModules", world.modules}};
  if (world.stopped.empty()) return std::nullopt;
  if (command == "exceptionInfo")
    return json{{"exceptionId", "e" + std::to_string(world.era)}, {"breakMode", "always"}};
  if (command == "readMemory") return json{{"address", "0x10"}, {"data", mark(world)}};
  return std::nullopt;
}

const char* list_of(const std::string& command) {
  if (command == "stackTrace") return "stackFrames";
  if (command == "scopes") return "scopes";
  if (command == "variables") return "variables";
  return nullptr;
}

}  // namespace nearside::inspect::model
