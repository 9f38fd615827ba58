// The files that the adapter has named in this session: what the far end describes to the near end
// (session/wire.hpp: SourcesSeen), and all that it hands out (kReadSourceCommand). What always
// holds: it only grows, up to kMaxNamedSourceBytes. Then the oldest stay and later ones are not
// taken up: they are neither described nor handed out, and everything else goes on.
#pragma once

#include "core/dap/envelope.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace nearside::session {

class NamedSources {
 public:
  /// The `path` of each Source in a message of the adapter that has not been named before. Answers
  /// to setBreakpoints do not count: adapters repeat there what the client has said.
  std::vector<std::string> take_new(const dap::Message& message);
  /// The same for paths that the adapter has told in another way (dlv: its list of sources).
  std::vector<std::string> take_new(std::vector<std::string> paths);

  /// The path as it was spelled.
  bool contains(std::string_view path) const { return paths_.contains(path); }
  std::vector<std::string> all() const { return {paths_.begin(), paths_.end()}; }
  std::size_t size() const { return paths_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  bool add(const std::string& path);

  std::unordered_set<std::string, Hash, std::equal_to<>> paths_;
  std::size_t bytes_ = 0;
};

}  // namespace nearside::session
