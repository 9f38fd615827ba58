// The tree of reads, as a map from parents to children.
#include "core/inspect/habits.hpp"

#include "core/json_members.hpp"

#include <algorithm>
#include <utility>

namespace nearside::inspect {
namespace {

using nlohmann::json;

}  // namespace

HabitId Habits::expect(const Habit& habit) {
  if (const auto known = ids_.find(habit); known != ids_.end()) return known->second;
  const bool has_parent = habit.parent == kTheStop || nodes_.contains(habit.parent);
  if (!has_parent || nodes_.size() >= kMaxHabits) return kTheStop;
  const auto id = next_id_++;
  ids_.emplace(habit, id);
  nodes_[id].habit = habit;
  nodes_[id].order = ++last_order_;
  return id;
}

HabitId Habits::note_read(const Habit& habit, Time now) {
  const auto id = expect(habit);
  note_read_again(id, now);
  return id;
}

bool Habits::note_read_again(HabitId id, Time now) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return false;
  auto& node = found->second;
  // The first reading at a stop says when the client gets to it.
  if (!std::exchange(node.read_now, true)) {
    node.order_before = node.order;
    last_order_ = node.order = std::max(node.order, last_order_ + 1);
    node.read_at = now;
  }
  node.missed = 0;
  return true;
}

void Habits::note_answer(HabitId id, Time took, bool success) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return;
  auto& node = found->second;
  node.took_before = std::exchange(node.took, took);
  node.failed = success ? 0 : node.failed + 1;
}

void Habits::end_stop(Time now) {
  std::uint64_t last_before = 0;
  auto first_read = Time::max();
  for (const auto& [id, node] : nodes_) {
    if (!node.read_now) continue;
    last_before = std::max(last_before, node.order_before);
    first_read = std::min(first_read, node.read_at);
  }
  if (first_read == Time::max()) return;  // Nothing was read, so nothing was missed.

  std::vector<HabitId> forgotten;
  for (auto& [id, node] : nodes_) {
    if (node.read_now) continue;
    const auto parent = nodes_.find(node.habit.parent);
    if (parent != nodes_.end() && !parent->second.read_now) continue;
    // Who steps quickly reads the first few and goes on: what comes behind these was not missed.
    // That the client stayed is told by the time, or by a read that used to come later.
    const auto since = parent == nodes_.end() ? first_read : parent->second.read_at;
    const bool stayed = now - since >= kSettledStop || node.order < last_before;
    if (stayed && ++node.missed >= kForgetAfterStops) forgotten.push_back(id);
  }
  for (const auto id : forgotten) forget(id);
  for (auto& [id, node] : nodes_) node.read_now = false;
  last_order_ = 0;
}

void Habits::forget(HabitId id) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return;  // With its parent.
  ids_.erase(found->second.habit);
  nodes_.erase(found);
  std::vector<HabitId> children;
  for (const auto& [other, node] : nodes_)
    if (node.habit.parent == id) children.push_back(other);
  for (const auto child : children) forget(child);
}

const Habit* Habits::find(HabitId id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : &found->second.habit;
}

bool Habits::is_slow(HabitId id) const {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return false;
  const auto took = found->second.took, before = found->second.took_before;
  return took > kVerySlowRequest || std::min(took, before) > kSlowRequest;
}

bool Habits::is_failing(HabitId id) const {
  const auto found = nodes_.find(id);
  return found != nodes_.end() && found->second.failed >= kLeftAfterFailures;
}

bool Habits::was_missed(HabitId id) const {
  const auto found = nodes_.find(id);
  return found != nodes_.end() && found->second.missed > 0;
}

std::vector<HabitId> Habits::in_order() const {
  std::vector<HabitId> ids;
  ids.reserve(nodes_.size());
  for (const auto& [id, node] : nodes_) ids.push_back(id);
  std::ranges::stable_sort(ids, {}, [this](HabitId id) { return nodes_.at(id).order; });
  return ids;
}

std::string Habits::print() const {
  std::string text;
  print_children(kTheStop, 0, text);
  return text;
}

void Habits::print_children(HabitId parent, int depth, std::string& text) const {
  for (const auto id : in_order()) {
    const auto& node = nodes_.at(id);
    const auto& habit = node.habit;
    if (habit.parent != parent) continue;
    text.append(static_cast<std::size_t>(depth) * 2, ' ');
    text += habit.command;
    if (!habit.origin.name.empty()) text += " of " + habit.origin.name;
    if (habit.origin.nth > 0) text += " #" + std::to_string(habit.origin.nth);
    if (habit.arguments != "{}") text += " " + habit.arguments;
    if (habit.counts_all_indexed) text += " all";
    if (node.missed > 0) text += " (missed " + std::to_string(node.missed) + ")";
    if (is_failing(id)) text += " (fails)";
    if (is_slow(id)) text += " (slow: " + std::to_string(node.took.count()) + " ms)";
    text += '\n';
    print_children(id, depth + 1, text);
  }
}

json Habits::to_json() const {
  auto reads = json::array();
  std::map<HabitId, std::size_t> places{{kTheStop, 0}};
  // Parents have smaller ids, so they come first.
  for (const auto& [id, node] : nodes_) {
    places.emplace(id, places.size());
    const auto& habit = node.habit;
    reads.push_back({{"parent", places.at(habit.parent)},
                     {"command", habit.command},
                     {"name", habit.origin.name},
                     {"nth", habit.origin.nth},
                     {"arguments", habit.arguments},
                     {"all", habit.counts_all_indexed},
                     {"order", node.order}});
  }
  return {{"reads", std::move(reads)}};
}

void Habits::load(const json& saved) {
  if (!empty() || !saved.is_object()) return;
  const auto reads = saved.find("reads");
  if (reads == saved.end() || !reads->is_array()) return;
  std::vector<HabitId> ids{kTheStop};
  for (const auto& read : *reads) {
    if (!read.is_object() || ids.size() > kMaxHabits) return;
    const auto parent = count_of(read, "parent");
    if (parent >= ids.size()) return;
    Habit habit;
    habit.parent = ids[parent];
    habit.command = text_of(read, "command");
    habit.origin = {text_of(read, "name"), static_cast<std::uint32_t>(count_of(read, "nth"))};
    habit.arguments = text_of(read, "arguments");
    habit.counts_all_indexed = read.value("all", json(false)) == json(true);
    ids.push_back(expect(habit));
    if (const auto node = nodes_.find(ids.back()); node != nodes_.end())
      node->second.order = count_of(read, "order");
  }
}

}  // namespace nearside::inspect
