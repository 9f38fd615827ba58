// Transcripts of sessions whose paths are mapped: the workspace is a real folder, the far end a
// script over a real link.
#include "io/file_digest.hpp"
#include "near/client_session.hpp"
#include "near/session_rules.hpp"
#include "world.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

namespace nearside::near_end {
namespace {

constexpr const char* kId = "0123456789abcdef";

class ClientSessionPathsTest : public testing::Test {
 protected:
  ClientSessionPathsTest() { std::filesystem::create_directory(workspace()); }

  std::string workspace() const { return world.file("workspace"); }
  std::string write(const std::string& path) const {
    const auto file = std::filesystem::path(workspace()) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << path;
    return file.string();
  }
  void open(std::vector<paths::Rule> rules = {}) {
    received.clear();
    ClientSession::Handlers handlers;
    handlers.on_message = [this](std::string body) {
      const auto size = body.size();
      received.push_back(Json::parse(body));
      session->delivered(size);
    };
    handlers.on_closed = [this](const std::optional<Fault>& fault) {
      ended_by = fault;
      ++closed;
    };
    SessionOptions options;
    options.adapter = "dlv";
    options.paths.workspace = workspace();
    options.paths.rules = std::move(rules);
    options.paths.local.os = "linux";
    options.paths.index = std::make_shared<WorkspaceIndex>(
        WorkspaceIndex::Options{workspace(), false, environment, kIndexAge});
    session = std::make_unique<ClientSession>(links, options, std::move(handlers));
  }
  /// An index that is not ready until let_index_go(): its git waits.
  void hold_index() {
    const auto folder = world.file("bin");
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "git") << "#!/bin/sh\nwhile [ ! -e " << world.file("go").string()
                                  << " ]; do /bin/sleep 0.01; done\nexit 1\n";
    ::chmod((folder / "git").c_str(), 0755);
    environment = {{"PATH", folder.string()}};
  }
  void let_index_go() const { std::ofstream(world.file("go")) << ""; }

  bool until(const std::function<bool()>& condition) { return world.until(condition); }
  std::vector<std::string> events() const {
    std::vector<std::string> names;
    for (const auto& message : received)
      if (message["type"] == "event") names.push_back(message["event"]);
    return names;
  }
  bool has_event(const std::string& name) const {
    const auto all = events();
    return std::ranges::find(all, name) != all.end();
  }
  const Json* response_to(int seq) const {
    for (const auto& message : received)
      if (message["type"] == "response" && message["request_seq"] == seq) return &message;
    return nullptr;
  }
  std::string output() const {
    std::string text;
    for (const auto& message : received)
      if (message["type"] == "event" && message["event"] == "output")
        text += message["body"]["output"];
    return text;
  }
  static Json event(const std::string& name) {
    return {{"seq", 0}, {"type", "event"}, {"event", name}, {"body", Json::object()}};
  }
  static session::SessionReady ready() {
    session::SessionReady ready{kId, "dlv", "", {}};
    ready.host.os = "linux";
    return ready;
  }
  static session::SourcesSeen seen(const std::string& path, const std::string& digest) {
    return {{{path, true, digest}}};
  }
  static std::string digest(const std::string& file) {
    return io::file_digest(file, kMaxDigestFileBytes);
  }

