#include "core/fault.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace nearside {
namespace {

TEST(Fault, WordsOfConditionsComeBackAsTheyWent) {
  for (const auto condition :
       {Condition::kPeerViolation, Condition::kAuthRejected, Condition::kUnreachable,
        Condition::kMisconfigured, Condition::kAdapterFailed, Condition::kInternal}) {
    EXPECT_EQ(condition_from_string(to_string(condition)), condition);
  }
  EXPECT_EQ(to_string(Condition::kPeerViolation), "peer_violation");
}

TEST(Fault, TakesAnUnknownWordOfANewerPeerForInternal) {
  EXPECT_EQ(condition_from_string("quantum_decay"), Condition::kInternal);
  EXPECT_EQ(condition_from_string(""), Condition::kInternal);
}

TEST(Fault, CodesHaveACategoryOfTheirOwn) {
  const auto code = make_error_code(Errc::kBodyTooLarge);
  EXPECT_EQ(&code.category(), &fault_category());
  EXPECT_EQ(code.value(), 104);
  EXPECT_STREQ(code.category().name(), "nearside");
  EXPECT_NE(code.message().find("104"), std::string::npos);
}

TEST(Fault, TakenForAValueIsABugThatSaysWhatItHeld) {
  const Result<int> result = Fault{Errc::kUsage, Condition::kMisconfigured, "No such thing."};
  try {
    static_cast<void>(result.value());
    FAIL() << "value() gave something";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("No such thing."), std::string::npos);
  }
}

}  // namespace
}  // namespace nearside
