#include "core/inspect/stack_slice.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::inspect {
namespace {

using nlohmann::json;

/// Frames that are hard to cut: brackets and commas in strings, nested arrays, odd white space.
std::string frame(int number) {
  return R"({"id":)" + std::to_string(number) + R"(,"name":"a],[{,\"","x":[1,[2],{}] })";
}

dap::Message stack(int first, int count, const std::string& total) {
  std::string body = R"({"own":[1,2],"stackFrames":[ )";
  for (int at = 0; at < count; ++at) body += (at > 0 ? " , " : "") + frame(first + at);
  body += " ]" + (total.empty() ? "" : R"(,"totalFrames":)" + total) + R"(,"last":{}})";
  return dap::Message::
      parse(R"({"seq":9,"type":"response","request_seq":3,"success":true,"command":"stackTrace","body":)" +
            body + "}")
          .value();
}

/// The ids of the frames, or nothing.
std::optional<std::vector<int>> cut(const dap::Message& whole, FrameRange kept, FrameRange asked) {
  const auto part = cut_stack(whole, kept, asked);
  if (!part) return std::nullopt;
  EXPECT_TRUE(dap::Message::parse(part->bytes()).has_value());
  const auto body = json::parse(part->payload());
  auto all = json::parse(whole.payload());
  std::vector<int> ids;
  for (const auto& one : body["stackFrames"]) ids.push_back(one["id"]);
  all["stackFrames"] = body["stackFrames"];
  EXPECT_EQ(body, all);
  return ids;
}

using Ids = std::vector<int>;

TEST(StackSlice, IsCutOutOfAKeptStackWithTheFramesBytesUntouched) {
  const auto whole = stack(0, 5, "5");
  EXPECT_EQ(cut(whole, {0, 20}, {0, 1}), (Ids{0}));
  EXPECT_EQ(cut(whole, {0, 20}, {1, 2}), (Ids{1, 2}));
  EXPECT_EQ(cut(whole, {0, 20}, {4, 1}), (Ids{4}));
  const auto part = cut_stack(whole, {0, 20}, {1, 2});
  ASSERT_TRUE(part);
  EXPECT_NE(part->bytes().find(R"("stackFrames":[ )" + frame(1) + " , " + frame(2) + " ]"),
            std::string::npos);
}

TEST(StackSlice, WithNothingToCutIsTheSameBytes) {
  const auto whole = stack(0, 3, "3");
  const auto part = cut_stack(whole, {0, 20}, {0, 3});
  ASSERT_TRUE(part);
  EXPECT_EQ(part->bytes(), whole.bytes());
}

TEST(StackSlice, ReachesTheEndOnlyWhereTheTotalSaysSo) {
  EXPECT_EQ(cut(stack(0, 4, "4"), {0, 20}, {1, 19}), (Ids{1, 2, 3}));
  EXPECT_EQ(cut(stack(0, 4, "4"), {0, 20}, {0, 0}), (Ids{0, 1, 2, 3}));
  EXPECT_EQ(cut(stack(0, 4, "14"), {0, 4}, {1, 19}), std::nullopt);
  EXPECT_EQ(cut(stack(0, 4, ""), {0, 20}, {1, 19}), std::nullopt);
  EXPECT_EQ(cut(stack(0, 4, ""), {0, 20}, {1, 0}), std::nullopt);
  EXPECT_EQ(cut(stack(0, 4, ""), {0, 20}, {1, 3}), (Ids{1, 2, 3}));
}

TEST(StackSlice, BeginsInsideTheKeptFrames) {
  const auto later = stack(4, 4, "20");
  EXPECT_EQ(cut(later, {4, 4}, {5, 2}), (Ids{5, 6}));
  EXPECT_EQ(cut(later, {4, 4}, {3, 2}), std::nullopt);
  EXPECT_EQ(cut(later, {4, 4}, {7, 2}), std::nullopt);
}

TEST(StackSlice, AtOrBehindTheEndIsTheAdaptersToAnswer) {
  // dlv gives the last frame once more, others nothing, others an error.
  EXPECT_EQ(cut(stack(0, 4, "4"), {0, 20}, {4, 19}), std::nullopt);
  EXPECT_EQ(cut(stack(0, 4, "4"), {0, 20}, {40, 1}), std::nullopt);
  EXPECT_EQ(cut(stack(3, 1, "4"), {4, 19}, {4, 1}), std::nullopt);
}

TEST(StackSlice, IsNotCutOutOfWhatTheAdapterCountsInItsOwnWay) {
  EXPECT_EQ(cut(stack(0, 9, "9"), {0, 1}, {0, 5}), std::nullopt);  // It heeds no levels.
  EXPECT_EQ(cut(stack(0, 9, ""), {2, 20}, {3, 1}), std::nullopt);  // It may heed no startFrame.
  EXPECT_EQ(cut(stack(0, 9, "\"9\""), {0, 20}, {0, 1}), std::nullopt);
  EXPECT_EQ(cut(stack(0, 0, "0"), {0, 20}, {0, 1}), std::nullopt);
}

TEST(StackSlice, OfAllLevelsFromSomeFrameOnIsNone) {
  // debugpy gives the whole stack then, from its first frame.
  EXPECT_EQ(cut(stack(0, 4, "4"), {0, 20}, {2, 0}), std::nullopt);
  EXPECT_EQ(cut(stack(2, 2, "4"), {2, 0}, {3, 1}), std::nullopt);
}

TEST(StackSlice, OfAnAnswerWithoutFramesIsNone) {
  for (const char* const body : {"{}", R"({"stackFrames":7,"totalFrames":1})",
                                 R"({"stackFrames":{"a":[]},"totalFrames":1})", "[]", "7"}) {
    const auto message = dap::Message::parse(
        std::string(
            R"({"seq":9,"type":"response","request_seq":3,"success":true,"command":"stackTrace","body":)") +
        body + "}");
    EXPECT_FALSE(cut_stack(message.value(), {0, 20}, {0, 1})) << body;
  }
}

TEST(StackSlice, IsAskedForByNumbers) {
  json arguments{{"threadId", 1}, {"startFrame", 2}, {"levels", 3}};
  EXPECT_EQ(take_frame_range(arguments), (FrameRange{2, 3}));
  EXPECT_EQ(arguments, (json{{"threadId", 1}}));
  EXPECT_EQ(take_frame_range(arguments), (FrameRange{0, 0}));
  json strange{{"startFrame", 1}, {"levels", "all"}};
  EXPECT_FALSE(take_frame_range(strange));
  EXPECT_EQ(strange, (json{{"startFrame", 1}, {"levels", "all"}}));
  json negative{{"startFrame", -1}};
  EXPECT_FALSE(take_frame_range(negative));
}

}  // namespace
}  // namespace nearside::inspect
