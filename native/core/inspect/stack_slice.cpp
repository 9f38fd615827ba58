// Finding the frames in the bytes.
#include "core/inspect/stack_slice.hpp"

#include "core/dap/limits.hpp"
#include "core/dap/structure.hpp"
#include "core/inspect/limits.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace nearside::inspect {
namespace {

using dap::ByteRange;

/// The elements of the array that `text` is.
std::optional<std::vector<ByteRange>> elements(std::string_view text) {
  const auto structure = dap::Structure::of(text);
  if (!structure || !structure->is(0, '[')) return std::nullopt;
  std::vector<ByteRange> found;
  if (structure->is(1, ']')) return found;
  std::size_t depth = 0;
  std::size_t first = 1;
  for (std::size_t at = 1; at < structure->size(); ++at) {
    const char c = structure->at(at);
    if (c == '{' || c == '[') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == ']')) {
      const auto begin = structure->position(first);
      found.push_back({begin, structure->end_before(at) - begin});
      if (c == ']') return found;
      first = at + 1;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return std::nullopt;
}

bool is_count(const nlohmann::json& value) {
  return value.is_number_integer() && value >= 0 && value <= dap::kMaxNumber;
}

}  // namespace

std::optional<FrameRange> take_frame_range(nlohmann::json& arguments) {
  FrameRange range;
  const auto read = [&](const char* name, std::int64_t& number) {
    const auto found = arguments.find(name);
    if (found == arguments.end() || found->is_null()) return true;
    if (!is_count(*found)) return false;
    number = found->get<std::int64_t>();
    return true;
  };
  if (!read("startFrame", range.start) || !read("levels", range.levels)) return std::nullopt;
  arguments.erase("startFrame");
  arguments.erase("levels");
  return range;
}

std::optional<dap::Message> cut_stack(const dap::Message& stack, FrameRange kept,
                                      FrameRange asked) {
  const auto body = stack.payload();
  if (asked.start < kept.start || body.empty() || body.size() > kMaxIndexedAnswerBytes)
    return std::nullopt;
  // debugpy takes no `levels`, and 0, for the whole stack, wherever it was to start.
  const auto is_open = [](FrameRange range) { return range.start > 0 && range.levels == 0; };
  if (is_open(asked) || is_open(kept)) return std::nullopt;
  const auto list = dap::find_member(body, "stackFrames");
  if (!list) return std::nullopt;
  const auto frames = elements(body.substr(list->begin, list->length));
  if (!frames) return std::nullopt;
  const auto count = static_cast<std::int64_t>(frames->size());
  const auto end = kept.start + count;

  const auto total_range = dap::find_member(body, "totalFrames");
  std::optional<std::int64_t> total;
  if (total_range) {
    total = dap::read_integer(body.substr(total_range->begin, total_range->length));
    if (!total || end > *total) return std::nullopt;
  }
  // Without a total there is no telling whether the adapter heeds `startFrame` at all.
  if (!total && kept.start > 0) return std::nullopt;
  if (kept.levels > 0 && count > kept.levels) return std::nullopt;
  if (asked.start >= end) return std::nullopt;
  const bool is_all = asked.levels == 0 || asked.levels > end - asked.start;
  if (is_all && total != end) return std::nullopt;

  const auto first = static_cast<std::size_t>(asked.start - kept.start);
  const auto last =
      is_all ? frames->size() - 1 : first + static_cast<std::size_t>(asked.levels) - 1;
  const auto offset = stack.envelope().payload->begin + list->begin;
  const auto begin = frames->front().begin;
  const auto kept_end = (*frames)[last].begin + (*frames)[last].length;
  const auto list_end = frames->back().begin + frames->back().length;
  const std::vector<dap::Message::Splice> cuts{
      {{offset + begin, (*frames)[first].begin - begin}, ""},
      {{offset + kept_end, list_end - kept_end}, ""}};
  auto part = stack;
  part.replace(cuts);
  return part;
}

}  // namespace nearside::inspect
