// The table, the tree of places that is made of it, and the walk along both.
#include "core/dap/path_fields.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace nearside::dap {
namespace {

using enum MessageType;
using enum FieldKind;

constexpr auto kFields = std::to_array<PathField>({
    {kRequest, "setBreakpoints", "source", kSource},
    {kRequest, "breakpointLocations", "source", kSource},
    {kRequest, "gotoTargets", "source", kSource},
    {kRequest, "source", "source", kSource},
    {kRequest, "source", "sourceReference", kSourceReference},
    {kRequest, "evaluate", "source", kSource},
    // Reverse requests. The untyped `startDebugging.configuration` is the mapper's: it holds what
    // launch arguments do.
    {kRequest, "runInTerminal", "cwd", kPath},

    {kResponse, "setBreakpoints", "breakpoints[]", kBreakpoint},
    {kResponse, "setFunctionBreakpoints", "breakpoints[]", kBreakpoint},
    {kResponse, "setExceptionBreakpoints", "breakpoints[]", kBreakpoint},
    {kResponse, "setDataBreakpoints", "breakpoints[]", kBreakpoint},
    {kResponse, "setInstructionBreakpoints", "breakpoints[]", kBreakpoint},
    {kResponse, "stackTrace", "stackFrames[].source", kSource},
    {kResponse, "scopes", "scopes[].source", kSource},
    {kResponse, "loadedSources", "sources[]", kSource},
    {kResponse, "modules", "modules[].path", kPath},
    {kResponse, "modules", "modules[].symbolFilePath", kPath},
    {kResponse, "disassemble", "instructions[].location", kSource},
    {kResponse, "locations", "source", kSource},
    {kResponse, "variables", "variables[].$__lldb_extensions.declaration.path", kPath},

    {kEvent, "output", "source", kSource},
    {kEvent, "breakpoint", "breakpoint", kBreakpoint},
    {kEvent, "stopped", "hitBreakpointIds[]", kBreakpointId},
    {kEvent, "loadedSource", "source", kSource},
    {kEvent, "module", "module.path", kPath},
    {kEvent, "module", "module.symbolFilePath", kPath},
    {kEvent, "process", "name", kPath},
});
/// Without it a `variables` answer of lldb-dap holds nothing of the table.
constexpr std::string_view kLldbKey = "$__lldb_extensions";

/// One place on the way: an object whose keys matter, an array, or what is looked for.
struct Place {
  std::vector<std::pair<std::string_view, std::size_t>> keys = {};  ///< To places by index.
  std::optional<std::size_t> element = {};                          ///< Of an array.
  std::optional<FieldKind> kind = {};
};
/// The most keys of one place: a Source has so many.
constexpr std::size_t kMaxBranches = 3;

/// All places of all messages, those inside a Source and a Breakpoint once.
class Places {
 public:
  Places() {
    const auto source = add({.kind = kSource});
    const auto path = add({.kind = kPath});
    const auto reference = add({.kind = kSourceReference});
    const auto sources = add({.element = source});
    places_[source].keys = {{"path", path}, {"sourceReference", reference}, {"sources", sources}};
    const auto id = add({.kind = kBreakpointId});
    const auto breakpoint = add({.keys = {{"id", id}, {"source", source}}, .kind = kBreakpoint});
    const std::map<FieldKind, std::size_t> leaves{{kSource, source},
                                                  {kPath, path},
                                                  {kBreakpoint, breakpoint},
                                                  {kBreakpointId, id},
                                                  {kSourceReference, reference}};
    for (const auto& field : kFields) {
      const std::pair root{field.type, field.name};
      if (!roots_.contains(root)) roots_.emplace(root, add({}));
      lead(roots_.at(root), field.place, leaves.at(field.kind));
    }
  }

