// Keeping and dropping output.
#include "core/session/output_tail.hpp"

#include <algorithm>
#include <utility>

namespace nearside::session {
namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// How many bytes a character has that begins so; 1 for what begins none.
std::size_t character_length(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0xC2 && byte < 0xE0) return 2;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  if (byte >= 0xF0 && byte < 0xF5) return 4;
  return 1;
}

/// How many bytes at the end are the beginning of a character that is not whole: 0 to 3.
std::size_t split_at_end(std::string_view text) {
  for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
    const char c = text[text.size() - length];
    if (!continues(c)) return character_length(c) > length ? length : 0;
  }
  return 0;
}

/// A cut of `text` at `wanted` at most that splits no character, unless it is no UTF-8 anyway.
std::size_t whole_characters(std::string_view text, std::size_t wanted) {
  if (wanted >= text.size()) return text.size();
  const auto cut = wanted - split_at_end(text.substr(0, wanted));
  return cut == 0 ? wanted : cut;
}

}  // namespace

void OutputTail::append(dap::OutputCategory category, std::string_view bytes) {
  auto& split = split_[static_cast<std::size_t>(category)];
  std::string joined;
  if (!split.empty()) {
    joined = std::exchange(split, {});
    joined += bytes;
    bytes = joined;
  }
  const auto rest = split_at_end(bytes);
  split = bytes.substr(bytes.size() - rest);
  keep(category, bytes.substr(0, bytes.size() - rest));
}

void OutputTail::finish(dap::OutputCategory category) {
  keep(category, std::exchange(split_[static_cast<std::size_t>(category)], {}));
}

void OutputTail::keep(dap::OutputCategory category, std::string_view text) {
  while (!text.empty()) {
    if (pieces_.empty() || pieces_.back().category != category ||
        pieces_.back().text.size() + 4 > kMaxOutputEventBytes) {
      pieces_.push_back({category, {}});
    }
    auto& piece = pieces_.back().text;
    const auto cut = whole_characters(text, kMaxOutputEventBytes - piece.size());
    piece += text.substr(0, cut);
    kept_bytes_ += cut;
    text.remove_prefix(cut);
    while (kept_bytes_ > limit_) drop_oldest();
  }
}

// Makes room at the old end, on to the beginning of a line: half a line misleads.
void OutputTail::drop_oldest() {
  const auto& text = pieces_.front().text;
  auto cut = std::min(kept_bytes_ - limit_, text.size());
  const auto line_end = text.find('\n', cut - 1);
  if (line_end != text.npos) {
    cut = line_end + 1;
  } else {
    while (cut < text.size() && continues(text[cut])) ++cut;
  }
  const bool inside_line = line_end == text.npos;
  const auto category = pieces_.front().category;
  if (!drop_from_front(cut) || !inside_line) return;
  if (pieces_.empty() || pieces_.front().category != category) return;
  const auto next_line_end = pieces_.front().text.find('\n');
  if (next_line_end != std::string::npos) drop_from_front(next_line_end + 1);
}

/// Whether that was all of the oldest piece.
bool OutputTail::drop_from_front(std::size_t bytes) {
  auto& text = pieces_.front().text;
  const auto dropped = std::string_view(text).substr(0, bytes);
  lost_lines_ += static_cast<std::uint64_t>(std::count(dropped.begin(), dropped.end(), '\n'));
  lost_bytes_ += bytes;
  kept_bytes_ -= bytes;
  if (bytes < text.size()) {
    text.erase(0, bytes);
    return false;
  }
  pieces_.pop_front();
  return true;
}

std::optional<OutputPiece> OutputTail::take() {
  if (lost_bytes_ > 0) {
    const auto lines = std::exchange(lost_lines_, 0);
    const auto bytes = std::exchange(lost_bytes_, 0);
    return OutputPiece{dap::OutputCategory::kConsole,
                       "[nearside: " + std::to_string(lines) + (lines == 1 ? " line" : " lines") +
                           " of output (" + std::to_string(bytes) +
                           " bytes) were dropped here, because nobody took them]\n"};
  }
  if (pieces_.empty()) return std::nullopt;
  auto piece = std::move(pieces_.front());
  pieces_.pop_front();
  kept_bytes_ -= piece.text.size();
  return piece;
}

}  // namespace nearside::session
