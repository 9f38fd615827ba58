// The streams over sockets and over descriptors keep the same promises.
#include "io/stream.hpp"

#include "io/files.hpp"
#include "io/process.hpp"
#include "io/sockets.hpp"
#include "loop.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nearside::io {
namespace {

using asio::experimental::awaitable_operators::operator&&;

struct Pair {
  StreamPtr one;
  StreamPtr other;
};

Pair local_pair(Loop& loop) {
  using asio::local::stream_protocol;
  stream_protocol::socket one(loop.context()), other(loop.context());
  asio::local::connect_pair(one, other);
  return {make_stream(std::move(one), "one"), make_stream(std::move(other), "other")};
}

Pair pipe_pair(Loop& loop) {
  int there[2], back[2];
  if (::pipe2(there, O_CLOEXEC) != 0 || ::pipe2(back, O_CLOEXEC) != 0)
    throw std::runtime_error("pipe2 failed");
  return {make_descriptor_stream(loop.executor(), back[0], there[1], "one"),
          make_descriptor_stream(loop.executor(), there[0], back[1], "other")};
}

Pair socketpair_pair(Loop& loop) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("socketpair failed");
  return {make_descriptor_stream(loop.executor(), ends[0], ends[0], "one"),
          make_descriptor_stream(loop.executor(), ends[1], ends[1], "other")};
}

class AnyStream : public ::testing::TestWithParam<Pair (*)(Loop&)> {
 protected:
  Loop loop;
  Pair pair = GetParam()(loop);
};

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 257);
  return bytes;
}

TEST_P(AnyStream, BytesArriveAndTheEndIsSeenWhileTheOtherDirectionGoesOn) {
  loop.run([&]() -> asio::awaitable<void> {
    EXPECT_TRUE(co_await pair.one->write(asio::buffer("question", 8)));
    EXPECT_TRUE(co_await pair.one->end_output());
    EXPECT_EQ(co_await read_up_to(*pair.other), "question");
    EXPECT_TRUE(co_await pair.other->write(asio::buffer("answer", 6)));
    EXPECT_EQ(co_await read_up_to(*pair.one, 6), "answer");
  }());
}

TEST_P(AnyStream, ManyTimesWhatTheKernelHoldsPassesBothWaysAtOnce) {
  const std::string bytes = pattern(8 * 1024 * 1024 + 7);
  loop.run([&]() -> asio::awaitable<void> {
    auto [from_one, from_other] =
        co_await (write_and_end(*pair.one, bytes) && write_and_end(*pair.other, bytes) &&
                  read_up_to(*pair.one) && read_up_to(*pair.other));
    EXPECT_TRUE(from_one == bytes);
    EXPECT_TRUE(from_other == bytes);
  }());
}

TEST_P(AnyStream, TryWriteTakesWhatFitsAndAWriteTakesTheRest) {
  const std::string bytes = pattern(4 * 1024 * 1024);
  const std::size_t taken = pair.one->try_write(asio::buffer(bytes));
  EXPECT_GT(taken, 0u);
  EXPECT_LT(taken, bytes.size());
  EXPECT_EQ(pair.one->try_write(asio::buffer(bytes) + taken), 0u);
  const std::string rest = bytes.substr(taken);
  loop.run([&]() -> asio::awaitable<void> {
    EXPECT_TRUE(co_await (write_and_end(*pair.one, rest) && read_up_to(*pair.other)) == bytes);
  }());
}

TEST_P(AnyStream, AReadThatWaitsEndsWithAFaultWhenTheStreamIsClosed) {
  std::optional<Result<std::size_t>> result;
  char buffer[10];
  asio::co_spawn(
      loop.context(), pair.one->read_some(asio::buffer(buffer)),
      [&](const std::exception_ptr&, Result<std::size_t> got) { result = std::move(got); });
  loop.context().poll();
  EXPECT_FALSE(result);
  pair.one->close();
  loop.context().restart();
  loop.context().run_for(kTestLimit);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->error().code, Errc::kStopped);
  pair.one->close();
  EXPECT_FALSE(loop.run(pair.one->read_some(asio::buffer(buffer))));
  EXPECT_FALSE(loop.run(pair.one->write(asio::buffer("x", 1))));
  EXPECT_EQ(pair.one->try_write(asio::buffer("x", 1)), 0u);
}

