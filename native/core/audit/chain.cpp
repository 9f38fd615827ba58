// Lines of the chain are compared by their bytes: what is authenticated is what is written, and no
// parser stands between. A line's code is over the code of the line before, a line break, and the
// line as if it had none.
#include "core/audit/chain.hpp"

#include "core/audit/limits.hpp"
#include "core/json_members.hpp"

#include <algorithm>

namespace nearside::audit {
namespace {

using nlohmann::json;

constexpr std::size_t kMacDigits = 64;
constexpr std::string_view kMacMember = ",\"mac\":\"";
constexpr std::string_view kEnd = "\"}";

bool is_mac(std::string_view text) {
  return text.size() == kMacDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string code_of(const Mac& mac, std::string_view previous, std::string_view open) {
  std::string data(previous);
  data += '\n';
  data += open;
  data += '}';
  return mac(data);
}

struct Line {
  std::string_view open;  ///< Up to the code.
  std::string mac;
  json object;
};

std::optional<Line> read_line(std::string_view text) {
  constexpr std::size_t kTail = kMacMember.size() + kMacDigits + kEnd.size();
  if (text.size() > kMaxLineBytes || text.size() < kTail) return std::nullopt;
  const auto tail = text.substr(text.size() - kTail);
  const auto mac = tail.substr(kMacMember.size(), kMacDigits);
  if (!tail.starts_with(kMacMember) || !tail.ends_with(kEnd) || !is_mac(mac)) return std::nullopt;
  Line line{text.substr(0, text.size() - kTail), std::string(mac),
            json::parse(text, nullptr, false)};
  if (!line.object.is_object() || !member_of(line.object, "n").is_number_unsigned())
    return std::nullopt;
  return line;
}

std::uint64_t number_of(const Line& line) {
  return count_of(line.object, "n");
}

}  // namespace

Entry file_begins(const Head& previous, std::uint64_t oldest, std::string reason) {
  Entry entry;
  entry.event = kFileBegins;
  entry.reason = std::move(reason);
  entry.details = {{"previous", previous.mac}, {"oldest", oldest}};
  return entry;
}

Entry file_ends(std::string signature) {
  Entry entry;
  entry.event = kFileEnds;
  entry.details = {{"signature", std::move(signature)}};
  return entry;
}

std::string seal(const Mac& mac, Head& head, const Entry& entry) {
  std::string line = open_json(entry, head.number + 1);
  head = {head.number + 1, code_of(mac, head.mac, line)};
  line += kMacMember;
  line += head.mac;
  line += kEnd;
  return line;
}

std::optional<Head> head_of(std::string_view line) {
  const auto read = read_line(line);
  if (!read) return std::nullopt;
  return Head{number_of(*read), read->mac};
}

std::string text_to_sign(const Head& head, std::string_view fingerprint) {
  return "nearside audit head v1\n" + std::string(fingerprint) + "\n" +
         std::to_string(head.number) + "\n" + head.mac + "\n";
}

std::string encode(const SignedHead& head) {
  return json{{"n", head.head.number},
              {"mac", head.head.mac},
              {"fingerprint", head.fingerprint},
              {"signature", head.signature}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<SignedHead> decode_signed_head(std::string_view text) {
  const auto object = json::parse(text, nullptr, false);
  SignedHead head{{count_of(object, "n"), text_of(object, "mac")},
                  text_of(object, "fingerprint"),
                  text_of(object, "signature")};
  if (head.head.number == 0 || !is_mac(head.head.mac) || head.signature.empty())
    return Fault{Errc::kFileFailed, Condition::kMisconfigured,
                 "The signed head of the audit log (audit.head) cannot be read."};
  return head;
}

Check::Check(Mac mac, Verify verify, std::optional<SignedHead> newest, std::string fingerprint)
    : mac_(std::move(mac)),
      verify_(std::move(verify)),
      newest_(std::move(newest)),
      fingerprint_(std::move(fingerprint)) {}

void Check::complain(std::string what) {
  problems_.push_back({file_, line_, std::move(what)});
}

void Check::complain_of_file(std::string what) {
  problems_.push_back({file_, 0, std::move(what)});
}

void Check::begin_file(std::string name) {
  if (!file_.empty() && line_ > 0 && !ends_ && is_known_)
    complain_of_file("It ends without its last line, which a full file has.");
  file_ = std::move(name);
  line_ = 0;
  ends_ = false;
}

/// False: the line has said itself what stood before it, and that is not what did.
bool Check::take_begin(std::uint64_t number, const json& object) {
  const json& details = member_of(object, "details");
  const auto previous = text_of(details, "previous");
  if (text_of(object, "event") != kFileBegins || !is_mac(previous)) {
    complain("The file does not begin as each does: its first lines are missing.");
    return lines_ > 1;
  }
  oldest_ = count_of(details, "oldest");
  if (const auto reason = text_of(object, "reason"); !reason.empty())
    complain("The agent began this file because the log was damaged: " + reason.substr(0, 100));
  if (lines_ == 1) {
    head_ = {number - 1, previous};
    is_known_ = true;
  } else if (is_known_ && previous != head_.mac) {
    complain("The file does not go on where the one before ends.");
    head_.mac = previous;
  } else if (!is_known_) {
    head_.mac = previous;
    is_known_ = true;
  }
  return true;
}

void Check::check_number(std::uint64_t number) {
  if (number == head_.number + 1) return;
  const auto first = std::to_string(head_.number + 1), last = std::to_string(number - 1);
  complain(first == last ? "Number " + first + " is missing before this line."
                         : "Numbers " + first + " to " + last + " are missing before this line.");
  is_known_ = false;
}

void Check::check_signature(const json& object) {
  if (!is_known_) return;
  if (!verify_(text_to_sign(head_, fingerprint_),
               text_of(member_of(object, "details"), "signature")))
    complain("Its signature is not this agent's.");
}

void Check::take(std::string_view text) {
  ++line_;
  ++lines_;
  const auto line = read_line(text);
  if (!line) {
    complain("This is no whole line of an audit log: it was cut or changed.");
    ++head_.number;
    is_known_ = false;
    return;
  }
  const auto number = number_of(*line);
  if (number == 0 || (lines_ > 1 && number <= head_.number && first_ != 0)) {
    complain("Number " + std::to_string(number) + " stands here again, or in the wrong place.");
    return;
  }
  if (line_ == 1 && !take_begin(number, line->object)) {
    head_.number = number - 1;
    is_known_ = false;
  }
  if (first_ == 0) {
    first_ = number;
    head_.number = number - 1;
  }
  check_number(number);
  if (is_known_ && code_of(mac_, head_.mac, line->open) != line->mac)
    complain("This line was changed after it was written, or another key's.");
  ends_ = text_of(line->object, "event") == kFileEnds;
  if (ends_) check_signature(line->object);
  head_ = {number, line->mac};
  is_known_ = true;
  if (newest_ && newest_->head.number == number && newest_->head.mac != line->mac)
    complain("This is not the line that the signed head names.");
}

void Check::take_rest(std::string_view rest) {
  if (rest.empty()) return;
  ++line_;
  complain("The file ends within a line, " + std::to_string(rest.size()) + " bytes long.");
  is_known_ = false;
}

void Check::finish() {
  if (first_ > oldest_ && oldest_ > 0) {
    file_.clear();
    complain_of_file("Numbers " + std::to_string(oldest_) + " to " + std::to_string(first_ - 1) +
                     " are missing: a file that is to be kept is gone.");
  }
  file_ = "audit.head";
  if (!newest_) {
    if (lines_ > 0)
      complain_of_file("There is no signed head, so lines may be missing at the end.");
    return;
  }
  if (newest_->fingerprint != fingerprint_ ||
      !verify_(text_to_sign(newest_->head, fingerprint_), newest_->signature))
    complain_of_file("It is not signed by this agent's key.");
  else if (newest_->head.number > head_.number)
    complain_of_file("Numbers " + std::to_string(head_.number + 1) + " to " +
                     std::to_string(newest_->head.number) + " are missing at the end of the log.");
}

}  // namespace nearside::audit
