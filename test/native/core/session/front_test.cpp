#include "core/session/front.hpp"

#include "core/session/limits.hpp"
#include "transcript.hpp"

#include <gtest/gtest.h>

namespace nearside::session {
namespace {

/// Lines: `client …`, `adapter …`, `client fault TEXT`, `lost TEXT`, `say TEXT`.
std::string play_front(Front& front, std::string_view script) {
  return play(script, [&](std::string_view line) {
    const auto take = [&line](std::string_view prefix) {
      if (!line.starts_with(prefix)) return false;
      line.remove_prefix(prefix.size());
      return true;
    };
    const auto fault = [&](Errc code) {
      return Fault{code, Condition::kUnreachable, std::string(line)};
    };
    FrontCommands commands;
    if (take("client fault ")) {
      commands = front.handle_client_fault(fault(Errc::kBodyNotJson));
    } else if (take("client ")) {
      commands = front.handle_client_message(message_of_words(line));
    } else if (take("adapter ")) {
      commands = front.handle_adapter_message(message_of_words(line));
    } else if (take("lost ")) {
      commands = front.handle_session_lost(fault(Errc::kAdapterExited));
    } else if (take("say ")) {
      commands = front.say(dap::OutputCategory::kConsole, line);
    } else {
      ADD_FAILURE() << "no such line: " << line;
    }
    std::vector<std::string> results;
    for (const auto& message : commands.to_adapter)
      results.push_back("adapter " + words_of_message(message.bytes()));
    for (const auto& bytes : commands.to_client)
      results.push_back("client " + words_of_message(bytes));
    return results;
  });
}

#define EXPECT_FRONT(front, script) EXPECT_EQ(tidy(script), play_front(front, script))

TEST(Front, NumbersWhatTheClientGetsAndLeavesWhatItSays) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> client #1 request initialize {"clientID":"vscode"}
    << adapter #1 request initialize {"clientID":"vscode"}
    >> adapter #0 response to 1 initialize {"supportsStepBack":false}
    << client #1 response to 1 initialize {"supportsStepBack":false}
    >> client #2 request launch {"program":"/p"}
    << adapter #2 request launch {"program":"/p"}
    >> adapter #0 event initialized
    << client #2 event initialized
    >> adapter #0 error to 2 launch: no such file
    << client #3 error to 2 launch: no such file
  )");
  EXPECT_EQ(front.waiting(), 0U);
}

TEST(Front, AnswersMayComeInAnyOrder) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> client #5 request threads
    << adapter #5 request threads
    >> client #3 request stackTrace
    << adapter #3 request stackTrace
    >> adapter #9 response to 3 stackTrace
    << client #1 response to 3 stackTrace
    >> adapter #9 response to 5 threads
    << client #2 response to 5 threads
  )");
}

TEST(Front, DropsAnAnswerThatNobodyWaitsForAndCountsIt) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> adapter #0 response to 7 threads
    >> client #7 request threads
    << adapter #7 request threads
    >> adapter #0 response to 7 threads
    << client #1 response to 7 threads
    >> adapter #0 response to 7 threads
  )");
  EXPECT_EQ(front.dropped_responses(), 2U);
}

TEST(Front, RefusesASeqThatStillWaitsAndTakesItAgainAfterwards) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> client #1 request threads
    << adapter #1 request threads
    >> client #1 request next
    << client #1 error 106 to 1 next: A request came with the seq 1, which another request has that still waits for its answer. The client should give each request a number of its own.
    >> adapter #0 response to 1 threads
    << client #2 response to 1 threads
    >> client #1 request next
    << adapter #1 request next
  )");
}

TEST(Front, RefusesMoreWaitingRequestsThanTheLimit) {
  Front front;
  const auto request = [](std::size_t seq) {
    return message_of_words("#" + std::to_string(seq) + " request threads");
  };
  for (std::size_t seq = 1; seq <= kMaxWaitingRequests; ++seq) {
    ASSERT_EQ(front.handle_client_message(request(seq)).to_adapter.size(), 1U);
  }
  const auto refused = front.handle_client_message(request(kMaxWaitingRequests + 1));
  EXPECT_TRUE(refused.to_adapter.empty());
  ASSERT_EQ(refused.to_client.size(), 1U);
  EXPECT_NE(refused.to_client[0].find("already 10000 requests"), std::string::npos);
  EXPECT_EQ(front.waiting(), kMaxWaitingRequests);
}

TEST(Front, GivesAReverseRequestANumberOfItsOwnAndMapsItsAnswerBack) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> adapter #0 event output {"output":"x"}
    << client #1 event output {"output":"x"}
    >> adapter #41 request startDebugging {"request":"attach"}
    << client #2 request startDebugging {"request":"attach"}
    >> adapter #42 request startDebugging {"request":"attach"}
    << client #3 request startDebugging {"request":"attach"}
    >> client #8 response to 3 startDebugging
    << adapter #8 response to 42 startDebugging
    >> client #9 error to 2 startDebugging: no
    << adapter #9 error to 41 startDebugging: no
    >> client #10 response to 2 startDebugging
    >> client #11 response to 77 startDebugging
  )");
  EXPECT_EQ(front.dropped_responses(), 2U);
}

