// Lays out lifecycle events.
#include "cli/lifecycle.hpp"

#include "cli/output.hpp"
#include "near/links.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace nearside::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return printable(value.is_string() ? value.get<std::string>()
                                     : value.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string clock() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
  return text.data();
}

std::string listening(const json& event, const std::string& state, const std::string& state_words) {
  const std::string fingerprint = text_of(event.value("fingerprint", json("")));
  std::string text = bold("nearside agent " + std::string(kVersion)) + ", process " +
                     std::to_string(getpid()) + "\n";
  const json addresses = event.value("addresses", json::array());
  std::vector<std::string> lines;
  for (const auto& address : addresses) lines.push_back(text_of(address));
  lines.push_back(text_of(event.value("socket", json(""))) + "  (only you, on this machine)");
  for (std::size_t i = 0; i < lines.size(); ++i)
    text += (i == 0 ? "  listening    " : "               ") + lines[i] + "\n";
  text += "  fingerprint  " + fingerprint + "\n";
  text += "  state        " + printable(state) + "\n";
  const json reverse = event.value("reverse", json::array());
  for (const auto& address : reverse) text += "  dials to     " + text_of(address) + "\n";
  if (addresses.empty() && reverse.empty())
    text += "  from afar    not reachable; start it with --listen tls://ADDR:PORT for that\n";
  else if (!addresses.empty())
    text += "  to pair      nearside agent pair" + state_words + "\n";
  return text + "  to stop      Ctrl+C, or nearside agent stop" + state_words + "\n";
}

}  // namespace

std::string lifecycle_text(const json& event, const std::string& state,
                           const std::string& state_words) {
  std::string name = text_of(event.value("event", json("event")));
  if (name == "listening") return listening(event, state, state_words);
  std::replace(name.begin(), name.end(), '-', ' ');
  std::string text = dim(clock()) + "  " + name;
  for (const auto& [key, value] : event.items()) {
    if (key == "event" || (value.is_string() && value.get_ref<const std::string&>().empty()))
      continue;
    text += "  " + dim(printable(key) + "=") + text_of(value);
  }
  return text + "\n";
}

}  // namespace nearside::cli
