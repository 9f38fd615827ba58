#include "sessions.hpp"

#include <nlohmann/json.hpp>

namespace nearside::session {
namespace {

using std::chrono::seconds;

std::string words(const std::vector<SessionCommand>& commands) {
  std::string text;
  for (const auto& command : commands)
    text += words_of_message(std::get<SendToClient>(command).bytes) + "\n";
  return text;
}

TEST(SessionWatch, TellsWhatIsLateAndThatItCame) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> time 1000
    >> client #3 request stackTrace {"threadId":1}
    << adapter #3 request stackTrace {"threadId":1}
  )");
  EXPECT_EQ(session.next_watch(), seconds(11));
  session.set_time(seconds(11));
  EXPECT_EQ(session.overdue(), (std::vector<Overdue>{{"stackTrace", seconds(10)}}));
  EXPECT_TRANSCRIPT(session, R"(
    >> time 13000
    >> adapter #0 response to 3 stackTrace {"stackFrames":[]}
    << client #0 event output {"category":"important","output":"`stackTrace` was answered after 12 s.\n"}
    << client #0 response to 3 stackTrace {"stackFrames":[]}
  )");
  EXPECT_FALSE(session.next_watch());
}

TEST(SessionWatch, IsSilentOnceTheSessionEnds) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request stackTrace {"threadId":1}
    << adapter #3 request stackTrace {"threadId":1}
    >> client #4 request disconnect {"terminateDebuggee":true}
    << adapter #4 request disconnect {"terminateDebuggee":true}
  )");
  session.set_time(seconds(100));
  EXPECT_FALSE(session.next_watch());
  EXPECT_TRUE(session.overdue().empty());
}

TEST(SessionWatch, ShowsASlowLaunchToAClientThatCanShowIt) {
  auto session =
      initialized(R"({"supportsProgressReporting":true,"supportsRunInTerminalRequest":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"program":"/p"}
    << adapter #2 request launch {"program":"/p"}
  )");
  session.set_time(milliseconds(1'999));
  EXPECT_FALSE(session.slow_start());
  session.set_time(seconds(2));
  EXPECT_EQ(session.slow_start(), seconds(2));
  EXPECT_EQ(words(session.show_progress("Starting", "slow")),
            "#0 event progressStart {\"cancellable\":false,\"message\":\"slow\","
            "\"progressId\":\"nearside-start-1\",\"title\":\"Starting\"}\n");
  EXPECT_FALSE(session.slow_start());
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 2 launch
    << client #0 event progressEnd {"progressId":"nearside-start-1"}
    << client #0 response to 2 launch
  )");
}

TEST(SessionWatch, ShowsNoProgressToOthers) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"program":"/p"}
    << adapter #2 request launch {"program":"/p"}
  )");
  session.set_time(seconds(20));
  EXPECT_FALSE(session.slow_start());
  EXPECT_EQ(session.next_watch(), seconds(30));
}

TEST(SessionWatch, EndsTheProgressWithTheSession) {
  auto session =
      initialized(R"({"supportsProgressReporting":true,"supportsRunInTerminalRequest":true})");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"program":"/p"}
    << adapter #2 request launch {"program":"/p"}
  )");
  session.show_progress("Starting", "slow");
  const auto commands =
      session.handle_adapter_lost({Errc::kAdapterExited, Condition::kAdapterFailed, "gone"});
  bool ended = false;
  for (const auto& command : commands) {
    const auto* const said = std::get_if<SendToClient>(&command);
    ended = ended || (said && said->bytes.find("progressEnd") != std::string::npos);
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace nearside::session
