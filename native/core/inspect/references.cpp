// Reads what answers give: frames, scopes, variables, results. Only what can be asked about is
// kept: a variable without children is passed over.
#include "core/inspect/references.hpp"

#include "core/inspect/limits.hpp"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace nearside::inspect {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::int64_t number(const object& from, std::string_view name) {
  std::int64_t value = 0;
  return from[name].get(value) == simdjson::SUCCESS ? value : 0;
}

std::optional<std::int64_t> optional_number(const object& from, std::string_view name) {
  std::int64_t value = 0;
  if (from[name].get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::string text(const object& from, std::string_view name) {
  std::string_view value;
  return from[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

bool is_true(const object& from, std::string_view name) {
  bool value = false;
  return from[name].get(value) == simdjson::SUCCESS && value;
}

bool is_lazy(const object& variable) {
  object hint;
  return variable["presentationHint"].get(hint) == simdjson::SUCCESS && is_true(hint, "lazy");
}

/// Names that come more than once are told apart by their order, among those that have children.
class Names {
 public:
  Origin next(std::string name) {
    const auto nth = seen_[name]++;
    return {std::move(name), nth};
  }

 private:
  std::map<std::string, std::uint32_t> seen_;
};

}  // namespace

struct References::Reader {
  simdjson::dom::parser parser;

  std::optional<object> body(const dap::Message& answer) {
    const auto payload = answer.payload();
    if (payload.empty() || payload.size() > kMaxIndexedAnswerBytes) return std::nullopt;
    object body;
    if (parser.parse(payload.data(), payload.size()).get(body) != simdjson::SUCCESS)
      return std::nullopt;
    return body;
  }
};

References::References() : reader_(std::make_unique<Reader>()) {}
References::~References() = default;
References::References(References&&) noexcept = default;
References& References::operator=(References&&) noexcept = default;

void References::handle_answer(HabitId read, const Request& request,
                               std::optional<std::int64_t> scopes_frame,
                               const dap::Message& answer) {
  const auto& command = answer.envelope().name;
  const bool gives = command == "stackTrace" || command == "scopes" || command == "variables" ||
                     command == "evaluate";
  if (!gives || !answer.envelope().success) return;
  const auto body = reader_->body(answer);
  if (!body) return;

  if (command == "stackTrace") {
    const auto start = request.arguments.find("startFrame");
    std::int64_t at = start != request.arguments.end() && start->is_number_integer()
                          ? start->get<std::int64_t>()
                          : 0;
    array frames;
    if ((*body)["stackFrames"].get(frames) != simdjson::SUCCESS) return;
    for (const auto frame : frames) {
      object one;
      if (frame.get(one) != simdjson::SUCCESS) continue;
      add_frame({number(one, "id"),
                 read,
                 {"", static_cast<std::uint32_t>(std::max<std::int64_t>(at++, 0))},
                 request.thread});
    }
    return;
  }

  const auto* const at_frame = request.frame ? frame(*request.frame) : nullptr;
  if (command == "evaluate") {
    add_variable({number(*body, "variablesReference"),
                  read,
                  {"result"},
                  at_frame != nullptr ? at_frame->thread : std::nullopt,
                  std::nullopt,
                  optional_number(*body, "indexedVariables"),
                  is_lazy(*body)});
    return;
  }

  const bool are_scopes = command == "scopes";
  std::optional<std::int64_t> thread = at_frame != nullptr ? at_frame->thread : std::nullopt;
  if (!are_scopes && request.reference)
    if (const auto* const parent = variable(*request.reference, scopes_frame))
      thread = parent->thread;
  array list;
  if ((*body)[are_scopes ? "scopes" : "variables"].get(list) != simdjson::SUCCESS) return;
  Names names;
  for (const auto item : list) {
    object one;
    if (item.get(one) != simdjson::SUCCESS) continue;
    const auto reference = number(one, "variablesReference");
    if (reference <= 0) continue;
    const bool is_costly = are_scopes ? is_true(one, "expensive") : is_lazy(one);
    auto origin = names.next(text(one, "name"));
    if (are_scopes && !is_costly) first_scopes_.try_emplace(read, origin);
    if (are_scopes && request.frame) note_scope(reference, *request.frame);
    add_variable({reference, read, std::move(origin), thread,
                  are_scopes ? request.frame : std::nullopt,
                  optional_number(one, "indexedVariables"), is_costly});
  }
}

void References::add_frame(Reference reference) {
  if (!has_room()) return;
  answers_.insert_or_assign({reference.read, reference.origin}, reference);
  frames_.insert_or_assign(reference.number, std::move(reference));
}

void References::add_variable(Reference reference) {
  if (reference.number <= 0 || !has_room()) return;
  answers_.insert_or_assign({reference.read, reference.origin}, reference);
  const std::pair key{reference.number, reference.scopes_frame};
  variables_.insert_or_assign(key, std::move(reference));
}

const Reference* References::frame(std::int64_t id) const {
  const auto found = frames_.find(id);
  return found == frames_.end() ? nullptr : &found->second;
}

const Reference* References::variable(std::int64_t reference,
                                      std::optional<std::int64_t> scopes_frame) const {
  const auto found = variables_.find({reference, scopes_frame});
  return found == variables_.end() ? nullptr : &found->second;
}

const Reference* References::find(HabitId read, const Origin& origin) const {
  const auto found = answers_.find({read, origin});
  return found == answers_.end() ? nullptr : &found->second;
}

const Reference* References::first_scope(HabitId read) const {
  const auto found = first_scopes_.find(read);
  return found == first_scopes_.end() ? nullptr : find(read, found->second);
}

void References::note_scope(std::int64_t reference, std::int64_t frame) {
  const auto is_anothers = [&](const auto& known) {
    return known.first.second && known.first.second != frame;
  };
  // Those of one number stand together, by frame.
  const auto begin = variables_.lower_bound({reference, std::nullopt});
  const auto end = variables_.lower_bound({reference + 1, std::nullopt});
  frames_share_ = frames_share_ || std::any_of(begin, end, is_anothers);
  frames_differ_ = frames_differ_ || std::ranges::any_of(variables_, is_anothers);
}

bool References::may_be_any_frames(std::int64_t reference) const {
  if (frames_differ_ && !frames_share_) return false;
  return !variables_.contains({reference, std::nullopt});
}

void References::forget_answers() {
  answers_.clear();
  first_scopes_.clear();
}

void References::forget_all() {
  forget_answers();
  frames_.clear();
  variables_.clear();
}

}  // namespace nearside::inspect
