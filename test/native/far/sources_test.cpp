// What a client hears of files, through a whole agent with real adapters: before `initialized`,
// before a stop's frames, and when it asks for them. Skipped where an adapter is missing.
#include "agent_place.hpp"
#include "io/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

namespace nearside::far_end {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class SourcesTest : public testing::Test, public AgentPlace {
 protected:
  static bool has(const std::string& program) {
    return io::find_program(program, io::current_environment()["PATH"]).has_value();
  }
  std::string path(const std::string& name) { return (scratch.path() / name).string(); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(path(name)) << text;
  }
  void build(const std::string& command) {
    const auto line = "cd " + scratch.path().string() + " && " + command;
    ASSERT_EQ(std::system(line.c_str()), 0) << line;
  }
  /// Asks for `initialize` and `launch`, and waits for `initialized`.
  void launch(const std::string& adapter, const json& arguments) {
    link = connect();
    channel = link->open_session(adapter, io::current_environment());
    link->request(channel, "initialize", {{"adapterID", "x"}, {"pathFormat", "path"}});
    link->send(
        channel,
        json{{"seq", 1000}, {"type", "request"}, {"command", "launch"}, {"arguments", arguments}}
            .dump());
    link->wait_for_event(channel, "initialized");
  }
  /// Every file that was told of so far; the last word counts.
  std::map<std::string, paths::RemoteFile> told() {
    std::map<std::string, paths::RemoteFile> files;
    for (const auto& control : link->channels[channel].controls) {
      const auto decoded = session::decode_session_control(control).value();
      if (const auto* seen = std::get_if<session::SourcesSeen>(&decoded))
        for (const auto& file : seen->files) files[file.path] = file;
    }
    return files;
  }
  std::string output_of_all_events() {
    std::string text;
    for (const auto& message : link->channels[channel].messages)
      if (message.value("event", "") == "output") text += message["body"].value("output", "");
    return text;
  }
  json read(const std::string& file) {
    return link->request(channel, "nearside.source", {{"path", file}});
  }

