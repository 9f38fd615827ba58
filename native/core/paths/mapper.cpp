// What the adapter says, made fit for the client; and the mapper's own surface.
#include "core/paths/mapper.hpp"

#include "core/dap/structure.hpp"
#include "core/paths/conventions.hpp"
#include "core/paths/limits.hpp"
#include "core/paths/mapper_impl.hpp"
#include "core/paths/token.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace nearside::paths {

using dap::Message;
using dap::MessageType;
using nlohmann::json;

void apply(Message& message, std::vector<Message::Splice>& splices) {
  if (splices.empty()) return;
  const auto comes_first = [](const auto& a, const auto& b) {
    return a.range.begin < b.range.begin;
  };
  // They mostly are in order, and a stable sort takes memory.
  if (!std::ranges::is_sorted(splices, comes_first)) std::ranges::stable_sort(splices, comes_first);
  message.replace(splices);
}

Mapper::Impl::Impl(MapperOptions options, LocalFiles& local_files)
    : files(local_files),
      adapter(options.adapter),
      extensions(options.adapter.find("lldb") != std::string::npos ? dap::Extensions::kLldb
                                                                   : dap::Extensions::kNone),
      resolver(std::move(options), local_files) {
  answers_version = resolver.version();
  settled_version = resolver.version();
}

void Mapper::Impl::from_adapter(Message message, MapperOutput& out) {
  const auto& envelope = message.envelope();
  if (envelope.type == MessageType::kResponse) {
    if (envelope.request_seq < 0) {
      take_own_answer(std::move(message), out);
      return;
    }
    if (source_requests.contains(envelope.request_seq)) {
      turn_source_answer(message, out);
      return;
    }
  }
  if (envelope.type == MessageType::kRequest && envelope.name == "startDebugging")
    start_debugging(message);
  if (!dap::may_carry_fields(envelope, extensions)) {
    out.to_client.push_back(std::move(message));
    return;
  }
  rewrite_for_client(message);
  const bool is_event = envelope.type == MessageType::kEvent && envelope.name == "breakpoint";
  const bool is_answer =
      envelope.type == MessageType::kResponse && envelope.name == "setBreakpoints";
  if (!is_event && !is_answer) {
    out.to_client.push_back(std::move(message));
  } else {
    out.to_client.push_back(std::move(message));
    take_breakpoints(out.to_client.back(), out);
  }
}

void Mapper::Impl::rewrite_for_client(Message& message) {
  const auto fields = dap::find_fields(message, extensions);
  consider(message, fields);

  Splices splices;
  for (const auto& source : fields.sources) rewrite_source(message, source, splices);
  for (const auto& range : fields.paths) {
    const auto token = cut(message, range);
    const auto& answer = answer_to(token);
    if (!answer.is_far && answer.token != token) splices.push_back({range, answer.token});
  }
  apply(message, splices);
}

// Before anything is mapped: what the last path teaches holds for the first one too.
void Mapper::Impl::consider(const Message& message, const dap::FoundFields& fields) {
  const auto& envelope = message.envelope();
  // Adapters repeat in these what the client has said.
  if (envelope.type == MessageType::kResponse && envelope.name == "setBreakpoints") return;
  const auto look = [&](dap::ByteRange range) {
    const auto token = cut(message, range);
    if (answers_version == resolver.version() && answers.contains(token)) return;
    if (const auto path = dap::unescape(token)) resolver.consider(*path);
  };
  for (const auto& source : fields.sources)
    if (source.path) look(*source.path);
  // debugpy names its program by this event, before it has named a source.
  if (envelope.type == MessageType::kEvent && envelope.name == "process")
    for (const auto& range : fields.paths) look(range);
}

void Mapper::Impl::rewrite_source(const Message& message, const dap::FoundSource& source,
                                  Splices& splices) {
  std::int64_t theirs = 0;
  if (source.source_reference)
    theirs = read_integer(cut(message, *source.source_reference)).value_or(0);

  std::int64_t ours = theirs > 0 ? references.number_of_adapters(theirs) : theirs;
  if (source.path) {
    const auto token = cut(message, *source.path);
    const auto& answer = answer_to(token);
    if (answer.is_far && theirs <= 0) ours = references.number_of_file(answer.far_path);
    if (answer.token != token) splices.push_back({*source.path, answer.token});
  }
  if (ours == theirs) return;
  if (source.source_reference) {
    splices.push_back({*source.source_reference, std::to_string(ours)});
  } else {
    // Behind all other members: of one that is there twice parsers take the last.
    splices.push_back({{source.object.begin + source.object.length - 1, 0},
                       ",\"sourceReference\":" + std::to_string(ours)});
  }
}