TEST_P(AnyStream, AnAbsentReaderIsAFaultAndNoSignal) {
  struct sigaction ignore {
  }, before{};
  ignore.sa_handler = SIG_IGN;  // pipes need it, as process.hpp says
  ::sigaction(SIGPIPE, &ignore, &before);
  pair.other->close();
  Result<void> written;
  for (int i = 0; i < 3 && written; ++i)
    written = loop.run(pair.one->write(asio::buffer("bytes for nobody", 16)));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::kTransportFailed);
  EXPECT_NE(written.error().message.find("one"), std::string::npos);
  ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_P(AnyStream, AReaderThatAlwaysFindsBytesLeavesTurnsToOthers) {
  const std::string bytes = pattern(60 * 1024);
  const std::size_t taken = pair.one->try_write(asio::buffer(bytes));
  bool other_ran = false;
  loop.run([&]() -> asio::awaitable<void> {
    asio::post(loop.executor(), [&] { other_ran = true; });
    char byte[1];
    for (std::size_t i = 0; i < std::min<std::size_t>(taken, 100); ++i)
      EXPECT_TRUE(co_await pair.other->read_some(asio::buffer(byte)));
    EXPECT_TRUE(other_ran);
  }());
}

INSTANTIATE_TEST_SUITE_P(Kinds, AnyStream,
                         ::testing::Values(&local_pair, &pipe_pair, &socketpair_pair));

TEST(DescriptorStream, FilesAndDevicesAreReadThoughEpollRefusesThem) {
  const TemporaryFolder folder;
  Loop loop;
  const std::string bytes = pattern(300'000);
  ASSERT_TRUE(write_private_file(folder / "in", bytes));
  const auto stream = make_descriptor_stream(
      loop.executor(), ::open((folder / "in").c_str(), O_RDONLY | O_CLOEXEC),
      ::open((folder / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), "stdio");
  EXPECT_EQ(loop.run(read_up_to(*stream)), bytes);
  EXPECT_TRUE(loop.run(stream->write(asio::buffer(bytes))));
  stream->close();
  EXPECT_EQ(read_file(folder / "out", 1'000'000).value(), bytes);

  const auto nothing = make_descriptor_stream(loop.executor(), ::open("/dev/null", O_RDONLY),
                                              ::open("/dev/null", O_WRONLY), "nothing");
  EXPECT_EQ(loop.run(read_up_to(*nothing)), "");
  EXPECT_TRUE(loop.run(nothing->write(asio::buffer(bytes))));
}

TEST(DescriptorStream, WhatOthersShareIsMadeBlockingAgain) {
  Loop loop;
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const int shared = ::dup(ends[0]);
  const auto blocking = [&] { return (::fcntl(shared, F_GETFL) & O_NONBLOCK) == 0; };
  {
    const auto stream = make_descriptor_stream(loop.executor(), ends[0], ends[1], "a pipe");
    EXPECT_FALSE(blocking());
  }
  EXPECT_TRUE(blocking());
  ::close(shared);
}

TEST(DescriptorStream, BadDescriptorsAreAFaultAndNoCrash) {
  Loop loop;
  const auto stream = make_descriptor_stream(loop.executor(), 9999, 9999, "nothing");
  char buffer[1];
  EXPECT_FALSE(loop.run(stream->read_some(asio::buffer(buffer))));
  EXPECT_FALSE(loop.run(stream->write(asio::buffer("x", 1))));
}

}  // namespace
}  // namespace nearside::io
