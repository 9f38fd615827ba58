// Who has not shown who it is: what it may say before the handshake is over, and that it gets no
// more of our memory and time than that takes.
#include "core/link/chunk.hpp"
#include "core/link/frame.hpp"
#include "wire.hpp"

#include <gtest/gtest.h>

namespace nearside::link::testing {
namespace {

using Lines = std::vector<std::string>;

/// What a link tells its owner when a stranger begins with these bytes.
std::string end_after(LinkOptions options, std::string_view bytes) {
  Side side(std::move(options));
  side.output(1 << 20, Time{0});
  side.link.handle_bytes(bytes, Time{0});
  const auto said = side.said();
  return said.empty() ? "nothing" : said.back();
}

TEST(Stranger, IsToldApartByItsFirstBytes) {
  EXPECT_EQ(end_after(far_options(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            "ended 201 The peer does not speak nearside's protocol: it looks like HTTP, which has "
            "no business here.");
  EXPECT_EQ(end_after(near_options(), "SSH-2.0-OpenSSH_9.2\r\n"),
            "ended 201 The peer does not speak nearside's protocol: it looks like an SSH server; "
            "for a target behind SSH use ssh:HOST.");
}

TEST(Stranger, GetsSixteenKibibytesAndNotOneMore) {
  for (auto options : {far_options(), near_options()}) {
    options.standing = Standing::kUnpinned;
    EXPECT_EQ(end_after(options, std::string_view("\xA0\x00\x40\x01", 4)),
              "ended 200 The peer announced a hello frame of 16385 bytes; the limit is 16384.");
    EXPECT_EQ(end_after(options, std::string_view("\xA0\x00\x40\x00", 4)), "nothing");
  }
}

TEST(Stranger, ReachesNothingWithFramesOfAnEstablishedLink) {
  std::string data;
  append_frame(data, FrameType::kData, std::string(100, '\0'));
  for (const auto standing : {Standing::kTrusted, Standing::kUnpinned, Standing::kRevoked}) {
    auto options = far_options();
    options.standing = standing;
    EXPECT_EQ(end_after(options, data),
              "ended 202 The peer sent a data frame, which has no place at this point of the "
              "handshake.");
  }
}

TEST(Stranger, SaysGoodbyeAndThereIsNoLink) {
  EXPECT_EQ(end_after(near_options(), std::string_view("\xB5\0\0\0", 4)),
            "ended 211 The peer said goodbye before the link was established.");
}

}  // namespace
}  // namespace nearside::link::testing
