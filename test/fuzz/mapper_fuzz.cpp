// A mapper between a hostile client and a hostile adapter. Each line of the input is an event: `c`
// and `a` a message of the client and of the adapter, `h` the far end's facts, `f` files that the
// adapter has named, `d` local files changed; `g` and `v` try a go.mod and a devcontainer.json.
// Whatever comes: each message leads to exactly one on the other side (or to one answer), all that
// leaves is well-formed, and nothing of the mapper's own requests reaches the client.
#include "core/paths/mapper.hpp"
#include "core/paths/presets.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace nearside;
using namespace nearside::paths;
using dap::Message;
using dap::MessageType;
using nlohmann::json;

void require(bool condition) {
  if (!condition) std::abort();
}

class FewFiles : public LocalFiles {
 public:
  Presence presence(const std::string& path) override {
    if (path.starts_with("C:") || path.starts_with('\\')) return Presence::kUnknown;
    return path.starts_with("/w/") && path.size() % 2 == 0 ? Presence::kThere : Presence::kMissing;
  }
  std::string digest(const std::string& path) override { return std::to_string(path.size()); }
  std::vector<std::string> named(const std::string& name) override {
    return {"/w/" + name, "/w/sub/" + name};
  }
};

void check_message(const Message& message, bool is_strict) {
  const auto again = dap::parse_envelope(message.bytes());
  require(again.has_value());
  const auto& envelope = message.envelope();
  require(again->seq == envelope.seq && again->name == envelope.name);
  require(again->type == envelope.type && again->request_seq == envelope.request_seq);
  require(again->payload == envelope.payload);
  if (is_strict) require(!json::parse(message.bytes(), nullptr, false).is_discarded());
}

void check(const MapperOutput& out, bool is_strict, int passed) {
  int seen = 0;
  for (const auto& message : out.to_adapter) {
    check_message(message, is_strict);
    const bool is_own =
        message.envelope().type == MessageType::kRequest && message.envelope().seq < 0;
    if (!is_own) ++seen;
  }
  for (const auto& message : out.to_client) {
    check_message(message, is_strict);
    const auto& envelope = message.envelope();
    require(envelope.type != MessageType::kResponse || envelope.request_seq >= 0);
    // Those that tell of breakpoints sent again come on their own.
    if (envelope.type != MessageType::kEvent || passed == 1) ++seen;
  }
  for (const auto& notice : out.notices) require(!notice.empty());
  if (passed == 1) require(seen >= 1);
}

std::vector<RemoteFile> read_files(std::string_view text) {
  std::vector<RemoteFile> files;
  const auto list = json::parse(text, nullptr, false);
  if (!list.is_array()) return files;
  for (const auto& one : list)
    if (one.is_string())
      files.push_back({one.get<std::string>(), one.get_ref<const std::string&>().size() % 3 != 0,
                       std::to_string(files.size())});
  return files;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  FewFiles files;
  MapperOptions options;
  options.workspace = "/w";
  options.local.os = "linux";
  options.adapter = size % 2 == 0 ? "dlv" : "lldb-dap";
  options.rules = {{"/w/mapped", "/far", Origin::kUser, "--map"},
                   {"C:\\work", "/far/work", Origin::kUser, "--map"}};
  options.remembered = {{"/w/old", "/was", Origin::kLearned, "learned"}};
  options.presets = {{"/w/mod", "example.com/mod", Origin::kPreset, "go.mod"}};
  Mapper mapper(options, files);

  // The ends refuse a second request with a number that waits; so does this.
  std::int64_t next_seq = 1;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty()) continue;
    const auto text = line.substr(1);
    MapperOutput out;
    if (line[0] == 'c' || line[0] == 'a') {
      auto message = Message::parse(std::string(text));
      if (!message) continue;
      const bool is_strict = !json::parse(text, nullptr, false).is_discarded();
      if (line[0] == 'c') {
        if (message->envelope().type == MessageType::kRequest) message->set_seq(next_seq++);
        mapper.from_client(*std::move(message), out);
        check(out, is_strict, 1);
      } else {
        const bool is_own_answer = message->envelope().type == MessageType::kResponse &&
                                   message->envelope().request_seq < 0;
        mapper.from_adapter(*std::move(message), out);
        check(out, is_strict, is_own_answer ? 0 : 1);
      }
    } else if (line[0] == 'h') {
      const auto facts = json::parse(text, nullptr, false);
      if (facts.is_object()) mapper.handle_far_host(host_facts_from_json(facts), out);
      check(out, false, 0);
    } else if (line[0] == 'f') {
      mapper.handle_sources(read_files(text), out);
      check(out, false, 0);
    } else if (line[0] == 'd') {
      // What the files tell changes with every second look.
      mapper.handle_local_files(text.size() % 2 == 0 ? options.presets : std::vector<Rule>(), out);
      check(out, false, 0);
    } else if (line[0] == 'g') {
      for (const auto& rule : rules_from_go_mod(rest, "/w", "/cache")) require(!rule.local.empty());
      break;
    } else if (line[0] == 'v') {
      for (const auto& rule : rules_from_devcontainer(rest, "/w")) require(!rule.source.empty());
      break;
    }
  }
  require(mapper.learned().size() <= 1024);
  return 0;
}
