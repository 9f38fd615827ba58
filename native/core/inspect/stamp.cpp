// The stamp's text. It is written by the far end behind all that the adapter wrote, so what counts
// is the last one: an adapter's member of that name is never taken for it.
#include "core/inspect/stamp.hpp"

#include <string_view>
#include <utility>

namespace nearside::inspect {
namespace {

using nlohmann::json;

constexpr std::string_view kKey = R"(,"nearside":)";

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

std::optional<Stamp> read_stamp(std::string_view text) {
  const auto object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
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

bool append_stamp(std::string& response, const Stamp& stamp) {
  if (!response.ends_with('}')) return false;
  json object{{"epoch", stamp.epoch}, {"writes", stamp.writes}, {"seen", stamp.seen}};
  if (stamp.push) {
    auto& push = object["push"];
    push = {{"number", stamp.push->number}, {"arguments", stamp.push->arguments}};
    if (stamp.push->frame) push["frame"] = *stamp.push->frame;
  }
  response.pop_back();
  response += kKey;
  response += object.dump(-1, ' ', false, json::error_handler_t::replace);
  response += '}';
  return true;
}

std::optional<Stamp> take_stamp(dap::Message& response) {
  const std::string_view bytes = response.bytes();
  // A string of the message cannot hold these bytes, since its quotes are escaped; an object inside
  // the message can, but what follows there is no whole stamp with one brace behind it.
  const auto at = bytes.rfind(kKey);
  if (at == std::string_view::npos || !bytes.ends_with('}')) return std::nullopt;
  const auto begin = at + kKey.size();
  auto stamp = read_stamp(bytes.substr(begin, bytes.size() - begin - 1));
  if (stamp) response.cut_last_members(at);
  return stamp;
}

}  // namespace nearside::inspect