const Mapper::Impl::Answer& Mapper::Impl::answer_to(std::string_view token) {
  if (answers_version != resolver.version() || answers.size() >= kMaxAnswers) {
    answers.clear();
    answers_version = resolver.version();
  }
  if (const auto found = answers.find(token); found != answers.end()) return found->second;
  Answer answer{std::string(token), false, {}};
  if (auto path = dap::unescape(token); path && path->size() <= kMaxPathBytes) {
    auto local = resolver.to_local(*path);
    answer.is_far = local.is_far;
    if (client_uses_uris) local.path = file_uri(local.path);
    if (local.path != *path) answer.token = token_of(local.path);
    if (answer.is_far) answer.far_path = *std::move(path);
  }
  return answers.emplace(token, std::move(answer)).first->second;
}

// The far end's answer to nearside.source, as the answer to the `source` that the client has asked.
void Mapper::Impl::turn_source_answer(const Message& message, MapperOutput& out) {
  const auto& envelope = message.envelope();
  source_requests.erase(envelope.request_seq);
  std::string bytes = R"({"seq":)" + std::to_string(envelope.seq) +
                      R"(,"type":"response","request_seq":)" +
                      std::to_string(envelope.request_seq) + R"(,"command":"source","success":)" +
                      (envelope.success ? "true" : "false");
  if (const auto said = dap::find_member(message.bytes(), "message"))
    bytes += ",\"message\":" + std::string(cut(message, *said));
  if (envelope.payload) bytes += ",\"body\":" + std::string(message.payload());
  bytes += '}';
  if (auto turned = Message::parse(std::move(bytes))) out.to_client.push_back(*std::move(turned));
}

// The client starts this as a session of ours on the same target, where these paths are mapped once
// more, the other way.
void Mapper::Impl::start_debugging(Message& message) {
  if (message.payload().size() > kMaxLaunchBytes) return;
  auto arguments = json::parse(message.payload(), nullptr, /*allow_exceptions=*/false);
  if (!arguments.is_object() || !arguments.contains("configuration")) return;
  auto& configuration = arguments["configuration"];
  bool changed = false;
  for (const auto& member : path_members(adapter, configuration)) {
    auto& value = configuration[json::json_pointer(member)];
    const auto remote = value.get<std::string>();
    const auto local = resolver.to_local(remote);
    if (local.is_far || local.path == remote) continue;
    value = local.path;
    changed = true;
  }
  if (!changed) return;
  Splices splices{{*message.envelope().payload,
                   arguments.dump(-1, ' ', false, json::error_handler_t::replace)}};
  message.replace(splices);
}

Mapper::Mapper(MapperOptions options, LocalFiles& files)
    : impl_(std::make_unique<Impl>(std::move(options), files)) {}
Mapper::~Mapper() = default;

void Mapper::handle_far_host(const HostFacts& remote, MapperOutput& out) {
  impl_->resolver.renew_budget();
  impl_->resolver.set_far_host(remote);
  impl_->settle(out);
}

void Mapper::handle_sources(const std::vector<RemoteFile>& files, MapperOutput& out) {
  impl_->resolver.renew_budget();
  impl_->resolver.add_files(files);
  impl_->settle(out);
}

void Mapper::handle_local_files(std::vector<Rule> presets, MapperOutput& out) {
  impl_->resolver.renew_budget();
  impl_->resolver.forget_local_files(std::move(presets));
  impl_->settle(out);
}

void Mapper::from_client(Message message, MapperOutput& out) {
  impl_->resolver.renew_budget();
  impl_->from_client(std::move(message), out);
  impl_->settle(out);
}

void Mapper::from_adapter(Message message, MapperOutput& out) {
  impl_->resolver.renew_budget();
  impl_->from_adapter(std::move(message), out);
  impl_->settle(out);
}

const RuleSet& Mapper::rules() const {
  return impl_->resolver.rules();
}

std::vector<Rule> Mapper::learned() const {
  return impl_->resolver.learned();
}

}  // namespace nearside::paths
