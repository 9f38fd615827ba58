// What the client wants of each file's breakpoints, and what it was told of them, so that they can
// be sent again when a rule changes. What always holds: one wish a file, the newest; an answer
// counts only for the request that asked last. Refuses to remember beyond kMaxWishes and
// kMaxWishBytes: such breakpoints work, but are not sent again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nearside::paths {

/// A Breakpoint (specification: Breakpoint) as the client has it.
struct KnownBreakpoint {
  std::optional<std::int64_t> id;
  std::string json;
};

struct Wish {
  std::string path;       ///< In the client's spelling.
  std::string far_path;   ///< What the adapter was told,
  std::string far_key;    ///< and by what it is compared.
  std::string arguments;  ///< As the client sent them.
  std::vector<KnownBreakpoint> breakpoints;
  std::int64_t request = 0;  ///< The seq of the last request for it; ours are negative.
  bool is_answered = false;
};

class Wishes {
 public:
  /// The newest wish for the file of that key, asked for by the request `wish.request`. Gives the
  /// one before.
  std::optional<Wish> take(const std::string& key, Wish wish);
  /// The wish that this request asked for last. The answer is taken once.
  Wish* take_answer(std::int64_t request);
  /// `wish`, one of all(), is asked for again by another request.
  void ask_again(Wish& wish, std::int64_t request);
  /// The client was told of a breakpoint.
  void note(const KnownBreakpoint& breakpoint);

  /// In an order that is always the same, so that a session can be replayed.
  std::map<std::string, Wish>& all() { return wishes_; }

 private:
  std::map<std::string, Wish> wishes_;
  std::unordered_map<std::int64_t, Wish*> asked_;
  std::size_t bytes_ = 0;
};

}  // namespace nearside::paths
