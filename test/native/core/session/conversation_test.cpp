// A front and a session, joined as if no link were between them, with a client and an adapter that
// do what they like in any order. What holds for every order is what the ends promise.
#include "core/session/front.hpp"
#include "core/session/session.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <random>
#include <set>
#include <vector>

namespace nearside::session {
namespace {

using nlohmann::json;

class Conversation {
 public:
  explicit Conversation(unsigned seed) : random_(seed) { EXPECT_TRUE(session_.attach(1)); }

  void play(int steps) {
    ask("initialize");
    for (int i = 0; i < steps; ++i) step();
    // However it went, in the end everyone has an answer.
    if (random_() % 2 == 0 && !ended_) {
      ask("disconnect");
      while (!adapter_asked_.empty()) answer_as_adapter();
    }
    take(session_.handle_adapter_lost(fault("The adapter has exited.")));
    take(front_.handle_session_lost(fault("The link was lost.")));
    EXPECT_TRUE(client_waits_.empty()) << "a request was never answered";
    EXPECT_EQ(front_.waiting(), 0U);
    EXPECT_TRUE(ended_);
    EXPECT_EQ(session_.phase(), Phase::kEnded);
    ask("threads");
    EXPECT_TRUE(client_waits_.empty()) << "a request after the end was not answered";
  }

 private:
  static Fault fault(std::string message) {
    return {Errc::kAdapterExited, Condition::kAdapterFailed, std::move(message)};
  }
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void step() {
    switch (random_() % 8) {
      case 0:
      case 1: {
        static const std::vector<std::string> commands{"launch",   "threads", "stackTrace",
                                                       "evaluate", "cancel",  "terminate",
                                                       "restart",  "custom"};
        return ask(commands[random_() % commands.size()]);
      }
      case 2:
      case 3:
        return answer_as_adapter();
      case 4:
        return answer_as_client();
      case 5:
        return ask_as_adapter();
      case 6: {
        const json event{
            {"seq", 0}, {"type", "event"}, {"event", chance(2) ? "terminated" : "output"}};
        return take(session_.handle_adapter_message(parse(event)));
      }
      default:
        if (chance(50))
          return take(session_.handle_program_output(dap::OutputCategory::kStdout, "x\n"));
        if (terminals_.empty()) return;
        const auto request = *terminals_.begin();
        terminals_.erase(terminals_.begin());
        take(chance(50) ? session_.handle_terminal_started(request, 1)
                        : session_.handle_terminal_failed(request, fault("no")));
    }
  }

  static dap::Message parse(const json& message) {
    return dap::Message::parse(message.dump()).value();
  }

  void ask(const std::string& command) {
    const auto seq = next_client_seq_ += 1 + static_cast<std::int64_t>(random_() % 3);
    json request{{"seq", seq}, {"type", "request"}, {"command", command}};
    if (command == "cancel")
      request["arguments"] = {{"requestId", seq - static_cast<std::int64_t>(random_() % 5)}};
    ASSERT_TRUE(client_waits_.insert(seq).second);
    take(front_.handle_client_message(parse(request)));
  }

  void answer_as_client() {
    // Now and then to something that was never asked.
    const auto seq =
        chance(10) || client_asked_.empty() ? std::int64_t{7777} : *client_asked_.begin();
    client_asked_.erase(seq);
    take(front_.handle_client_message(parse({{"seq", ++next_client_seq_},
                                             {"type", "response"},
                                             {"request_seq", seq},
                                             {"success", true},
                                             {"command", "x"}})));
  }

  void answer_as_adapter() {
    if (adapter_asked_.empty()) return;
    auto asked = adapter_asked_.begin();
    std::advance(asked, random_() % adapter_asked_.size());
    const auto [seq, command] = *asked;
    // Now and then twice.
    if (!chance(5) || ended_) adapter_asked_.erase(asked);
    take(session_.handle_adapter_message(parse({{"seq", 0},
                                                {"type", "response"},
                                                {"request_seq", seq},
                                                {"success", chance(80)},
                                                {"command", command},
                                                {"body", json::object()}})));
  }

  void ask_as_adapter() {
    const std::int64_t seq = ++next_reverse_seq_;
    json request{
        {"seq", seq}, {"type", "request"}, {"command", chance(50) ? "runInTerminal" : "question"}};
    request["arguments"] = {{"cwd", ""}, {"args", chance(80) ? json{"x"} : json::array()}};
    adapter_waits_.insert(seq);
    take(session_.handle_adapter_message(parse(request)));
  }

  void take(const FrontCommands& commands) {
    for (const auto& bytes : commands.to_client) {
      const auto message = json::parse(bytes);
      EXPECT_EQ(message["seq"], ++client_seq_) << "the client's numbers have a gap";
      if (message["type"] == "request") client_asked_.insert(message["seq"].get<std::int64_t>());
      if (message["type"] == "response") {
        EXPECT_EQ(client_waits_.erase(message["request_seq"].get<std::int64_t>()), 1U) << bytes;
      }
    }
    for (const auto& message : commands.to_adapter)
      take(session_.handle_client_message(1, message));
  }

  void take(const std::vector<SessionCommand>& commands) {
    for (const auto& command : commands) {
      if (const auto* to_client = std::get_if<SendToClient>(&command)) {
        take(front_.handle_adapter_message(dap::Message::parse(to_client->bytes).value()));
      } else if (const auto* to_adapter = std::get_if<SendToAdapter>(&command)) {
        EXPECT_FALSE(ended_) << "something went to the adapter after the end";
        const auto message = json::parse(to_adapter->bytes);
        EXPECT_EQ(message["seq"], ++adapter_seq_) << "the adapter's numbers have a gap";
        if (message["type"] == "request") {
          if (message["command"] == "cancel") {
            // Whatever the client wrote, no request of the future is cancelled.
            EXPECT_LT(message["arguments"]["requestId"].get<std::int64_t>(), adapter_seq_);
          }
          adapter_asked_.emplace(adapter_seq_, message["command"].get<std::string>());
        } else {
          EXPECT_EQ(adapter_waits_.erase(message["request_seq"].get<std::int64_t>()), 1U)
              << to_adapter->bytes;
        }
      } else if (const auto* run = std::get_if<RunInTerminal>(&command)) {
        EXPECT_FALSE(ended_);
        terminals_.insert(run->request);
      } else {
        EXPECT_FALSE(ended_) << "it ended twice";
        ended_ = true;
      }
    }
  }

  std::mt19937 random_;
  Front front_;
  Session session_;
  std::set<std::int64_t> client_waits_;                ///< What the client has asked.
  std::set<std::int64_t> client_asked_;                ///< What the client was asked.
  std::map<std::int64_t, std::string> adapter_asked_;  ///< What the adapter was asked.
  std::set<std::int64_t> adapter_waits_;               ///< What the adapter has asked.
  std::set<std::int64_t> terminals_;
  std::int64_t next_client_seq_ = 0;
  std::int64_t next_reverse_seq_ = 0;
  std::int64_t client_seq_ = 0;
  std::int64_t adapter_seq_ = 0;
  bool ended_ = false;
};

TEST(Conversation, AnswersEveryRequestOnceInWhateverOrderThingsHappen) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Conversation(seed).play(200);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace nearside::session
