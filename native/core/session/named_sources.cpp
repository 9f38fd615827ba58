// The set of named files.
#include "core/session/named_sources.hpp"

#include "core/dap/path_fields.hpp"
#include "core/session/limits.hpp"

#include <utility>

namespace nearside::session {

std::vector<std::string> NamedSources::take_new(const dap::Message& message) {
  const auto& envelope = message.envelope();
  const bool repeats =
      envelope.type == dap::MessageType::kResponse && envelope.name == "setBreakpoints";
  if (repeats || envelope.type == dap::MessageType::kRequest) return {};
  std::vector<std::string> found;
  const std::string_view bytes = message.bytes();
  std::string_view last;
  for (const auto& source : dap::find_fields(message).sources) {
    if (!source.path) continue;
    const auto token = bytes.substr(source.path->begin, source.path->length);
    // Frames of one file follow each other.
    if (token == std::exchange(last, token)) continue;
    const auto inside = token.substr(1, token.size() - 2);
    if (inside.find('\\') == inside.npos && contains(inside)) continue;
    auto path = dap::unescape(token);
    if (path && add(*path)) found.push_back(*std::move(path));
  }
  return found;
}

std::vector<std::string> NamedSources::take_new(std::vector<std::string> paths) {
  std::erase_if(paths, [this](const auto& path) { return !add(path); });
  return paths;
}

bool NamedSources::add(const std::string& path) {
  const auto cost = path.size() + kNamedSourceCost;
  if (path.empty() || bytes_ + cost > kMaxNamedSourceBytes || !paths_.insert(path).second)
    return false;
  bytes_ += cost;
  return true;
}

}  // namespace nearside::session