  const Place& operator[](std::size_t index) const { return places_[index]; }
  const Place* root(MessageType type, std::string_view name) const {
    const auto found = roots_.find(std::pair{type, name});
    return found == roots_.end() ? nullptr : &places_[found->second];
  }

 private:
  std::size_t add(Place place) {
    places_.push_back(std::move(place));
    return places_.size() - 1;
  }

  void lead(std::size_t from, std::string_view way, std::size_t leaf) {
    while (true) {
      const bool array = way.starts_with("[]");
      if (array) {
        way.remove_prefix(2);
      } else if (way.starts_with('.')) {
        way.remove_prefix(1);
      }
      const auto key = array ? std::string_view() : way.substr(0, way.find_first_of(".["));
      way.remove_prefix(key.size());
      auto next = array ? places_[from].element : child(from, key);
      if (!next) {
        next = way.empty() ? leaf : add({});
        if (array) {
          places_[from].element = next;
        } else {
          places_[from].keys.emplace_back(key, *next);
        }
      }
      if (way.empty()) return;
      from = *next;
    }
  }

  std::optional<std::size_t> child(std::size_t from, std::string_view key) const {
    for (const auto& [known, next] : places_[from].keys)
      if (known == key) return next;
    return std::nullopt;
  }

  std::vector<Place> places_;
  std::map<std::pair<MessageType, std::string_view>, std::size_t> roots_;
};

const Places& places() {
  static const Places made;
  return made;
}

bool needs_lldb(const Envelope& envelope) {
  return envelope.type == kResponse && envelope.name == "variables";
}

/// Goes over one payload, which is known to be well-formed: it is a part of a Message.
class Walk {
 public:
  Walk(const Structure& structure, std::size_t offset) : structure_(structure), offset_(offset) {
    open_.reserve(8);  // Deeper only where Sources are nested.
  }

  /// The payload is an object, so what is inside of it has a parent always.
  FoundFields run(const Place& root) {
    enter(root, 0);
    while (!open_.empty() && next_ < structure_.size()) {
      const char c = structure_.at(next_);
      const auto& place = *open_.back().place;
      if (c == '}' || c == ']') {
        close();
      } else if (c == ',') {
        ++next_;
      } else if (place.element) {
        enter(places()[*place.element], 0);
      } else {
        take_member();
      }
    }
    return std::move(found_);
  }

 private:
  /// An object or array that the walk is inside of.
  struct Open {
    const Place* place;
    std::size_t begin;
    std::size_t branch;                               ///< Which of its parent's keys it is.
    std::size_t found = 0;                            ///< Its index in the list of its kind.
    std::array<ByteRange, kMaxBranches> values = {};  ///< Of its keys, where they have come.
  };

  // At a value that may have something at or below it.
  void enter(const Place& place, std::size_t branch) {
    const char c = structure_.at(next_);
    const bool inside = place.element ? c == '[' : c == '{' && !place.keys.empty();
    if (!inside) return take_token(place, branch);
    auto& inner = open_.emplace_back(Open{&place, position(), branch});
    ++next_;
    if (place.kind == kSource) {
      inner.found = found_.sources.size();
      found_.sources.push_back({{inner.begin, 0}, {}, {}});
    } else if (place.kind == kBreakpoint) {
      inner.found = found_.breakpoints.size();
      found_.breakpoints.push_back({{inner.begin, 0}, {}});
    }
  }

  void close() {
    const auto& inner = open_.back();
    const ByteRange whole{inner.begin, position() + 1 - inner.begin};
    ++next_;
    if (inner.place->kind == kSource) found_.sources[inner.found].object = whole;
    if (inner.place->kind == kBreakpoint) found_.breakpoints[inner.found].object = whole;
    if (open_.size() > 1) open_[open_.size() - 2].values[inner.branch] = whole;
    open_.pop_back();
  }