  std::unique_ptr<NearLink> link;
  link::ChannelId channel = 0;
};

TEST_F(SourcesTest, OfAGoProgramAreKnownBeforeBreakpointsAreSet) {
  if (!has("dlv") || !has("go")) GTEST_SKIP() << "neither Delve nor Go are here";
  write("main.go", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hi\")\n}\n");
  build("GO111MODULE=off go build -gcflags='all=-N -l' -o program main.go");
  launch("dlv", {{"mode", "exec"}, {"program", path("program")}, {"stopOnEntry", false}});

  const auto ready = std::get<session::SessionReady>(link->wait_for_control(channel));
  EXPECT_EQ(ready.host.os, "linux");
  EXPECT_NE(ready.host.go_root, "");
  EXPECT_NE(ready.host.go_module_cache, "");
  auto files = told();
  EXPECT_TRUE(files[path("main.go")].exists);
  EXPECT_EQ(files[path("main.go")].digest.size(), 64U);
  const auto print = ready.host.go_root + "/src/fmt/print.go";
  EXPECT_TRUE(files[print].exists) << "through Debian's link as well";
  EXPECT_EQ(files[print].digest, "") << "hundreds of the toolchain's are only looked for";
  EXPECT_GT(files.size(), 100U);
  EXPECT_EQ(output_of_all_events(), "") << "our question leaves no trace";

  EXPECT_THAT(read(print).at("body").at("content").get<std::string>(), HasSubstr("func Println("));
  EXPECT_FALSE(read("/etc/passwd").at("success"));

  const auto set = link->request(channel, "setFunctionBreakpoints",
                                 {{"breakpoints", {{{"name", "fmt.Println"}}}}});
  EXPECT_TRUE(set.at("success"));
  link->request(channel, "configurationDone");
  const auto stopped = link->wait_for_event(channel, "stopped");
  link->request(channel, "stackTrace",
                {{"threadId", stopped.at("body").at("threadId")}, {"levels", 20}});
  EXPECT_EQ(told()[print].digest.size(), 64U) << "those of a stack are read";
}

TEST_F(SourcesTest, OfAGoProgramWithoutPathsAreToldAsTheyAreNamed) {
  if (!has("dlv") || !has("go")) GTEST_SKIP() << "neither Delve nor Go are here";
  write("go.mod", "module example.com/mod\n");
  write("main.go", "package main\n\nfunc main() {\n}\n");
  build("GOFLAGS=-mod=mod go build -trimpath -gcflags='all=-N -l' -o program .");
  launch("dlv", {{"mode", "exec"}, {"program", path("program")}});
  auto files = told();
  ASSERT_TRUE(files.contains("example.com/mod/main.go"));
  EXPECT_EQ(files["example.com/mod/main.go"],
            (paths::RemoteFile{"example.com/mod/main.go", false, ""}));
  EXPECT_THAT(read("example.com/mod/main.go").at("message").get<std::string>(),
              AllOf(HasSubstr("example.com/mod/main.go"), HasSubstr("no absolute path")));
}

TEST_F(SourcesTest, OfACppProgramAreKnownBeforeBreakpointsAreSet) {
  if (!has("lldb-dap-19") || !has("g++")) GTEST_SKIP() << "neither lldb-dap nor g++ are here";
  write("a.cpp", "int twice(int);\nint main() { return twice(0); }\n");
  write("b c.cpp", "int twice(int x) {\n  return x * 2;\n}\n");
  build("g++ -g -O0 a.cpp 'b c.cpp' -o program");
  launch("lldb-dap", {{"program", path("program")}});
  auto files = told();
  for (const auto* name : {"a.cpp", "b c.cpp"}) {
    EXPECT_TRUE(files[path(name)].exists) << name;
    EXPECT_EQ(files[path(name)].digest.size(), 64U) << name;
  }
  EXPECT_EQ(read(path("b c.cpp")).at("body").at("content"),
            "int twice(int x) {\n  return x * 2;\n}\n");
  EXPECT_EQ(
      link->request(channel, "evaluate", {{"expression", "`nearside-sources"}, {"context", "repl"}})
          .at("body")
          .at("result")
          .get<std::string>()
          .find(path("a.cpp")),
      std::string::npos)
      << "the command is gone";
  EXPECT_EQ(output_of_all_events(), "") << "our questions leave no trace";
}

TEST_F(SourcesTest, OfAPythonProgramBeginWithItsFirst) {
  if (std::system("/usr/bin/python3 -c 'import debugpy' 2>/dev/null") != 0)
    GTEST_SKIP() << "no debugpy here";
  write("main.py", "print('hi')\n");
  launch("stdio:/usr/bin/python3 -m debugpy.adapter",
         {{"program", path("main.py")}, {"console", "internalConsole"}});
  EXPECT_EQ(told()[path("main.py")].digest.size(), 64U);
  EXPECT_EQ(read(path("main.py")).at("body").at("content"), "print('hi')\n");
  link->request(channel, "disconnect", {{"terminateDebuggee", true}});
}

TEST_F(SourcesTest, OfALaunchThatFailsHoldNothingUp) {
  if (!has("dlv")) GTEST_SKIP() << "no Delve here";
  link = connect();
  channel = link->open_session("dlv", io::current_environment());
  link->request(channel, "initialize", {{"adapterID", "go"}});
  EXPECT_FALSE(link->request(channel, "launch", {{"mode", "exec"}, {"program", path("none")}})
                   .at("success"));
}

/// A stand-in names what it is told to name.
class NamedTest : public SourcesTest {
 protected:
  void open() {
    link = connect();
    channel = link->open_session("stdio:" + python("adapter.py", kStandIn));
    link->request(channel, "initialize");
  }
  /// As an answer of the adapter with these sources would.
  json name(const std::vector<std::string>& files) {
    json sources = json::array();
    for (const auto& file : files) sources.push_back({{"path", file}});
    return link->request(channel, "loadedSources", {{"answer", {{"sources", sources}}}});
  }
};

TEST_F(NamedTest, FilesAreReadOrRefusedByReason) {
  open();
  write("plain", "one\ntwo\n");
  write("latin", "gr\xfc\xdf");
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink(path("fifo"), path("to fifo"));
  std::filesystem::create_symlink(path("plain"), path("to plain"));
  write("large", "");
  std::filesystem::resize_file(path("large"), 100 * 1024 * 1024);
  write("zeros", "");
  std::filesystem::resize_file(path("zeros"), 15 * 1024 * 1024);
  write("deleted", "x");
  name({path("plain"), path("latin"), path("fifo"), path("to fifo"), path("to plain"),
        path("large"), path("zeros"), path("deleted"), "/dev/zero"});
  std::filesystem::remove(path("deleted"));

  auto files = told();
  EXPECT_EQ(files.size(), 9U);
  EXPECT_TRUE(files[path("to plain")].exists);
  EXPECT_EQ(files[path("to plain")].digest, files[path("plain")].digest);
  EXPECT_FALSE(files[path("to fifo")].exists);
  EXPECT_EQ(read(path("plain")).at("body").at("content"), "one\ntwo\n");
  EXPECT_EQ(read(path("to plain")).at("body").at("content"), "one\ntwo\n");
  EXPECT_EQ(read(path("latin")).at("body").at("content"), "gr\xef\xbf\xbd\xef\xbf\xbd");
  const auto refusal = [&](const std::string& file) {
    const auto answer = read(file);
    EXPECT_FALSE(answer.at("success")) << file;
    EXPECT_EQ(answer.at("command"), "nearside.source");
    return answer.value("message", "");
  };
  EXPECT_THAT(refusal(path("fifo")), AllOf(HasSubstr(path("fifo")), HasSubstr("no regular file")));
  EXPECT_THAT(refusal(path("to fifo")), HasSubstr("no regular file"));
  EXPECT_THAT(refusal("/dev/zero"), HasSubstr("no regular file"));
  EXPECT_THAT(refusal(path("large")), HasSubstr("larger than the limit"));
  EXPECT_THAT(refusal(path("zeros")), HasSubstr("no text"));
  EXPECT_THAT(refusal(path("deleted")), AllOf(HasSubstr(path("deleted")), HasSubstr("No such")));
  EXPECT_THAT(refusal(path("adapter.py")), HasSubstr("has not named it"));
}

TEST_F(NamedTest, FilesAreToldBeforeWhatNamesThemAndInOrder) {
  open();
  write("a", "x");
  for (int i = 0; i < 50; ++i) {
    write("f" + std::to_string(i), "x");
    name({path("f" + std::to_string(i)), path("a")});
    ASSERT_TRUE(told().contains(path("f" + std::to_string(i)))) << i;
  }
  EXPECT_EQ(told().size(), 51U);
}

TEST_F(NamedTest, FilesByTheThousandAreToldInSeveralMessages) {
  open();
  std::vector<std::string> many;
  for (int i = 0; i < 10'000; ++i) many.push_back("/missing/" + std::to_string(i));
  EXPECT_EQ(name(many).at("body").at("sources").size(), 10'000U);
  EXPECT_GT(link->channels[channel].controls.size(), 2U);
}

TEST_F(NamedTest, FilesThatManyAskForAtOnceAreAllAnswered) {
  open();
  write("a", std::string(1024 * 1024, 'x'));
  name({path("a")});
  for (int seq = 100; seq < 130; ++seq)
    link->send(channel, json{{"seq", seq},
                             {"type", "request"},
                             {"command", "nearside.source"},
                             {"arguments", {{"path", path("a")}}}}
                            .dump());
  for (int seq = 100; seq < 130; ++seq)
    link->wait_for(channel,
                   [&](const json& message) { return message.value("request_seq", 0) == seq; });
}

}  // namespace
}  // namespace nearside::far_end
