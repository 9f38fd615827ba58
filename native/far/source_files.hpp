// Looks at files that an adapter has named, and reads them for near ends: regular files only, links
// followed, opened without blocking, up to a size, on threads of their own and within a limit of
// time. Whether a path may be read at all is the session's question, not this one's.
#pragma once

#include "core/paths/host.hpp"
#include "far/background.hpp"
#include "far/limits.hpp"
#include "io/stream.hpp"

#include <string>
#include <vector>

namespace nearside::far_end {

struct SourceLook {
  std::vector<std::string> paths;
  /// Below these folders files are only looked for, not read: a toolchain's own, by the hundred.
  std::vector<std::string> without_digest;
};

class SourceFiles {
 public:
  SourceFiles(Background& background, milliseconds look_limit)
      : background_(background), look_limit_(look_limit) {}

  /// In the order of `paths`. What there was no time for has no digest, or is left out.
  asio::awaitable<std::vector<paths::RemoteFile>> look(SourceLook look);
  /// A fault names the path and the reason.
  io::Async<std::string> read(std::string path);

 private:
  Background& background_;
  milliseconds look_limit_;
};

}  // namespace nearside::far_end
