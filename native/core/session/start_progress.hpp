// A start that takes long, as the client is shown it: DAP's progressStart, progressUpdate and
// progressEnd. What always holds: what was begun is ended; its ids are never an adapter's. It does
// not know what the adapter does meanwhile: that is said to it. Pure.
#pragma once

#include "core/session/answer_limits.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::session {

class StartProgress {
 public:
  /// A request was handed to the adapter; only starts matter.
  void handed(std::int64_t seq, std::string_view command, milliseconds now);
  /// When there is something to show.
  std::optional<milliseconds> next() const { return next_; }
  /// The event that shows it.
  std::string show(std::string_view title, std::string_view message, milliseconds now);
  /// It was answered, or waits for the client: the event that ends what was begun, if anything.
  std::optional<std::string> answered(std::int64_t seq);
  std::optional<std::string> end();
  /// Since when, while one is handed.
  std::optional<milliseconds> since() const { return since_; }

 private:
  std::int64_t seq_ = 0;
  int number_ = 0;
  bool is_shown_ = false;
  std::optional<milliseconds> since_;
  std::optional<milliseconds> next_;
};

}  // namespace nearside::session