  void take_member() {
    auto& inner = open_.back();
    const auto begin = structure_.position(next_);
    const auto end = next_ + 1;
    next_ += 2;
    const auto& keys = inner.place->keys;
    const char first = structure_.text()[begin + 1];
    for (std::size_t branch = 0; branch < keys.size(); ++branch) {
      // Most keys are others, and differ in the first letter.
      if (first != keys[branch].first.front() && first != '\\') continue;
      const auto key = structure_.text().substr(begin, structure_.end_before(end) - begin);
      if (!says(key, keys[branch].first)) continue;
      if (inner.values[branch].length > 0) forget(inner.values[branch]);
      return enter(places()[keys[branch].second], branch);
    }
    skip_value();
  }

  // A string or number that is wanted, or anything that is of a wrong type here.
  void take_token(const Place& place, std::size_t branch) {
    const auto first = next_;
    skip_value();
    std::optional<ByteRange> token{{offset_ + structure_.position(first), 0}};
    token->length = offset_ + structure_.end_before(next_) - token->begin;
    auto& owner = open_.back();
    owner.values[branch] = *token;

    const char c = structure_.at(first);
    const auto text = structure_.text().substr(structure_.position(first), token->length);
    const bool is_right = place.kind == kPath ? c == '"' : read_integer(text).has_value();
    if (!is_right) token.reset();
    if (place.kind == kPath && owner.place->kind == kSource) {
      found_.sources[owner.found].path = token;
    } else if (place.kind == kSourceReference && owner.place->kind == kSource) {
      found_.sources[owner.found].source_reference = token;
    } else if (place.kind == kSourceReference) {
      found_.source_reference = token;
    } else if (place.kind == kBreakpointId && owner.place->kind == kBreakpoint) {
      found_.breakpoints[owner.found].id = token;
    } else if (token && place.kind == kPath) {
      found_.paths.push_back(*token);
    } else if (token && place.kind == kBreakpointId) {
      found_.breakpoint_ids.push_back(*token);
    }
  }

  void skip_value() {
    std::size_t depth = 0;
    do {
      const char c = structure_.at(next_++);
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
    } while (depth > 0 && next_ < structure_.size());
  }

  // What was found in the value of a member that has come again. Lists are in the order of their
  // bytes, so it is one stretch of each.
  void forget(ByteRange range) {
    const auto erase = [range](auto& list, auto place) {
      const auto from = std::ranges::lower_bound(list, range.begin, {}, place);
      const auto to = std::ranges::lower_bound(list, range.begin + range.length, {}, place);
      list.erase(from, to);
    };
    erase(found_.sources, [](const auto& source) { return source.object.begin; });
    erase(found_.breakpoints, [](const auto& breakpoint) { return breakpoint.object.begin; });
    erase(found_.paths, &ByteRange::begin);
    erase(found_.breakpoint_ids, &ByteRange::begin);
  }

  std::size_t position() const { return offset_ + structure_.position(next_); }

  const Structure& structure_;
  std::size_t offset_;    ///< Of the payload in the message.
  std::size_t next_ = 0;  ///< The first structural character that has not been walked over.
  std::vector<Open> open_;
  FoundFields found_;
};

}  // namespace

std::span<const PathField> path_fields() noexcept {
  return kFields;
}

bool may_carry_fields(const Envelope& envelope, Extensions extensions) {
  if (needs_lldb(envelope) && extensions != Extensions::kLldb) return false;
  return places().root(envelope.type, envelope.name) != nullptr;
}

FoundFields find_fields(const Message& message, Extensions extensions) {
  const auto& envelope = message.envelope();
  if (!may_carry_fields(envelope, extensions) || !message.payload().starts_with('{')) return {};
  if (needs_lldb(envelope) && message.payload().find(kLldbKey) == std::string_view::npos) return {};
  const auto structure = Structure::of(message.payload());
  if (!structure) return {};
  return Walk(*structure, envelope.payload->begin)
      .run(*places().root(envelope.type, envelope.name));
}

}  // namespace nearside::dap
