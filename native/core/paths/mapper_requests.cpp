// What the client asks, made fit for the adapter.
#include "core/dap/build.hpp"
#include "core/dap/structure.hpp"
#include "core/paths/conventions.hpp"
#include "core/paths/limits.hpp"
#include "core/paths/mapper_impl.hpp"
#include "core/paths/path.hpp"
#include "core/paths/token.hpp"
#include "core/session/wire.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nearside::paths {
namespace {

using dap::ByteRange;
using dap::Message;
using dap::MessageType;
using nlohmann::json;

/// The whole member whose value `value` is: from its key on.
ByteRange member_of(std::string_view bytes, ByteRange value) {
  // Before a value stand a colon and the key, which holds no quote: it says "sourceReference".
  const auto end = bytes.rfind('"', value.begin - 1);
  const auto begin = bytes.rfind('"', end - 1);
  return {begin, value.begin + value.length - begin};
}

/// The member and the comma that goes with it. The object has other members.
ByteRange member_with_comma(std::string_view bytes, ByteRange value) {
  auto member = member_of(bytes, value);
  constexpr std::string_view kSpace = " \t\r\n";
  const auto before = bytes.find_last_not_of(kSpace, member.begin - 1);
  if (bytes[before] == ',') {
    member.length += member.begin - before;
    member.begin = before;
  } else {
    const auto after = bytes.find_first_not_of(kSpace, member.begin + member.length);
    if (bytes[after] == ',') member.length = after + 1 - member.begin;
  }
  return member;
}

}  // namespace

void Mapper::Impl::from_client(Message message, MapperOutput& out) {
  const auto& envelope = message.envelope();
  if (envelope.type == MessageType::kRequest) {
    const auto& name = envelope.name;
    if (name == "initialize") {
      initialize(message);
    } else if (name == "launch" || name == "attach" || name == "restart") {
      launch(message, out);
    } else if (name == "source") {
      if (!read_source(message, out)) return;
    } else if (name == "setBreakpoints") {
      set_breakpoints(message, out);
    } else if (dap::may_carry_fields(envelope, extensions)) {
      rewrite_for_adapter(message);
    }
  }
  out.to_adapter.push_back(std::move(message));
}

// Adapters read paths; a client that speaks URIs gets its own from us.
void Mapper::Impl::initialize(Message& message) {
  const auto format = dap::find_member(message.payload(), "pathFormat");
  if (!format || !dap::says(message.payload().substr(format->begin, format->length), "uri")) return;
  client_uses_uris = true;
  answers.clear();
  message.set_payload_member("pathFormat", "\"path\"");
}

void Mapper::Impl::launch(Message& message, MapperOutput& out) {
  if (message.payload().size() > kMaxLaunchBytes) return;
  auto payload = json::parse(message.payload(), nullptr, /*allow_exceptions=*/false);
  if (!payload.is_object()) return;
  // `restart` carries the arguments of the new launch inside its own.
  const bool is_restart = message.envelope().name == "restart";
  if (is_restart && !payload.contains("arguments")) return;
  auto& arguments = is_restart ? payload["arguments"] : payload;
  if (!arguments.is_object()) return;
  auto found = take_rules(arguments, adapter, &files, resolver.remote().os);
  for (auto& notice : found.notices) out.notices.push_back(std::move(notice));
  resolver.add_launch_rules(found.rules);
  bool changed = found.changed;
  for (const auto& member : path_members(adapter, arguments)) {
    auto& value = arguments[json::json_pointer(member)];
    const auto local = value.get<std::string>();
    // Without a rule it is the user's own word for a place at the far end.
    if (resolver.rules().all_to_remote(local).empty()) continue;
    auto remote = resolver.to_remote(local);
    if (remote == local) continue;
    value = std::move(remote);
    changed = true;
  }
  if (!changed) return;
  Splices splices{
      {*message.envelope().payload, payload.dump(-1, ' ', false, json::error_handler_t::replace)}};
  message.replace(splices);
}

