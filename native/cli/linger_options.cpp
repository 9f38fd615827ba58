// Seconds and words to wishes.
#include "cli/linger_options.hpp"

namespace nearside::cli {
namespace {

Result<void> read_seconds(const Arguments& arguments, std::string_view option,
                          std::optional<std::chrono::seconds>& into) {
  const auto text = arguments.value(option);
  if (!text) return {};
  const auto number =
      parse_number(option, *text, 0, static_cast<long>(session::kLongestLinger.count()));
  if (!number) return number.error();
  into = std::chrono::seconds(*number);
  return {};
}

}  // namespace

std::vector<Option> linger_options_of_agent() {
  return {
      {"--linger-left", "SECONDS",
       "Keep a session so long whose client left without ending it (a reloaded window). 0: end "
       "it at once. Default: 60."},
      {"--linger-lost", "SECONDS",
       "Keep a session so long whose link is lost (a laptop that sleeps). Default: 86400, a "
       "day."},
      {"--linger-end", "POLICY",
       "What then becomes of it: as-started (what was launched is terminated, what was attached "
       "to is let go), keep (nothing: until somebody ends it), disconnect (the program goes "
       "on), terminate. Default: as-started."}};
}

std::vector<Option> linger_options_of_session() {
  return {{"--linger-left", "SECONDS",
           "Keep the session so long if its client leaves without ending it. 0: end it at once. "
           "Default: what the agent was started with, else 60."},
          {"--linger-lost", "SECONDS",
           "Keep the session so long if its link is lost. Default: likewise, else 86400, a day."},
          {"--linger-end", "POLICY",
           "What then becomes of it: as-started, keep, disconnect (the program goes on) or "
           "terminate. Default: likewise, else as-started."}};
}

Result<session::LingerWish> linger_of(const Arguments& arguments) {
  session::LingerWish wish;
  if (auto read = read_seconds(arguments, "--linger-left", wish.left); !read) return read.error();
  if (auto read = read_seconds(arguments, "--linger-lost", wish.lost); !read) return read.error();
  if (const auto word = arguments.value("--linger-end")) {
    wish.end = session::linger_end_from(*word);
    if (!wish.end)
      return usage_fault("--linger-end wants as-started, keep, disconnect or terminate, and got '" +
                         *word + "'.");
  }
  return wish;
}

}  // namespace nearside::cli
