// What time a request took at the far end, as its answer says.
#include "core/dap/build.hpp"
#include "core/inspect/stamp.hpp"
#include "core/session/session.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::session {
namespace {

using nlohmann::json;
using std::chrono::microseconds;

/// One client and its adapter, and a clock.
class SessionTimes : public testing::Test {
 protected:
  SessionTimes() { EXPECT_TRUE(session.attach(1)); }

  /// The adapter's seq is the same: nothing else is sent to it.
  void ask(int now, std::int64_t seq, const std::string& command) {
    session.set_time(microseconds(now));
    auto message = dap::Message::parse(dap::make_request(command, json::object())).value();
    message.set_seq(seq);
    session.handle_client_message(1, std::move(message));
  }
  void hand_over(int now) { session.handle_handed(microseconds(now)); }
  std::string answer(int now, std::int64_t seq, const std::string& command) {
    session.set_time(microseconds(now));
    const auto commands = session.handle_adapter_message(
        dap::Message::parse(dap::make_response(seq, command, nullptr)).value());
    for (const auto& one : commands)
      if (const auto* said = std::get_if<SendToClient>(&one)) return said->bytes;
    return {};
  }
  static std::optional<inspect::Spent> spent(const std::string& bytes) {
    auto message = dap::Message::parse(bytes).value();
    std::optional<inspect::Spent> spent;
    inspect::take_stamp(message, &spent);
    EXPECT_EQ(message.bytes().find("nearside"), std::string::npos);
    return spent;
  }

  Session session;
};

TEST_F(SessionTimes, AreToldOfEachAnswerThatTheClientGets) {
  session.set_tells_times(1, true);
  ask(1'000, 1, "initialize");
  ask(2'000, 2, "threads");
  hand_over(5'000);  // The adapter has just begun to run.
  hand_over(5'010);
  EXPECT_EQ(spent(answer(5'500, 1, "initialize")), (inspect::Spent{4'000, 500}));
  EXPECT_EQ(spent(answer(5'610, 2, "threads")), (inspect::Spent{3'010, 600}));
}

TEST_F(SessionTimes, AreToldToNobodyWhoHasNotWishedForThem) {
  ask(1'000, 1, "initialize");
  hand_over(1'100);
  EXPECT_EQ(answer(5'500, 1, "initialize").find("nearside"), std::string::npos);
}

TEST_F(SessionTimes, OfAnAdapterThatAnswersBeforeItWasHandedAnythingAreNoTime) {
  session.set_tells_times(1, true);
  ask(1'000, 1, "initialize");
  EXPECT_EQ(spent(answer(1'700, 1, "initialize")), (inspect::Spent{700, 0}));
}

}  // namespace
}  // namespace nearside::session