bool Mapper::Impl::read_source(Message& message, MapperOutput& out) {
  const auto fields = dap::find_fields(message, extensions);
  std::int64_t ours = 0;
  if (fields.source_reference)
    ours = read_integer(cut(message, *fields.source_reference)).value_or(0);
  if (ours <= 0 && !fields.sources.empty() && fields.sources[0].source_reference)
    ours = read_integer(cut(message, *fields.sources[0].source_reference)).value_or(0);
  const auto* source = references.find(ours);
  const auto seq = message.envelope().seq;

  std::string far_path;
  if (source && source->adapter_number == 0) {
    far_path = source->far_path;
    if (!fields.sources.empty() && fields.sources[0].path) {
      // A number of an earlier session: the document that the client has open tells which file.
      const auto path = read_path(cut(message, *fields.sources[0].path));
      if (resolver.rules().remote_key(path) != resolver.rules().remote_key(far_path))
        source = nullptr;
    }
  }
  if (ours > 0 &&
      (!source || (source->adapter_number == 0 && source_requests.size() >= kMaxSourceRequests))) {
    const Fault fault{Errc::kMessageInvalid, Condition::kMisconfigured,
                      "This source was opened in an earlier debug session and cannot be read in "
                      "this one. Open it from the call stack again."};
    out.to_client.push_back(Message::parse(dap::make_error_response(seq, "source", fault)).value());
    return false;
  }
  if (source && source->adapter_number == 0) {
    auto request =
        Message::parse(dap::make_request(session::kReadSourceCommand, json{{"path", far_path}}))
            .value();
    request.set_seq(seq);
    source_requests.insert(seq);
    out.to_adapter.push_back(std::move(request));
    return false;
  }
  rewrite_for_adapter(message);
  return true;
}

Mapper::Impl::Named Mapper::Impl::rewrite_for_adapter(Message& message) {
  const auto fields = dap::find_fields(message, extensions);
  Splices splices;
  Named first;
  for (const auto& source : fields.sources) {
    auto named = name_for_adapter(message, source, splices);
    if (&source == &fields.sources.front()) first = std::move(named);
  }
  if (fields.source_reference) {
    const auto ours = read_integer(cut(message, *fields.source_reference)).value_or(0);
    const auto* source = references.find(ours);
    if (source && source->adapter_number != 0)
      splices.push_back({*fields.source_reference, std::to_string(source->adapter_number)});
  }
  apply(message, splices);
  return first;
}

std::string Mapper::Impl::read_path(std::string_view token) const {
  auto path = dap::unescape(token);
  if (!path) return {};
  return client_uses_uris && path->starts_with("file:") ? resolver.rules().canonical(*path)
                                                        : *std::move(path);
}

Mapper::Impl::Named Mapper::Impl::name_for_adapter(const Message& message,
                                                   const dap::FoundSource& source,
                                                   Splices& splices) {
  const std::string_view bytes = message.bytes();
  std::string path;
  if (source.path) path = read_path(cut(message, *source.path));

  std::int64_t ours = 0;
  if (source.source_reference)
    ours = read_integer(cut(message, *source.source_reference)).value_or(0);
  if (ours > 0) {
    const auto* meant = references.find(ours);
    const auto& rules = resolver.rules();
    const bool is_file =
        meant && meant->adapter_number == 0 &&
        (path.empty() || rules.remote_key(path) == rules.remote_key(meant->far_path));
    if (is_file && !source.path) {
      splices.push_back(
          {member_of(bytes, *source.source_reference), "\"path\":" + token_of(meant->far_path)});
      return {{}, meant->far_path};
    }
    if (is_file) {
      splices.push_back({member_with_comma(bytes, *source.source_reference), {}});
      if (path != meant->far_path) splices.push_back({*source.path, token_of(meant->far_path)});
      return {{}, meant->far_path};
    }
    if (meant && meant->adapter_number != 0) {
      splices.push_back({*source.source_reference, std::to_string(meant->adapter_number)});
    } else if (source.path) {
      // Not of this session: the path is what counts.
      splices.push_back({member_with_comma(bytes, *source.source_reference), {}});
    } else {
      splices.push_back({*source.source_reference, "0"});
    }
  }
  if (path.empty() || path.size() > kMaxPathBytes) return {};
  auto remote = resolver.to_remote_of_client(path);
  // The client's own bytes stay where they say the same.
  if (const auto said = dap::unescape(cut(message, *source.path)); !said || *said != remote)
    splices.push_back({*source.path, token_of(remote)});
  return {std::move(path), std::move(remote)};
}

}  // namespace nearside::paths
