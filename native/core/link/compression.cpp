// zstd with its parameters, in streaming mode.
#include "core/link/compression.hpp"

#include "core/link/limits.hpp"
#include "core/link/violation.hpp"

#include <zstd.h>

#include <utility>

namespace nearside::link {

Deflater::Deflater() : context_(ZSTD_createCCtx()) {
  if (!context_) return;
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_windowLog, kZstdWindowLog);
}

void Deflater::Free::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

std::size_t Deflater::memory() const {
  return ZSTD_sizeof_CCtx(context_.get());
}

Result<void> Deflater::deflate(std::string_view head, std::string_view body, std::string& out) {
  const auto broken = [](std::string_view why) {
    return Fault{
        Errc::kCompressionBroken, Condition::kInternal,
        "A message could not be compressed (" + std::string(why) + "); please report this."};
  };
  if (!context_) return broken("no memory");
  // Room for the worst case and the stream's own header, so that one pass is enough.
  constexpr std::size_t kStreamHeaderRoom = 64;
  const auto begin = out.size();
  out.resize(begin + ZSTD_compressBound(head.size() + body.size()) + kStreamHeaderRoom);
  ZSTD_outBuffer output{out.data() + begin, out.size() - begin, 0};
  ZSTD_inBuffer first{head.data(), head.size(), 0};
  ZSTD_inBuffer second{body.data(), body.size(), 0};
  auto left = ZSTD_compressStream2(context_.get(), &output, &first, ZSTD_e_continue);
  if (!ZSTD_isError(left))
    left = ZSTD_compressStream2(context_.get(), &output, &second, ZSTD_e_flush);
  out.resize(begin + output.pos);
  if (ZSTD_isError(left)) return broken(ZSTD_getErrorName(left));
  if (left != 0 || first.pos != first.size || second.pos != second.size)
    return broken("the output exceeded its bound");
  return {};
}

Inflater::Inflater() : context_(ZSTD_createDCtx()) {
  if (context_) ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
}

void Inflater::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

std::size_t Inflater::memory() const {
  return ZSTD_sizeof_DCtx(context_.get());
}

Result<std::string_view> Inflater::inflate(std::string_view bytes, std::size_t length) {
  const auto broken = [](std::string_view why) {
    return violation(Errc::kCompressionBroken,
                     "The peer's compressed data cannot be read (" + std::string(why) + ").");
  };
  if (!context_) return broken("no memory");
  // One byte more than announced: only so is "exactly" seen, and that nothing waits inside zstd.
  if (chunk_.size() < length + 1) chunk_.resize(length + 1);
  ZSTD_outBuffer output{chunk_.data(), length + 1, 0};
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  while (input.pos < input.size) {
    const auto left = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(left)) return broken(ZSTD_getErrorName(left));
    if (left == 0) return broken("the stream ended, which it must not while the link lives");
    if (output.pos > length) break;
  }
  if (output.pos != length || input.pos != input.size)
    return broken("a chunk's announced length of " + std::to_string(length) + " bytes is wrong");
  return std::string_view(chunk_).substr(0, length);
}

}  // namespace nearside::link