  World world;
  Links links{world.executor(), world.options()};
  io::Environment environment = io::current_environment();
  std::vector<Json> received;
  std::optional<Fault> ended_by;
  int closed = 0;
  std::unique_ptr<ClientSession> session;
};

TEST_F(ClientSessionPathsTest, KeepsFilesAndWhatComesBehindThemUntilTheWorkspaceIsKnown) {
  hold_index();
  FarEnd far(world);
  far.on_message = [](FarEnd::Session& there, const Json& message) {
    there.answer(message);
    if (message["command"] != "launch") return;
    there.send(session::SessionControl(seen("/src/p/main.go", "")));
    there.send(event("initialized"));
    there.send(event("process"));
  };
  open();
  session->handle_client_message(request(1, "initialize"));
  session->handle_client_message(request(2, "launch"));
  // What came before the files does not wait; what comes behind them does.
  ASSERT_TRUE(until([&] { return response_to(2) != nullptr; }));
  session->handle_client_message(request(3, "threads"));
  ASSERT_TRUE(until([&] { return far.sessions[0]->received.size() == 3; }));
  EXPECT_FALSE(has_event("initialized"));
  let_index_go();
  ASSERT_TRUE(until([&] { return response_to(3) != nullptr; }));
  auto names = events();
  std::erase(names, "output");
  EXPECT_EQ(names, (std::vector<std::string>{"initialized", "process"}));
}

TEST_F(ClientSessionPathsTest, WaitsForTheWorkspaceNoLongerThanAPersonDoes) {
  hold_index();
  FarEnd far(world);
  far.on_open = [](FarEnd::Session& there) {
    there.send(session::SessionControl(seen("/src/p/main.go", "")));
    there.send(event("initialized"));
  };
  open();
  session->handle_client_message(request(1, "initialize"));
  EXPECT_TRUE(until([&] { return has_event("initialized"); }));
  let_index_go();
}

TEST_F(ClientSessionPathsTest, HandsOnWhatWaitsWhenTheFarEndCloses) {
  hold_index();
  FarEnd far(world);
  far.on_message = [](FarEnd::Session& there, const Json& message) {
    there.answer(message);
    there.send(session::SessionControl(seen("/src/p/main.go", "")));
    there.send(event("initialized"));
    there.close();
  };
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(until([&] { return has_event("terminated"); }));
  EXPECT_TRUE(has_event("initialized"));
  let_index_go();
}

TEST_F(ClientSessionPathsTest, MayGoWhileItWaits) {
  hold_index();
  FarEnd far(world);
  far.on_message = [](FarEnd::Session& there, const Json& message) {
    there.send(session::SessionControl(seen("/src/p/main.go", "")));
    there.answer(message);
  };
  open();
  session->handle_client_message(request(1, "initialize"));
  ASSERT_TRUE(
      until([&] { return far.sessions.size() == 1 && !far.sessions[0]->received.empty(); }));
  session.reset();
  EXPECT_TRUE(until([&] { return far.sessions[0]->is_closed; }));
  EXPECT_TRUE(received.empty());
}

TEST_F(ClientSessionPathsTest, TellsOtherProcessesItsRulesWhileItLives) {
  FarEnd far(world);
  far.on_open = [](FarEnd::Session& there) { there.send(session::SessionControl(ready())); };
  open({{"/home/u/p", "/src/p", paths::Origin::kUser, "--map"}});
  ASSERT_TRUE(until([&] { return !list_session_rules(world.state()).empty(); }));
  const auto told = list_session_rules(world.state())[0];
  EXPECT_EQ(told.session, kId);
  EXPECT_EQ(told.target, "local");
  EXPECT_EQ(told.adapter, "dlv");
  EXPECT_EQ(told.workspace, workspace());
  ASSERT_FALSE(told.rules.empty());
  EXPECT_EQ(told.rules[0].remote, "/src/p");
  session.reset();
  EXPECT_TRUE(list_session_rules(world.state()).empty());
}

TEST_F(ClientSessionPathsTest, LearnsFromADigestWhereTheWorkspaceLiesAndRemembersIt) {
  const auto local = write("cmd/app/main.go");
  const auto hash = digest(local);
  FarEnd far(world);
  bool tells_files = true;
  far.on_open = [](FarEnd::Session& there) { there.send(session::SessionControl(ready())); };
  far.on_message = [&](FarEnd::Session& there, const Json& message) {
    if (message["command"] == "stackTrace")
      return there.answer(message, {{"stackFrames",
                                     {{{"id", 1},
                                       {"name", "main"},
                                       {"line", 3},
                                       {"column", 1},
                                       {"source", {{"path", "/src/p/cmd/app/main.go"}}}}}}});
    if (message["command"] == "initialize" && tells_files)
      there.send(session::SessionControl(seen("/src/p/cmd/app/main.go", hash)));
    there.answer(message);
  };
  const auto path_of_frame = [&] {
    session->handle_client_message(request(1, "initialize"));
    session->handle_client_message(request(2, "stackTrace", {{"threadId", 1}}));
    EXPECT_TRUE(until([&] { return response_to(2) != nullptr; }));
    return (*response_to(2))["body"]["stackFrames"][0]["source"]["path"].get<std::string>();
  };
  open();
  EXPECT_EQ(path_of_frame(), local);
  EXPECT_NE(output().find("/src/p"), std::string::npos) << output();
  ASSERT_FALSE(list_session_rules(world.state()).empty());
  EXPECT_EQ(list_session_rules(world.state())[0].rules.back().origin, paths::Origin::kLearned);
  session.reset();

  // The next session is told no files.
  tells_files = false;
  open();
  EXPECT_EQ(path_of_frame(), local);
}

TEST_F(ClientSessionPathsTest, ThatCannotKeepWhatItLearnedSaysSoOnceAndGoesOn) {
  std::filesystem::create_directory(world.state());
  ::chmod(world.state().c_str(), 0700);
  std::ofstream(world.state() / "learned-rules.json") << "{";
  ::chmod((world.state() / "learned-rules.json").c_str(), 0600);
  FarEnd far(world);
  open();
  session->handle_client_message(request(1, "initialize"));
  session->handle_client_message(request(2, "threads"));
  ASSERT_TRUE(until([&] { return response_to(2) != nullptr; }));
  EXPECT_NE(output().find("learned-rules.json is damaged"), std::string::npos) << output();
}

}  // namespace
}  // namespace nearside::near_end
