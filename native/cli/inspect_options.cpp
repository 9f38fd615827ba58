// Units of people to units of the program.
#include "cli/inspect_options.hpp"

namespace nearside::cli {
namespace {

constexpr long kKibibyte = 1024;
constexpr long kMebibyte = 1024 * kKibibyte;

/// `limit` if the option was given: a whole number from 1 to `most`, times `unit`.
template <typename Limit>
Result<void> read_limit(const Arguments& arguments, std::string_view option, long most, long unit,
                        Limit& limit) {
  const auto text = arguments.value(option);
  if (!text) return {};
  const auto number = parse_number(option, *text, 1, most);
  if (!number) return number.error();
  limit = static_cast<Limit>(*number * unit);
  return {};
}

}  // namespace

std::vector<Option> inspect_options() {
  return {{"--no-prefetch", "",
           "Push nothing: the far end asks the adapter only what the client asks. What has been "
           "answered is kept all the same."},
          {"--no-cache", "", "Keep no answers, and push nothing."},
          {"--cache-size", "MIB",
           "Most that is kept of a session's answers, in MiB. Default: 64. Most: 4096."},
          {"--prefetch-requests", "N",
           "Most that is asked beforehand at a stop. Default, and most: 256."},
          {"--prefetch-bytes", "KIB",
           "Most that is pushed at a stop, in KiB before compression. Default, and most: 1024."},
          {"--prefetch-time", "MS",
           "For how long after a stop things are asked beforehand, in milliseconds. Default, and "
           "most: 2000."},
          {"--prefetch-from", "MS",
           "Push only where the link's round trip takes that long, in milliseconds; 0: always. "
           "Default: 5. Nearer, it would gain nothing and keep the debugger busy."},
          {"--pure-watches", "",
           "No watch expression changes anything: keep and push what any of them gives. Without "
           "it, those that call or assign are asked each time."},
          {"--load-limits", "LIST",
           "How much of a value the debugger loads at once, where it can be told: "
           "string=BYTES,array=ELEMENTS,struct=FIELDS,depth=LEVELS (or Delve's names: "
           "maxStringLen, maxArrayValues, maxStructFields, maxVariableRecurse). Default: the "
           "debugger's own. dlv up to 1.27.0 has fixed ones: 512 bytes, 64 elements."}};
}

Result<inspect::InspectOptions> inspect_options_of(const Arguments& arguments) {
  inspect::InspectOptions options;
  options.cache = !arguments.has("--no-cache");
  options.wish.prefetch = !arguments.has("--no-prefetch");
  options.wish.pure_watches = arguments.has("--pure-watches");
  auto& limits = options.wish.limits;
  long milliseconds = static_cast<long>(limits.time.count());
  if (auto read = read_limit(arguments, "--cache-size",
                             static_cast<long>(inspect::kMostCacheBytes / kMebibyte), kMebibyte,
                             options.cache_bytes);
      !read)
    return read.error();
  if (auto read = read_limit(arguments, "--prefetch-requests",
                             static_cast<long>(inspect::kMaxPrefetchRequests), 1, limits.requests);
      !read)
    return read.error();
  if (auto read = read_limit(arguments, "--prefetch-bytes",
                             static_cast<long>(inspect::kMaxPrefetchBytes / kKibibyte), kKibibyte,
                             limits.bytes);
      !read)
    return read.error();
  if (auto read = read_limit(arguments, "--prefetch-time", milliseconds, 1, milliseconds); !read)
    return read.error();
  limits.time = std::chrono::milliseconds(milliseconds);
  if (const auto text = arguments.value("--prefetch-from")) {
    const auto number = parse_number("--prefetch-from", *text, 0,
                                     static_cast<long>(inspect::kMostRoundTrip.count()));
    if (!number) return number.error();
    options.wish.least_round_trip = std::chrono::milliseconds(*number);
  }
  auto load = inspect::parse_load_limits(arguments.value("--load-limits").value_or(""));
  if (!load) return usage_fault("--load-limits: " + load.error().message);
  options.load = *load;
  return options;
}

}  // namespace nearside::cli
