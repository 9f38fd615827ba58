// One zstd stream per direction for the life of a link, flushed after every chunk, so that each
// frame can be read when it arrives and all frames share one history. What always holds: the
// decoder takes at most the memory of kZstdWindowLog, and a chunk inflates to exactly the length
// that was announced, which was checked before. Refuses everything else; the stream is useless
// after that.
#pragma once

#include "core/fault.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace nearside::link {

class Deflater {
 public:
  Deflater();
  /// Appends the compressed form of `head` followed by `body` to `out`, complete to its last byte.
  /// A fault here is ours (memory).
  Result<void> deflate(std::string_view head, std::string_view body, std::string& out);
  /// What the context takes now.
  std::size_t memory() const;

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
};

class Inflater {
 public:
  Inflater();
  /// The chunk that `bytes` hold, valid until the next call. `length` is what the peer announced.
  Result<std::string_view> inflate(std::string_view bytes, std::size_t length);
  std::size_t memory() const;

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::string chunk_;
};

}  // namespace nearside::link
