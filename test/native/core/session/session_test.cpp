#include "core/session/session.hpp"

#include "../dap/recording.hpp"
#include "core/session/limits.hpp"
#include "sessions.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nearside::session {
namespace {

TEST(Session, GoesThroughItsPhases) {
  auto session = attached();
  EXPECT_EQ(session.phase(), Phase::kStarting);
  session = initialized();
  EXPECT_EQ(session.phase(), Phase::kInitialized);
  session = launched();
  EXPECT_EQ(session.phase(), Phase::kLaunched);
  EXPECT_EQ(session.start_mode(), StartMode::kLaunch);
  EXPECT_EQ(session.program(), "/p");
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request disconnect {"terminateDebuggee":true}
    << adapter #3 request disconnect {"terminateDebuggee":true}
  )");
  EXPECT_EQ(session.phase(), Phase::kDisconnecting);
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 response to 3 disconnect
    << client #0 response to 3 disconnect
    << end
  )");
  EXPECT_EQ(session.phase(), Phase::kEnded);
}

TEST(Session, GivesTheAdapterNumbersOfItsOwnAndTheClientItsOwnBack) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #100 request threads
    << adapter #1 request threads
    >> client #7 request scopes {"frameId":1}
    << adapter #2 request scopes {"frameId":1}
    >> adapter #5 response to 2 scopes {"scopes":[]}
    << client #5 response to 7 scopes {"scopes":[]}
    >> adapter #6 error to 1 threads: debuggee is running
    << client #6 error to 100 threads: debuggee is running
    >> adapter #6 response to 1 threads
    >> adapter #7 response to 99 threads
  )");
}

TEST(Session, TakesOneClientAtATime) {
  auto session = attached();
  const auto busy = session.attach(2);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, Errc::kSessionBusy);
  EXPECT_TRANSCRIPT(session, R"(
    >> client2 #1 request threads
    >> client #1 request threads
    << adapter #1 request threads
  )");
  EXPECT_TRUE(session.handle_client_left(2).empty());
}

TEST(Session, AlwaysTellsTheAdapterThatTerminalsCanBeHadAndWhatMakesAnswersOldIsKnown) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request initialize {"clientID":"nvim","supportsRunInTerminalRequest":false,"supportsMemoryEvent":false}
    << adapter #1 request initialize {"supportsInvalidatedEvent":true,"clientID":"nvim","supportsRunInTerminalRequest":true,"supportsMemoryEvent":true}
    >> client #2 request initialize {}
    << client #0 error 106 to 2 initialize: This client has said `initialize` before.
  )");
  auto other = attached();
  EXPECT_TRANSCRIPT(other, R"(
    >> client #3 request initialize
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true}
  )");
}

TEST(Session, DeclaresSupportTerminateDebuggeeWhereTheAdapterDoesNot) {
  for (const auto& [answer, told] : std::vector<std::pair<std::string, std::string>>{
           {R"( {"supportsStepBack":true})",
            R"( {"supportTerminateDebuggee":true,"supportsStepBack":true})"},
           {R"( {"supportTerminateDebuggee":false})", R"( {"supportTerminateDebuggee":true})"},
           {R"( {"a":1,"supportTerminateDebuggee":true})",
            R"( {"a":1,"supportTerminateDebuggee":true})"},
           {R"( {})", R"( {"supportTerminateDebuggee":true})"},
           {"", R"( {"supportTerminateDebuggee":true})"}}) {
    auto session = attached();
    const auto script =
        ">> client #1 request initialize {\"supportsRunInTerminalRequest\":true}\n"
        "<< adapter #1 request initialize "
        "{\"supportsMemoryEvent\":true,\"supportsInvalidatedEvent\":true,"
        "\"supportsRunInTerminalRequest\":true}\n"
        ">> adapter #0 response to 1 initialize" +
        answer + "\n<< client #0 response to 1 initialize" + told + "\n";
    EXPECT_TRANSCRIPT(session, script);
  }
  // A failed one is left alone.
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 request initialize {"supportsRunInTerminalRequest":true}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true}
    >> adapter #0 error to 1 initialize: no
    << client #0 error to 1 initialize: no
  )");
  EXPECT_EQ(session.phase(), Phase::kStarting);
}

TEST(Session, CancelsTheRequestThatTheClientMeansAndNeverAnother) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #30 request evaluate
    << adapter #2 request evaluate
    >> client #31 request variables
    << adapter #3 request variables
    >> client #32 request cancel {"requestId":30}
    << adapter #4 request cancel {"requestId":2}
    >> client #33 request cancel {"requestId":3,"progressId":"p"}
    << adapter #5 request cancel {"requestId":1,"progressId":"p"}
    >> client #34 request cancel {"progressId":"p"}
    << adapter #6 request cancel {"progressId":"p"}
    >> client #35 request cancel {"requestId":"x"}
    << adapter #7 request cancel {"requestId":1}
  )");
}

