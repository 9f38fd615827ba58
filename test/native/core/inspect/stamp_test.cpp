#include "core/inspect/stamp.hpp"

#include <gtest/gtest.h>

namespace nearside::inspect {
namespace {

const std::string kAnswer =
    R"({"seq":4,"type":"response","request_seq":2,"success":true,"command":"threads","body":{"threads":[]}})";

TEST(Stamp, IsTakenOffWithNothingElseChanged) {
  const Stamp stamp{7, 1, 3, {}};
  auto bytes = kAnswer;
  ASSERT_TRUE(append_stamp(bytes, stamp));
  auto message = dap::Message::parse(bytes).value();
  EXPECT_EQ(take_stamp(message), stamp);
  EXPECT_EQ(message.bytes(), kAnswer);
  EXPECT_EQ(message.payload(), R"({"threads":[]})");
  message.set_seq(12345);
  EXPECT_TRUE(dap::Message::parse(message.bytes()).has_value());
}

TEST(Stamp, OfAPushSaysWhatWasAsked) {
  const Stamp stamp{7, 1, 3, Push{12, 1000, {{"variablesReference", 1}}}};
  auto bytes = kAnswer;
  ASSERT_TRUE(append_stamp(bytes, stamp));
  auto message = dap::Message::parse(bytes).value();
  EXPECT_EQ(take_stamp(message), stamp);
  EXPECT_EQ(message.bytes(), kAnswer);
}

TEST(Stamp, OfOursIsTheLastMember) {
  const std::string own =
      R"({"seq":4,"type":"response","request_seq":2,"success":true,"command":"x","body":{"nearside":{"epoch":1,"writes":1,"seen":1}}})";
  auto unstamped = dap::Message::parse(own).value();
  EXPECT_FALSE(take_stamp(unstamped));
  EXPECT_EQ(unstamped.bytes(), own);
  auto bytes = own;
  ASSERT_TRUE(append_stamp(bytes, {2, 0, 0, {}}));
  auto stamped = dap::Message::parse(bytes).value();
  EXPECT_EQ(take_stamp(stamped), (Stamp{2, 0, 0, {}}));
  EXPECT_EQ(stamped.bytes(), own);
}

TEST(Stamp, ThatIsMalformedIsNone) {
  for (const auto* const tail :
       {R"({"epoch":1,"writes":1})", R"({"epoch":-1,"writes":1,"seen":1})", R"(7)",
        R"({"epoch":1,"writes":1,"seen":1,"push":{}})",
        R"({"epoch":1,"writes":1,"seen":1,"push":{"number":1,"arguments":[]}})"}) {
    auto bytes = kAnswer;
    bytes.pop_back();
    bytes += std::string(R"(,"nearside":)") + tail + "}";
    auto message = dap::Message::parse(bytes).value();
    EXPECT_FALSE(take_stamp(message)) << tail;
    EXPECT_EQ(message.bytes(), bytes);
  }
}

TEST(Stamp, IsNotPutWhereItCouldNotBeTakenOffAgain) {
  auto bytes = kAnswer + "\n";
  EXPECT_FALSE(append_stamp(bytes, {1, 1, 1, {}}));
  EXPECT_EQ(bytes, kAnswer + "\n");
}

TEST(Stamp, MaySayWhatTimeWasSpentAtTheFarEnd) {
  const Stamp stamp{7, 1, 3, {}};
  const Spent spent{120, 4'294'967'295};
  auto bytes = kAnswer;
  ASSERT_TRUE(append_stamp(bytes, stamp, spent));
  auto message = dap::Message::parse(bytes).value();
  std::optional<Spent> told;
  EXPECT_EQ(take_stamp(message, &told), stamp);
  EXPECT_EQ(told, spent);
  EXPECT_EQ(message.bytes(), kAnswer);
}

TEST(Stamp, OfAnAnswerThatMayNotBeKeptSaysThatAlone) {
  auto bytes = kAnswer;
  ASSERT_TRUE(append_spent(bytes, {120, 4'294'967'295}));
  EXPECT_TRUE(bytes.ends_with(R"(,"nearside":{"spent":[120,4294967295]}})")) << bytes;
  auto message = dap::Message::parse(bytes).value();
  std::optional<Spent> told;
  EXPECT_FALSE(take_stamp(message, &told));
  EXPECT_EQ(told, (Spent{120, 4'294'967'295}));
  EXPECT_EQ(message.bytes(), kAnswer);
  auto spaced = kAnswer + "\n";
  EXPECT_FALSE(append_spent(spaced, {1, 1}));
}

TEST(Stamp, WithTimesThatAreNoneHasNone) {
  for (const auto* const spent :
       {"[]", "[1]", "[1,2,3]", "[1,-2]", "[1,4294967296]", "[1,2.5]", "{}"}) {
    auto bytes = kAnswer;
    bytes.pop_back();
    bytes += std::string(R"(,"nearside":{"spent":)") + spent + "}}";
    auto message = dap::Message::parse(bytes).value();
    std::optional<Spent> told;
    EXPECT_FALSE(take_stamp(message, &told)) << spent;
    EXPECT_FALSE(told) << spent;
    EXPECT_EQ(message.bytes(), bytes);
  }
}

}  // namespace
}  // namespace nearside::inspect
