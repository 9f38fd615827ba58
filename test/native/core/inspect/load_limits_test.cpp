#include "core/inspect/load_limits.hpp"

#include <gtest/gtest.h>

namespace nearside::inspect {
namespace {

TEST(LoadLimits, AreReadInOurNamesAndDelves) {
  const LoadLimits all{512, 64, -1, 1};
  EXPECT_EQ(parse_load_limits("string=512,array=64,struct=-1,depth=1").value(), all);
  EXPECT_EQ(parse_load_limits(
                "maxVariableRecurse=1,maxStructFields=-1,maxArrayValues=64,maxStringLen=512")
                .value(),
            all);
  EXPECT_TRUE(parse_load_limits("").value().empty());
}

TEST(LoadLimits, ThatAreNoneAreRefusedByName) {
  for (const auto& [text, what] : std::vector<std::pair<std::string, std::string>>{
           {"strings=5", "strings=5"},
           {"string", "string"},
           {"string=", "no number"},
           {"string=5x", "no number"},
           {"string=1,string=2", "twice"},
           {"array=-1", "out of range"},
           {"array=100000000", "out of range"},
           {"depth=11", "out of range"},
           {"string=99999999999999999999", "no number"},
           {",", "is no load limit"}}) {
    const auto limits = parse_load_limits(text);
    ASSERT_FALSE(limits) << text;
    EXPECT_EQ(limits.error().code, Errc::kConfigurationInvalid);
    EXPECT_NE(limits.error().message.find(what), std::string::npos) << limits.error().message;
  }
}

TEST(LoadLimits, BeyondWhatALinkBearsAreWarnedAbout) {
  EXPECT_TRUE(warnings_of({512, 64, -1, 1}).empty());
  EXPECT_EQ(warnings_of({100'000, 5'000, -1, 5}).size(), 3);
}

dap::Message launch(const std::string& arguments) {
  return dap::Message::parse(R"({"seq":1,"type":"request","command":"launch","arguments":)" +
                             arguments + "}")
      .value();
}

TEST(LoadLimits, GoIntoDelvesLaunchUnlessItSaysItsOwn) {
  auto message = launch(R"({"maxStringLen":7})");
  const auto said = apply_load_limits({512, 64, -1, 1}, "dlv", message);
  EXPECT_NE(said.find("1.27.0"), std::string::npos);
  EXPECT_NE(message.payload().find(R"("maxStringLen":7)"), std::string::npos);
  EXPECT_NE(message.payload().find(R"("maxArrayValues":64)"), std::string::npos);
  EXPECT_EQ(message.payload().find("512"), std::string::npos);
}

TEST(LoadLimits, ThatAnAdapterDoesNotKnowAreSaidNotToHold) {
  auto message = launch("{}");
  EXPECT_NE(apply_load_limits({512, {}, {}, {}}, "debugpy", message).find("not applied"),
            std::string::npos);
  EXPECT_EQ(message.payload(), "{}");
  EXPECT_EQ(apply_load_limits({}, "debugpy", message), "");
}

}  // namespace
}  // namespace nearside::inspect
