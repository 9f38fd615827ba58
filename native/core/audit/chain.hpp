// The audit log's chain: each line ends with an HMAC over itself and the one before, and a
// signature says now and then how far the log reached. What always holds of a log that `Check`
// finds nothing wrong with: no line was changed, left out, put elsewhere or added by who has not
// the key, and none is missing at the end that was there when the head was signed. Pure: key and
// signatures are the caller's functions.
#pragma once

#include "core/audit/entry.hpp"
#include "core/fault.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::audit {

/// HMAC-SHA-256 of the log's key as 64 lower-case hexadecimal digits.
using Mac = std::function<std::string(std::string_view data)>;

/// The last line: its number, from 1, and its code. Number 0: there is none.
struct Head {
  std::uint64_t number = 0;
  std::string mac = std::string(64, '0');
  bool operator==(const Head&) const = default;
};

/// Begins each file. `oldest`: the number of the first line that is still kept.
Entry file_begins(const Head& previous, std::uint64_t oldest, std::string reason);
inline constexpr std::string_view kFileBegins = "file-begins";
/// Ends a file that is full, with the signature of the head before it.
Entry file_ends(std::string signature);
inline constexpr std::string_view kFileEnds = "file-ends";

/// The line that follows `head`, without its line break; `head` becomes its own.
std::string seal(const Mac& mac, Head& head, const Entry& entry);
/// What a whole line says of itself; nothing when it is none.
std::optional<Head> head_of(std::string_view line);

/// What is signed: this head, of that agent's log.
std::string text_to_sign(const Head& head, std::string_view fingerprint);

struct SignedHead {
  Head head;
  std::string fingerprint;
  std::string signature;
  bool operator==(const SignedHead&) const = default;
};
std::string encode(const SignedHead& head);
Result<SignedHead> decode_signed_head(std::string_view json);

/// Whether that is the agent's own signature of the text.
using Verify = std::function<bool(std::string_view text, std::string_view signature)>;

/// Something that is not as it was written.
struct Problem {
  std::string file;
  std::uint64_t line = 0;  ///< In the file, from 1; 0: the file as a whole.
  std::string what;
  bool operator==(const Problem&) const = default;
};

/// Reads a log from its oldest line to the newest. After a problem it goes on with what the next
/// line says of itself, so that one wrong line is one problem.
class Check {
 public:
  Check(Mac mac, Verify verify, std::optional<SignedHead> newest, std::string fingerprint);

  void begin_file(std::string name);
  /// A line without its line break.
  void take(std::string_view line);
  /// What stands behind the last line break, if anything.
  void take_rest(std::string_view rest);
  void finish();

  const std::vector<Problem>& problems() const { return problems_; }
  std::uint64_t lines() const { return lines_; }
  const Head& head() const { return head_; }

 private:
  void complain(std::string what);
  void complain_of_file(std::string what);
  bool take_begin(std::uint64_t number, const nlohmann::json& object);
  void check_number(std::uint64_t number);
  void check_signature(const nlohmann::json& object);

  Mac mac_;
  Verify verify_;
  std::optional<SignedHead> newest_;
  std::string fingerprint_;
  std::string file_;
  std::uint64_t line_ = 0;  ///< In the file.
  std::uint64_t lines_ = 0;
  std::uint64_t first_ = 0;   ///< The number of the very first line.
  std::uint64_t oldest_ = 0;  ///< As the newest file says it.
  Head head_;
  bool is_known_ = false;  ///< head_.mac is what the next line's code must build on.
  bool ends_ = false;      ///< The file has said its last line.
  std::vector<Problem> problems_;
};

}  // namespace nearside::audit