TEST(Front, FailsReverseRequestsBackWhenTheClientAnswersNone) {
  Front front;
  for (std::size_t i = 0; i < kMaxReverseRequests; ++i) {
    ASSERT_EQ(front.handle_adapter_message(message_of_words("#1 request startDebugging"))
                  .to_client.size(),
              1U);
  }
  const auto refused = front.handle_adapter_message(message_of_words("#9 request startDebugging"));
  EXPECT_TRUE(refused.to_client.empty());
  ASSERT_EQ(refused.to_adapter.size(), 1U);
  EXPECT_EQ(refused.to_adapter[0].envelope().request_seq, 9);
}

TEST(Front, AnswersEverythingThatWaitsWhenTheSessionIsLost) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> client #4 request variables
    << adapter #4 request variables
    >> client #5 request terminate
    << adapter #5 request terminate
    >> adapter #41 request startDebugging
    << client #1 request startDebugging
    >> lost The adapter has exited.
    << client #2 error 503 to 4 variables: The adapter has exited.
    << client #3 response to 5 terminate
    << client #4 event output {"category":"important","output":"The adapter has exited.\n"}
    << client #5 event terminated
    >> lost Once more.
    >> client #6 request threads
    << client #6 error 503 to 6 threads: The adapter has exited.
    >> adapter #0 event stopped
    >> client #7 response to 1 startDebugging
    >> client #8 request disconnect
    << client #7 response to 8 disconnect
  )");
  EXPECT_EQ(front.waiting(), 0U);
}

TEST(Front, ShowsTheReasonOnceWhenTheStartItselfFails) {
  // A failed launch makes a dialog; a notification beside it would say the same again.
  Front front;
  EXPECT_FRONT(front, R"(
    >> client #1 request initialize
    << adapter #1 request initialize
    >> lost dlv was not found.
    << client #1 error 503 to 1 initialize: dlv was not found.
    << client #2 event output {"category":"console","output":"dlv was not found.\n"}
    << client #3 event terminated
  )");
}

TEST(Front, DoesNotSayTerminatedTwice) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> adapter #0 event terminated
    << client #1 event terminated
    >> lost The link was lost.
    << client #2 event output {"category":"important","output":"The link was lost.\n"}
  )");
}

TEST(Front, PassesASecondTerminatedOfTheAdapter) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> adapter #0 event terminated
    << client #1 event terminated
    >> adapter #0 event terminated {"restart":true}
    << client #2 event terminated {"restart":true}
  )");
}

TEST(Front, IsQuietAboutALossAfterDisconnect) {
  Front answered;
  EXPECT_FRONT(answered, R"(
    >> client #1 request disconnect
    << adapter #1 request disconnect
    >> adapter #0 response to 1 disconnect
    << client #1 response to 1 disconnect
    >> lost The link was lost.
  )");
  Front waiting;
  EXPECT_FRONT(waiting, R"(
    >> client #1 request threads
    << adapter #1 request threads
    >> client #2 request disconnect
    << adapter #2 request disconnect
    >> lost The link was lost.
    << client #1 error 503 to 1 threads: The link was lost.
    << client #2 response to 2 disconnect
  )");
}

TEST(Front, TellsTheUserWhatTheClientDidWrong) {
  Front front;
  EXPECT_FRONT(front, R"(
    >> client fault A message is not JSON.
    << client #1 event output {"category":"important","output":"A message is not JSON.\n"}
    >> say Connected.
    << client #2 event output {"category":"console","output":"Connected.\n"}
    >> client #1 event bogus
  )");
}

TEST(Front, AnswersABrokenRequestIfItCanBeSeenWhich) {
  Front front;
  const Fault fault{Errc::kMessageInvalid, Condition::kPeerViolation, "It has no \"command\"."};
  auto commands = front.handle_client_fault(fault, R"({"seq":3,"type":"request"})");
  ASSERT_EQ(commands.to_client.size(), 2U);
  EXPECT_EQ(words_of_message(commands.to_client[0]),
            "#1 error 106 to 3 unknown: It has no \"command\".");

  // Not under the number of a request whose own answer is still to come.
  static_cast<void>(front.handle_client_message(message_of_words("#3 request threads")));
  commands = front.handle_client_fault(fault, R"({"seq":3,"type":"request"})");
  EXPECT_EQ(commands.to_client.size(), 1U);
  EXPECT_EQ(front.waiting(), 1U);
}

TEST(Front, PassesBytesThatItNeedNotChange) {
  Front front;
  const std::string odd =
      R"( { "arguments" : {"\u0061":1.0e2 , "x":[ ]}, "seq" : 3,"command":"custom","type" : "request" } )";
  const auto there = front.handle_client_message(dap::Message::parse(odd).value());
  EXPECT_EQ(there.to_adapter[0].bytes(), odd);
  const std::string answer =
      R"({"seq":1,"type":"response","request_seq":3,"success":true,"command":"custom","body":{ }})";
  const auto back = front.handle_adapter_message(dap::Message::parse(answer).value());
  EXPECT_EQ(back.to_client[0], answer);
}

}  // namespace
}  // namespace nearside::session
