// The real Delve with a real program, through a whole agent. Skipped where there is no Delve or Go.
#include "agent_place.hpp"
#include "io/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

class DelveTest : public testing::Test, public AgentPlace {
 protected:
  void SetUp() override {
    const auto environment = io::current_environment();
    const auto path = environment.find("PATH");
    if (path == environment.end() || !io::find_program("dlv", path->second) ||
        !io::find_program("go", path->second))
      GTEST_SKIP() << "neither Delve nor Go are here";
    std::ofstream(scratch.path() / "main.go") << R"(package main

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

func main() {
	fmt.Println("hello from Go")
	fmt.Fprintln(os.Stderr, "and from its stderr")
	if len(os.Args) > 1 {
		child := exec.Command("sleep", "600")
		child.Start()
		os.WriteFile(os.Args[1]+".child", []byte(fmt.Sprintln(child.Process.Pid)), 0o600)
		os.WriteFile(os.Args[1], []byte(fmt.Sprintln(os.Getpid())), 0o600)
		time.Sleep(600 * time.Second)
	}
}
)";
    const std::string build =
        "cd " + scratch.path().string() +
        " && GO111MODULE=off go build -gcflags=all=-N\\ -l -o program main.go";
    ASSERT_EQ(std::system(build.c_str()), 0);
  }
  link::ChannelId launch(const std::vector<std::string>& arguments) {
    link = connect();
    const auto channel = link->open_session("dlv", io::current_environment());
    link->request(channel, "initialize", {{"adapterID", "go"}});
    link->request(channel, "launch",
                  {{"mode", "exec"},
                   {"program", (scratch.path() / "program").string()},
                   {"args", arguments}});
    link->wait_for_event(channel, "initialized");
    link->request(channel, "configurationDone");
    return channel;
  }
  std::unique_ptr<NearLink> link;
};

TEST_F(DelveTest, ShowsTheProgramsOwnOutputAndEndsWithIt) {
  const auto channel = launch({});
  EXPECT_EQ(link->wait_for_output(channel, "hello from Go").at("body").at("category"), "stdout");
  EXPECT_EQ(link->wait_for_output(channel, "its stderr").at("body").at("category"), "stderr");
  link->wait_for_event(channel, "terminated");
  EXPECT_TRUE(link->request(channel, "disconnect").at("success"));
  link->wait_until_closed(channel);
}

TEST_F(DelveTest, LeavesNothingWhenDelveIsKilled) {
  const auto channel = launch({(scratch.path() / "pid").string()});
  const pid_t program = number_in("pid");
  const pid_t child = number_in("pid.child");
  const pid_t dlv = link->ask({"status"}).value().body.at("sessions").at(0).at("pid");
  ::kill(dlv, SIGKILL);
  link->wait_for_event(channel, "terminated");
  EXPECT_TRUE(gone(program));
  EXPECT_TRUE(gone(child));
}

TEST_F(DelveTest, LetsAnAttachedProgramGoOnWhenTheLinkIsLost) {
  io::ProcessOptions options;
  options.arguments = {(scratch.path() / "program").string(), (scratch.path() / "pid").string()};
  options.environment = io::current_environment();
  options.new_session = true;
  const auto program = io::Process::start(loop.executor(), options).value();
  ASSERT_EQ(number_in("pid"), program.id());
  link = connect();
  const auto channel = link->open_session("dlv", io::current_environment());
  link->request(channel, "initialize", {{"adapterID", "go"}});
  const auto attached =
      link->request(channel, "attach", {{"mode", "local"}, {"processId", program.id()}});
  if (attached.at("success")) {
    link->drop();
    event("session-closed");
    EXPECT_TRUE(runs(program.id()));
  }
  ::kill(-program.id(), SIGKILL);
  if (!attached.at("success")) GTEST_SKIP() << "attaching is not allowed here: " << attached;
}

TEST_F(DelveTest, LeavesNothingWhenTheKeeperIsKilled) {
  launch({(scratch.path() / "pid").string()});
  const pid_t program = number_in("pid");
  const pid_t child = number_in("pid.child");
  const pid_t keeper = link->ask({"status"}).value().body.at("sessions").at(0).at("keeper");
  ::kill(keeper, SIGKILL);
  EXPECT_TRUE(gone(program));
  EXPECT_TRUE(gone(child));
}

}  // namespace
}  // namespace nearside::far_end
