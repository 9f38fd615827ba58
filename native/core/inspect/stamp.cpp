// The stamp's text. It is written by the far end behind all that the adapter wrote, so what counts
// is the last one: an adapter's member of that name is never taken for it.
#include "core/inspect/stamp.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <string_view>
#include <utility>

namespace nearside::inspect {
namespace {

using nlohmann::json;

constexpr std::string_view kKey = R"(,"nearside":)";
constexpr std::string_view kOnlySpent = R"({"spent":[)";
constexpr std::string_view kOnlySpentEnd = "]}";

std::optional<std::uint64_t> counter(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

std::optional<Push> read_push(const json& object) {
  if (!object.is_object()) return std::nullopt;
  Push push;
  const auto number = counter(object, "number");
  const auto arguments = object.find("arguments");
  if (!number || arguments == object.end() || !arguments->is_object()) return std::nullopt;
  push.number = *number;
  push.arguments = *arguments;
  if (const auto frame = object.find("frame"); frame != object.end()) {
    if (!frame->is_number_integer()) return std::nullopt;
    push.frame = frame->get<std::int64_t>();
  }
  return push;
}

std::optional<Spent> read_spent(const json& object) {
  const auto found = object.find("spent");
  if (found == object.end() || !found->is_array() || found->size() != 2) return std::nullopt;
  std::array<std::uint32_t, 2> spent{};
  for (std::size_t at = 0; at < spent.size(); ++at) {
    const auto& value = (*found)[at];
    if (!value.is_number_unsigned()) return std::nullopt;
    const auto number = value.get<std::uint64_t>();
    if (number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    spent[at] = static_cast<std::uint32_t>(number);
  }
  return Spent{spent[0], spent[1]};
}

/// Of a stamp that says nothing else, as append_spent writes it: most answers have such a one, and
/// this reads it without allocating.
std::optional<Spent> read_only_spent(std::string_view text) {
  if (!text.starts_with(kOnlySpent) || !text.ends_with(kOnlySpentEnd)) return std::nullopt;
  text.remove_prefix(kOnlySpent.size());
  text.remove_suffix(kOnlySpentEnd.size());
  const auto* const end = text.data() + text.size();
  Spent spent;
  const auto first = std::from_chars(text.data(), end, spent.far_end);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ',') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, spent.adapter);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return spent;
}

std::optional<Stamp> read_stamp(const json& object) {
  const auto epoch = counter(object, "epoch");
  const auto writes = counter(object, "writes");
  const auto seen = counter(object, "seen");
  if (!epoch || !writes || !seen) return std::nullopt;
  Stamp stamp{*epoch, *writes, *seen, {}};
  if (const auto pushed = object.find("push"); pushed != object.end()) {
    stamp.push = read_push(*pushed);
    if (!stamp.push) return std::nullopt;
  }
  return stamp;
}

}  // namespace

bool append_stamp(std::string& response, const Stamp& stamp, const std::optional<Spent>& spent) {
  if (!response.ends_with('}')) return false;
  json object{{"epoch", stamp.epoch}, {"writes", stamp.writes}, {"seen", stamp.seen}};
  if (stamp.push) {
    auto& push = object["push"];
    push = {{"number", stamp.push->number}, {"arguments", stamp.push->arguments}};
    if (stamp.push->frame) push["frame"] = *stamp.push->frame;
  }
  if (spent) object["spent"] = {spent->far_end, spent->adapter};
  response.pop_back();
  response += kKey;
  response += object.dump(-1, ' ', false, json::error_handler_t::replace);
  response += '}';
  return true;
}

bool append_spent(std::string& response, const Spent& spent) {
  if (!response.ends_with('}')) return false;
  std::array<char, 16> digits{};
  const auto append = [&](std::uint32_t number) {
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    response.append(digits.data(), end);
  };
  response.pop_back();
  response += kKey;
  response += kOnlySpent;
  append(spent.far_end);
  response += ',';
  append(spent.adapter);
  response += kOnlySpentEnd;
  response += '}';
  return true;
}

std::optional<Stamp> take_stamp(dap::Message& response, std::optional<Spent>* spent) {
  const std::string_view bytes = response.bytes();
  // A string of the message cannot hold these bytes, since its quotes are escaped; an object inside
  // the message can, but what follows there is no whole stamp with one brace behind it.
  const auto at = bytes.rfind(kKey);
  if (at == std::string_view::npos || !bytes.ends_with('}')) return std::nullopt;
  const auto begin = at + kKey.size();
  const auto text = bytes.substr(begin, bytes.size() - begin - 1);
  // That alone is a stamp only where it was wished for.
  if (spent != nullptr && (*spent = read_only_spent(text))) {
    response.cut_last_members(at);
    return std::nullopt;
  }
  const auto object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
  auto stamp = read_stamp(object);
  if (!stamp) return std::nullopt;
  if (spent != nullptr) *spent = read_spent(object);
  response.cut_last_members(at);
  return stamp;
}

}  // namespace nearside::inspect
