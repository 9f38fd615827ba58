// Reading and splicing envelopes.
#include "core/dap/envelope.hpp"

#include "core/dap/limits.hpp"

#include <array>
#include <ranges>
#include <vector>

namespace nearside::dap {
namespace {

enum Field : std::size_t {
  kType,
  kSeq,
  kRequestSeq,
  kCommandName,
  kEventName,
  kSuccess,
  kArguments,
  kBody,
  kFieldCount,
};
constexpr std::array<std::string_view, kFieldCount> kFieldNames{
    "type", "seq", "request_seq", "command", "event", "success", "arguments", "body"};

using Fields = std::array<std::optional<ByteRange>, kFieldCount>;

Fault invalid(std::string what) {
  return {Errc::kMessageInvalid, Condition::kPeerViolation,
          "A message is no DAP message: " + std::move(what) + "."};
}

std::string quoted(Field field) {
  return "\"" + std::string(kFieldNames[field]) + "\"";
}

std::string_view cut(std::string_view message, ByteRange range) {
  return message.substr(range.begin, range.length);
}

Result<Fields> read_fields(std::string_view message) {
  auto walk = ObjectWalk::open(message);
  if (!walk) return walk.error();
  Fields fields;
  while (true) {
    const auto member = walk->next();
    if (!member) return member.error();
    if (!*member) return fields;
    const auto key = cut(message, (*member)->key);
    for (std::size_t i = 0; i < kFieldCount; ++i) {
      if (!says(key, kFieldNames[i])) continue;
      // Which one of two counts differs between parsers, so the far side could see another message.
      if (fields[i]) return invalid("it has " + quoted(Field{i}) + " twice");
      fields[i] = (*member)->value;
      break;
    }
  }
}

Result<std::int64_t> read_number(std::string_view message, const Fields& fields, Field field) {
  if (!fields[field]) return invalid("it has no " + quoted(field));
  const auto value = read_integer(cut(message, *fields[field]));
  if (!value) return invalid(quoted(field) + " is not an integer of at most 2^53");
  return *value;
}

Result<std::string> read_name(std::string_view message, const Fields& fields, Field field) {
  if (!fields[field]) return invalid("it has no " + quoted(field));
  const auto token = cut(message, *fields[field]);
  if (token.front() != '"') return invalid(quoted(field) + " is not a string");
  if (token.size() > kMaxNameBytes + 2) {
    return invalid(quoted(field) + " has more than " + std::to_string(kMaxNameBytes) + " bytes");
  }
  auto name = unescape(token);
  if (!name) return invalid(quoted(field) + " has an escape that JSON does not know");
  return *std::move(name);
}

}  // namespace

Result<Envelope> parse_envelope(std::string_view message) {
  const auto read = read_fields(message);
  if (!read) return read.error();
  const Fields& fields = *read;

  Envelope envelope;
  const auto type = read_name(message, fields, kType);
  if (!type) return type.error();
  if (*type == "request") {
    envelope.type = MessageType::kRequest;
  } else if (*type == "response") {
    envelope.type = MessageType::kResponse;
  } else if (*type == "event") {
    envelope.type = MessageType::kEvent;
  } else {
    return invalid("its \"type\" is none of request, response, event");
  }

  if (fields[kSeq] || envelope.type == MessageType::kRequest) {
    const auto seq = read_number(message, fields, kSeq);
    if (!seq) return seq.error();
    envelope.seq = *seq;
    envelope.seq_range = *fields[kSeq];
  }

  auto name =
      read_name(message, fields, envelope.type == MessageType::kEvent ? kEventName : kCommandName);
  if (!name) return name.error();
  // Delve 1.20 answers a request that it does not know with an empty command; `request_seq` says
  // whose answer it is.
  if (name->empty() && envelope.type != MessageType::kResponse)
    return invalid(quoted(envelope.type == MessageType::kEvent ? kEventName : kCommandName) +
                   " is empty");
  envelope.name = *std::move(name);

  if (envelope.type == MessageType::kResponse) {
    const auto request_seq = read_number(message, fields, kRequestSeq);
    if (!request_seq) return request_seq.error();
    envelope.request_seq = *request_seq;
    envelope.request_seq_range = *fields[kRequestSeq];
    if (!fields[kSuccess]) return invalid("it has no \"success\"");
    const auto success = cut(message, *fields[kSuccess]);
    if (success != "true" && success != "false")
      return invalid("\"success\" is neither true nor false");
    envelope.success = success == "true";
  }

  envelope.payload = fields[envelope.type == MessageType::kRequest ? kArguments : kBody];
  return envelope;
}

std::optional<BrokenRequest> find_broken_request(std::string_view message) {
  const auto type = find_member(message, "type");
  const auto seq = find_member(message, "seq");
  if (!type || !seq || !says(cut(message, *type), "request")) return std::nullopt;
  const auto number = read_integer(cut(message, *seq));
  if (!number) return std::nullopt;
  Fields fields;
  fields[kCommandName] = find_member(message, "command");
  const auto command = read_name(message, fields, kCommandName);
  return BrokenRequest{*number, command && !command->empty() ? *command : "unknown"};
}

Result<Message> Message::parse(std::string bytes) {
  return take(bytes);
}

Result<Message> Message::take(std::string& bytes) {
  auto envelope = parse_envelope(bytes);
  if (!envelope) return envelope.error();
  return Message(std::move(bytes), *std::move(envelope));
}

std::string_view Message::payload() const {
  return envelope_.payload ? cut(bytes_, *envelope_.payload) : std::string_view();
}

void Message::set_seq(std::int64_t seq) {
  if (envelope_.seq_range.length == 0) {
    const auto begin = bytes_.find('{') + 1;
    const auto digits = std::to_string(seq);
    splice({begin, 0}, "\"seq\":" + digits + ",");
    envelope_.seq_range = {begin + 6, digits.size()};
  } else if (envelope_.seq != seq) {
    splice(envelope_.seq_range, std::to_string(seq));
  }
  envelope_.seq = seq;
}

void Message::set_request_seq(std::int64_t request_seq) {
  if (envelope_.request_seq == request_seq || envelope_.request_seq_range.length == 0) return;
  splice(envelope_.request_seq_range, std::to_string(request_seq));
  envelope_.request_seq = request_seq;
}

void Message::set_payload_member(std::string_view key, std::string_view json) {
  const std::string member = "\"" + std::string(key) + "\":" + std::string(json);
  if (!envelope_.payload) {
    const auto* const name =
        envelope_.type == MessageType::kRequest ? "\"arguments\":{" : "\"body\":{";
    const auto begin = bytes_.find('{') + 1;
    const auto text = name + member + "},";
    splice({begin, 0}, text);
    envelope_.payload = ByteRange{begin + std::string_view(name).size() - 1, member.size() + 2};
  } else if (payload().front() != '{') {
    splice(*envelope_.payload, "{" + member + "}");
  } else if (const auto value = find_member(payload(), key)) {
    const ByteRange range{envelope_.payload->begin + value->begin, value->length};
    if (cut(bytes_, range) != json) splice(range, json);
  } else {
    const auto inside = payload().find_first_not_of(" \t\r\n", 1);
    const bool empty = payload()[inside] == '}';
    splice({envelope_.payload->begin + 1, 0}, empty ? member : member + ",");
  }
}

std::optional<std::string> Message::take_payload_member(std::string_view key) {
  auto walk = ObjectWalk::open(payload());
  if (!walk) return std::nullopt;
  const auto offset = envelope_.payload->begin;
  std::optional<std::string> taken;
  std::vector<Splice> splices;
  bool keeps_one = false;    // Whether a member before this one stays, and so its comma goes.
  std::size_t last_end = 0;  // The end of the member before.
  bool takes_comma = false;  // The one before is taken out with the comma behind it.
  while (true) {
    const auto next = walk->next();
    if (!next) return std::nullopt;
    if (takes_comma && *next) {
      splices.back().range.length = (*next)->key.begin + offset - splices.back().range.begin;
    }
    takes_comma = false;
    if (!*next) break;
    const auto& [name, value] = **next;
    const auto end = value.begin + value.length;
    if (!says(cut(payload(), name), key)) {
      keeps_one = true;
    } else {
      taken = std::string(cut(payload(), value));
      const auto begin = keeps_one ? last_end : name.begin;
      splices.push_back({{offset + begin, end - begin}, ""});
      takes_comma = !keeps_one;
    }
    last_end = end;
  }
  replace(splices);
  return taken;
}

void Message::replace(std::span<const Splice> splices) {
  if (splices.empty()) return;
  std::size_t length = bytes_.size();
  for (const auto& [range, text] : splices) length += text.size() - range.length;
  std::string bytes;
  bytes.reserve(length + kSpareBodyBytes);
  std::size_t copied = 0;
  for (const auto& [range, text] : splices) {
    bytes.append(bytes_, copied, range.begin - copied).append(text);
    copied = range.begin + range.length;
  }
  bytes_ = std::move(bytes.append(bytes_, copied));
  // From the last one back, what moves lies behind all that is still to be looked at.
  for (const auto& [range, text] : splices | std::views::reverse) follow(range, text.size());
}

void Message::cut_last_members(std::size_t at) {
  bytes_.resize(at);
  bytes_ += '}';
}

void Message::splice(ByteRange range, std::string_view text) {
  bytes_.replace(range.begin, range.length, text);
  follow(range, text.size());
}

// The envelope's ranges that hold the place of a splice grow with it, those behind it move.
void Message::follow(ByteRange spliced, std::size_t length) {
  const auto end = spliced.begin + spliced.length;
  const auto adjust = [&](ByteRange& other) {
    if (other.length == 0) return;
    if (other.begin >= end && other.begin != spliced.begin) {
      other.begin += length - spliced.length;
    } else if (other.begin <= spliced.begin && other.begin + other.length >= end) {
      other.length += length - spliced.length;
    }
  };
  adjust(envelope_.seq_range);
  adjust(envelope_.request_seq_range);
  if (envelope_.payload) adjust(*envelope_.payload);
}

}  // namespace nearside::dap