TEST(Session, EndsAsTheDisconnectSaid) {
  const auto end_of = [](std::string_view start, const std::string& arguments) {
    auto session = initialized();
    static_cast<void>(play_session(session, ">> client #2 request " + std::string(start) + " {}"));
    const auto happened = play_session(session, ">> client #3 request disconnect " + arguments +
                                                    "\n>> adapter #0 response to 3 disconnect");
    return happened.substr(happened.rfind("<< "));
  };
  EXPECT_EQ(end_of("launch", "{}"), "<< end\n");
  EXPECT_EQ(end_of("launch", R"({"terminateDebuggee":true})"), "<< end\n");
  EXPECT_EQ(end_of("launch", R"({"terminateDebuggee":false})"), "<< end, keep debuggee\n");
  EXPECT_EQ(end_of("attach", R"({"restart":false})"), "<< end, keep debuggee\n");
  EXPECT_EQ(end_of("attach", R"({"terminateDebuggee":true})"), "<< end\n");
}

TEST(Session, TerminateAloneEndsNothing) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request terminate
    << adapter #3 request terminate
    >> adapter #0 response to 3 terminate
    << client #0 response to 3 terminate
    >> adapter #0 event terminated
    << client #0 event terminated
    >> adapter #0 event exited {"exitCode":0}
    << client #0 event exited {"exitCode":0}
    >> client #4 request restart
    << adapter #4 request restart
    >> client #5 request disconnect
    << adapter #5 request disconnect
    >> adapter #0 event terminated
    << client #0 event terminated
    >> adapter #0 response to 5 disconnect
    << client #0 response to 5 disconnect
    << end
    >> adapter #0 event output {"output":"free(): invalid pointer"}
    << client #0 event output {"output":"free(): invalid pointer"}
    >> adapter lost The adapter was killed by signal 6.
  )");
}

TEST(Session, TakesLeaveOfTheAdapterWhenTheClientHasGone) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request threads
    << adapter #3 request threads
    >> gone
    << adapter #4 request disconnect {"terminateDebuggee":true}
    >> adapter #0 response to 3 threads
    >> adapter #0 event terminated
    >> output last words
    >> gone
    >> adapter #0 response to 4 disconnect
    << end
  )");
  const auto again = session.attach(1);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kSessionLost);
}

TEST(Session, LetsAnAttachedProgramGoWhenTheClientHasGone) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request attach {"processId":4242}
    << adapter #2 request attach {"processId":4242}
    >> gone
    << adapter #3 request disconnect {"terminateDebuggee":false}
    >> adapter #0 response to 2 attach
    >> adapter #0 error to 3 disconnect: no
    << end, keep debuggee
  )");
  EXPECT_EQ(session.program(), "process 4242");
}

TEST(Session, EndsAtOnceWhenTheClientGoesBeforeItHasSaidAnything) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> gone
    << end
  )");
}

TEST(Session, WaitsForTheClientsOwnDisconnectWhenItHasGoneMeanwhile) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request disconnect {"terminateDebuggee":false}
    << adapter #3 request disconnect {"terminateDebuggee":false}
    >> gone
    >> adapter #0 response to 3 disconnect
    << end, keep debuggee
  )");
}

TEST(Session, AnswersWhatIsInFlightWhenTheAdapterIsLost) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request evaluate
    << adapter #3 request evaluate
    >> client #4 request terminate
    << adapter #4 request terminate
    >> adapter lost dlv exited with code 2.
    << client #0 error 503 to 3 evaluate: dlv exited with code 2.
    << client #0 response to 4 terminate
    << client #0 event output {"category":"important","output":"dlv exited with code 2.\n"}
    << client #0 event terminated
    << end
    >> adapter lost Again.
    >> client #5 request threads
    << client #0 error 503 to 5 threads: dlv exited with code 2.
    >> client #6 request disconnect
    << client #0 response to 6 disconnect
    >> gone
    >> attach
    << refused: dlv exited with code 2.
  )");
}

TEST(Session, AnAdapterThatExitsInsteadOfAnsweringDisconnectHasDoneAsItWasTold) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #3 request threads
    << adapter #3 request threads
    >> client #4 request disconnect {"terminateDebuggee":true}
    << adapter #4 request disconnect {"terminateDebuggee":true}
    >> adapter lost The adapter exited with code 0.
    << client #0 error 503 to 3 threads: The adapter exited with code 0.
    << client #0 response to 4 disconnect
    << client #0 event terminated
    << end
  )");
}

