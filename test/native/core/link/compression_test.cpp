#include "core/link/compression.hpp"

#include "core/link/limits.hpp"
#include "wire.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include <random>

namespace nearside::link {
namespace {

std::string deflated(Deflater& deflater, std::string_view head, std::string_view body) {
  std::string out;
  EXPECT_TRUE(deflater.deflate(head, body, out));
  return out;
}

TEST(Compression, GivesEachChunkBackWhenItsFrameArrives) {
  Deflater deflater;
  Inflater inflater;
  std::mt19937_64 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const auto size = random() % (kMaxChunkBytes + 1);
    const auto body = i % 3 == 0 ? testing::noise(size, random()) : std::string(size, char(i));
    const auto frame = deflated(deflater, "head+", body);
    ASSERT_LE(frame.size(), kMaxFramePayload - 10);
    const auto chunk = inflater.inflate(frame, 5 + size);
    ASSERT_TRUE(chunk) << chunk.error().message;
    ASSERT_TRUE(*chunk == "head+" + body);
  }
}

TEST(Compression, RemembersEarlierChunks) {
  Deflater deflater;
  const auto answer = testing::noise(4'000, 7);
  EXPECT_GT(deflated(deflater, "12345", answer).size(), 4'000u);
  EXPECT_LT(deflated(deflater, "12345", answer).size(), 40u);
}

TEST(Compression, TakesUnderTwoMebibytesPerDirection) {
  Deflater deflater;
  Inflater inflater;
  const auto body = testing::noise(kMaxChunkBytes, 3);
  ASSERT_TRUE(inflater.inflate(deflated(deflater, "", body), body.size()));
  EXPECT_LT(deflater.memory(), 1536u * 1024);
  EXPECT_LT(inflater.memory(), 1536u * 1024);
}

void expect_broken(const Result<std::string_view>& chunk, std::string_view words) {
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code, Errc::kCompressionBroken);
  EXPECT_EQ(chunk.error().condition, Condition::kPeerViolation);
  EXPECT_NE(chunk.error().message.find(words), std::string::npos) << chunk.error().message;
}

TEST(Compression, RefusesAChunkThatIsNotAsLongAsAnnounced) {
  for (const std::size_t announced : {0u, 99u, 101u, 16'000u}) {
    Deflater deflater;
    Inflater inflater;
    const auto frame = deflated(deflater, "", std::string(100, 'x'));
    expect_broken(inflater.inflate(frame, announced), "announced length");
  }
}

TEST(Compression, RefusesABombWithoutUnpackingIt) {
  std::string bomb(ZSTD_compressBound(1 << 18), '\0');
  const std::string zeros(1 << 18, '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, kZstdWindowLog);
  ZSTD_inBuffer in{zeros.data(), zeros.size(), 0};
  ZSTD_outBuffer out{bomb.data(), bomb.size(), 0};
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
  ZSTD_freeCCtx(context);
  Inflater inflater;
  expect_broken(inflater.inflate(std::string_view(bomb).substr(0, out.pos), kMaxInflatedChunk),
                "announced length");
  EXPECT_LT(inflater.memory(), 1536u * 1024);
}

TEST(Compression, RefusesAWindowLargerThanTheLimit) {
  std::string frame(1'000, '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, kZstdWindowLog + 1);
  ZSTD_inBuffer in{"hello", 5, 0};
  ZSTD_outBuffer out{frame.data(), frame.size(), 0};
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
  ZSTD_freeCCtx(context);
  Inflater inflater;
  expect_broken(inflater.inflate(std::string_view(frame).substr(0, out.pos), 5), "memory");
}

TEST(Compression, RefusesAStreamThatEnds) {
  std::string frame(1'000, '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), "hello", 5, 1));
  Inflater inflater;
  expect_broken(inflater.inflate(frame, 5), "ended");
}

TEST(Compression, RefusesWhatIsNotZstd) {
  Inflater inflater;
  expect_broken(inflater.inflate("certainly not", 5), "");
}

}  // namespace
}  // namespace nearside::link
