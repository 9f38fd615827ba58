// Terminals with a user at the far end: real ptys, a real shell in them, and what is typed.
#include "agent_place.hpp"
#include "far/limits.hpp"
#include "near_link.hpp"

#include <gmock/gmock.h>

namespace nearside::far_end {
namespace {

using testing::HasSubstr;

class TerminalsTest : public testing::Test, public AgentPlace {
 protected:
  std::string stand_in() { return "stdio:" + python("adapter.py", kStandIn); }
  /// A session whose client shows terminals, with `script` in one.
  void open(const std::string& script) {
    link = connect();
    channel = link->open_session(stand_in());
    link->request(channel, "initialize", {{"nearside", {{"terminals", true}}}});
    link->request(channel, "terminal",
                  {{"kind", "integrated"},
                   {"title", "Orders"},
                   {"cwd", "/"},
                   {"args", {"sh", "-c", script}}});
    const auto shown = link->wait_for_event(channel, "nearside.terminal");
    EXPECT_EQ(shown.at("body").at("title"), "Orders");
    terminal = shown.at("body").at("terminal");
  }
  nlohmann::json use(nlohmann::json what) {
    what["terminal"] = terminal;
    return link->request(channel, "nearside.terminal", what);
  }
  void wait_for(const std::string& text) {
    link->wait_for(channel, [&](const nlohmann::json&) {
      std::string said;
      for (const auto& message : link->channels[channel].messages)
        if (message.value("event", "") == "nearside.terminal")
          said += message.at("body").value("output", "");
      return said.find(text) != std::string::npos;
    });
  }
  void wait_until_ended() {
    link->wait_for(channel, [](const nlohmann::json& message) {
      return message.value("event", "") == "nearside.terminal" &&
             message.at("body").contains("ended");
    });
  }

  std::unique_ptr<NearLink> link;
  link::ChannelId channel = 0;
  std::int64_t terminal = 0;
};

TEST_F(TerminalsTest, ShowWhatIsTypedAndWhatTheProgramMakesOfIt) {
  open("echo name?; read name; echo \"[$name on $TERM]\"");
  wait_for("name?\r\n");
  EXPECT_TRUE(use({{"input", "Ada\r"}}).at("success"));
  wait_for("Ada\r\n[Ada on xterm-256color]\r\n");
  wait_until_ended();
  EXPECT_FALSE(use({{"input", "x"}}).at("success"));
}

TEST_F(TerminalsTest, HaveTheSizeThatTheirUserGivesThem) {
  open("read wait; stty size");
  EXPECT_TRUE(use({{"columns", 77}, {"rows", 33}}).at("success"));
  EXPECT_TRUE(use({{"input", "\r"}}).at("success"));
  wait_for("33 77\r\n");
}

TEST_F(TerminalsTest, InterruptTheirProgramAtControlC) {
  open("trap 'echo interrupted; exit' INT; echo waits; read wait; read wait");
  wait_for("waits");
  EXPECT_TRUE(use({{"input", "\x03"}}).at("success"));
  wait_for("interrupted");
  wait_until_ended();
}

TEST_F(TerminalsTest, HangUpOnTheirProgramWhenTheyAreClosed) {
  open("echo $$ > " + (scratch.path() / "shell").string() + "; exec sleep 600");
  const auto shell = number_in("shell");
  EXPECT_TRUE(use({{"close", true}}).at("success"));
  EXPECT_TRUE(gone(shell));
}

TEST_F(TerminalsTest, RefuseWhatTheirProgramDoesNotRead) {
  open("stty raw -echo; echo ready; exec sleep 600");
  wait_for("ready");
  const nlohmann::json half{{"input", std::string(kMaxTypedBytes / 2, 'x')}};
  auto last = use(half);
  for (int i = 0; i < 8 && last.at("success") == true; ++i) last = use(half);
  EXPECT_FALSE(last.at("success"));
  EXPECT_THAT(last.dump(), HasSubstr("does not read"));
}

}  // namespace
}  // namespace nearside::far_end