TEST(Session, IsQuietWhenTheAdapterExitsAfterTheProgramHasEnded) {
  auto session = launched();
  EXPECT_TRANSCRIPT(session, R"(
    >> adapter #0 event terminated
    << client #0 event terminated
    >> adapter lost The adapter exited with code 0.
    << end
  )");
}

TEST(Session, TurnsTheProgramsOutputIntoEvents) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> output hello
    << client #0 event output {"category":"stdout","output":"hello"}
  )");
  EXPECT_TRUE(session.handle_program_output(dap::OutputCategory::kStderr, "").empty());
  EXPECT_TRUE(Session().handle_program_output(dap::OutputCategory::kStderr, "x").empty());
}

TEST(Session, KeepsOutputUntilInitializeIsAnswered) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> output warning:
    >> client #1 request initialize {"supportsRunInTerminalRequest":true}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true}
    >> output  old
    >> adapter #0 error to 1 initialize: no
    << client #0 error to 1 initialize: no
    << client #0 event output {"category":"stdout","output":"warning: old"}
    >> output more
    << client #0 event output {"category":"stdout","output":"more"}
  )");
  auto lost = attached();
  EXPECT_TRANSCRIPT(lost, R"(
    >> client #1 request initialize {"supportsRunInTerminalRequest":true}
    << adapter #1 request initialize {"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,"supportsRunInTerminalRequest":true}
    >> output usage: dlv
    >> adapter lost dlv exited with code 1.
    << client #0 error 503 to 1 initialize: dlv exited with code 1.
    << client #0 event output {"category":"stdout","output":"usage: dlv"}
    << client #0 event output {"category":"important","output":"dlv exited with code 1.\n"}
    << client #0 event terminated
    << end
  )");
}

TEST(Session, HoldsNoMoreRequestsThanTheLimit) {
  auto session = attached();
  for (std::size_t i = 1; i <= kMaxWaitingRequests; ++i) {
    static_cast<void>(session.handle_client_message(1, message_of_words("#1 request threads")));
  }
  const auto commands = session.handle_client_message(1, message_of_words("#2 request threads"));
  ASSERT_EQ(commands.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<SendToClient>(commands[0]));
}

TEST(Session, DropsWhatAClientMayNotSay) {
  auto session = attached();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #1 event stopped
    >> client #1 response to 1 runInTerminal
  )");
}

TEST(Session, KeepsAFailedLaunchFromCountingAsStarted) {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request attach {"pid":7}
    << adapter #2 request attach {"pid":7}
    >> adapter #0 error to 2 attach: no such process
    << client #0 error to 2 attach: no such process
    >> gone
    << adapter #3 request disconnect {"terminateDebuggee":true}
    >> adapter #0 response to 3 disconnect
    << end
  )");
}

TEST(Session, PassesARecordedSessionWithNothingChangedButNumbersAndOneCapability) {
  using dap::Direction;
  auto session = attached();
  std::map<std::int64_t, std::int64_t> adapter_seq_of;
  for (const auto& recorded : dap::recorded_session()) {
    auto message = dap::Message::parse(recorded.bytes).value();
    auto expected = nlohmann::json::parse(recorded.bytes);
    if (recorded.direction == Direction::kToAdapter) {
      // VS Code says it where it is declared, as we do; the recorded dlv did not.
      if (expected.value("command", "") == "disconnect") {
        message.set_payload_member("terminateDebuggee", "true");
        expected["arguments"]["terminateDebuggee"] = true;
      }
      const auto commands = session.handle_client_message(1, message);
      ASSERT_EQ(commands.size(), 1U);
      const auto sent = nlohmann::json::parse(std::get<SendToAdapter>(commands[0]).bytes);
      adapter_seq_of[message.envelope().seq] = sent["seq"];
      expected["seq"] = sent["seq"];
      EXPECT_EQ(sent, expected);
    } else {
      if (message.envelope().type == dap::MessageType::kResponse) {
        message.set_request_seq(adapter_seq_of.at(message.envelope().request_seq));
      }
      auto commands = session.handle_adapter_message(std::move(message));
      ASSERT_GE(commands.size(), 1U);
      if (std::holds_alternative<LookAtSources>(commands[0])) commands.erase(commands.begin());
      ASSERT_GE(commands.size(), 1U);
      if (expected.value("command", "") == "initialize")
        expected["body"]["supportTerminateDebuggee"] = true;
      EXPECT_EQ(nlohmann::json::parse(std::get<SendToClient>(commands[0]).bytes), expected);
    }
  }
  EXPECT_EQ(session.phase(), Phase::kEnded);
}

}  // namespace
}  // namespace nearside::session
