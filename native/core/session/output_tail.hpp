// Keeps a program's output while the client cannot take it: the newest bytes up to a limit, in the
// order in which they came. What did not fit is counted and said in one line when output flows
// again. A UTF-8 character that was split between two reads is put together again. Never blocks,
// never grows.
#pragma once

#include "core/dap/build.hpp"
#include "core/session/limits.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::session {

/// The text of one `output` event, at most kMaxOutputEventBytes of it.
struct OutputPiece {
  dap::OutputCategory category = dap::OutputCategory::kStdout;
  std::string text;
  bool operator==(const OutputPiece&) const = default;
};

class OutputTail {
 public:
  explicit OutputTail(std::size_t limit = kMaxKeptOutputBytes) : limit_(limit) {}

  /// What a program wrote. The categories' streams are apart: each may end inside a character.
  void append(dap::OutputCategory category, std::string_view bytes);
  /// The stream has ended: what was held back of a character comes out as it is.
  void finish(dap::OutputCategory category);
  /// The oldest piece, to be sent now; nothing if there is none. After a loss the first piece says
  /// (console) how many lines are missing.
  std::optional<OutputPiece> take();

  bool empty() const { return pieces_.empty() && lost_bytes_ == 0; }
  std::size_t kept_bytes() const { return kept_bytes_; }

 private:
  void keep(dap::OutputCategory category, std::string_view text);
  void drop_oldest();
  bool drop_from_front(std::size_t bytes);

  std::size_t limit_;
  std::deque<OutputPiece> pieces_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t lost_bytes_ = 0;
  std::uint64_t lost_lines_ = 0;
  std::array<std::string, 4> split_;  ///< By category: up to 3 bytes of a character not yet whole.
};

}  // namespace nearside::session
