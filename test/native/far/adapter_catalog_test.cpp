#include "far/adapter_catalog.hpp"

#include "loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace nearside::far_end {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AdapterCatalogTest : public testing::Test {
 protected:
  AdapterCatalogTest() {
    std::filesystem::create_directories(bin);
    request.environment = {{"PATH", bin.string()}};
    request.home = (scratch.path() / "home").string();
  }
  std::string program(const std::string& name, const std::string& text = "#!/bin/sh\n") {
    const auto path = bin / name;
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
  }
  void write_adapters(const std::string& text) {
    const auto file = scratch.path() / "adapters.json";
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0600);
  }
  Result<AdapterPlan> resolve(const std::string& adapter) {
    request.adapter = adapter;
    return loop.run(catalog.resolve(request));
  }

  Loop loop;
  Scratch scratch;
  const std::filesystem::path bin = scratch.path() / "bin";
  OwnChildren own;
  AdapterCatalog catalog{own, scratch.path()};
  AdapterRequest request;
};

TEST_F(AdapterCatalogTest, HasDelveDialBack) {
  const std::string dlv = program("dlv");
  const auto plan = resolve("dlv").value();
  EXPECT_EQ(plan.speech, Speech::kDialBack);
  EXPECT_EQ(plan.description, "dlv (" + dlv + ")");
  EXPECT_THAT(plan.command.arguments, ElementsAre(dlv, "dap", "--client-addr={address}"));
}

TEST_F(AdapterCatalogTest, FindsDelveInTheGoBinFolderThatAnSshCommandHasNotInItsPath) {
  const auto folder = scratch.path() / "home/go/bin";
  std::filesystem::create_directories(folder);
  std::filesystem::rename(program("dlv"), folder / "dlv");
  EXPECT_EQ(resolve("dlv").value().command.program, (folder / "dlv").string());
}

TEST_F(AdapterCatalogTest, TakesTheDelveThatTheEnvironmentNamesOrSaysThatItIsNotThere) {
  program("dlv");
  const std::string chosen = program("my-delve");
  request.environment["NEARSIDE_DLV"] = chosen;
  EXPECT_THAT(resolve("dlv").value().command.arguments,
              ElementsAre(chosen, "dap", "--client-addr={address}"));
  std::filesystem::remove(chosen);
  EXPECT_THAT(resolve("dlv").error().message, HasSubstr(chosen));
}

TEST_F(AdapterCatalogTest, TakesTheNewestVersionedLldbDap) {
  program("lldb-dap-9");
  const std::string newest = program("lldb-dap-19");
  program("lldb-dap-rc");
  EXPECT_EQ(resolve("lldb-dap").value().command.program, newest);
  const std::string plain = program("lldb-dap");
  EXPECT_EQ(resolve("lldb-dap").value().command.program, plain);
}

TEST_F(AdapterCatalogTest, FindsLldbDapByItsOldName) {
  const std::string old = program("lldb-vscode-14");
  EXPECT_EQ(resolve("lldb-dap").value().command.program, old);
}

TEST_F(AdapterCatalogTest, NamesWhereItLookedAndWhatWouldInstallIt) {
  std::vector<std::string> folders = search_folders(bin.string(), {"/usr/bin", "relative", ""});
  EXPECT_THAT(folders, ElementsAre(bin.string(), "/usr/bin"));
  if (search_program({"dlv"}, search_folders("", {"/usr/local/bin", "/go/bin"})))
    GTEST_SKIP() << "Delve is where it is always looked for";
  const auto fault = resolve("dlv").error();
  EXPECT_EQ(fault.code, Errc::kAdapterMissing);
  EXPECT_THAT(fault.message, HasSubstr(bin.string()));
  EXPECT_THAT(fault.message, HasSubstr("go install"));
  EXPECT_THAT(fault.message, HasSubstr("apt install"));
}

TEST_F(AdapterCatalogTest, TakesTheFirstInterpreterThatHasDebugpy) {
  const std::string without = program("python3", "#!/bin/sh\nexit 1\n");
  const auto venv = scratch.path() / "venv/bin";
  std::filesystem::create_directories(venv);
  std::filesystem::rename(program("python", "#!/bin/sh\nexit 0\n"), venv / "python");
  request.environment["VIRTUAL_ENV"] = (scratch.path() / "venv").string();
  const auto plan = resolve("debugpy").value();
  EXPECT_THAT(plan.command.arguments,
              ElementsAre((venv / "python").string(), "-m", "debugpy.adapter"));
  EXPECT_EQ(plan.speech, Speech::kStdio);
  EXPECT_THAT(plan.notice, HasSubstr("ports"));
}

TEST_F(AdapterCatalogTest, SplitsACommandAndLooksItUp) {
  const std::string tool = program("tool");
  const auto plan = resolve("stdio:tool 'a b' c").value();
  EXPECT_THAT(plan.command.arguments, ElementsAre(tool, "a b", "c"));
  EXPECT_EQ(resolve("stdio:absent").error().code, Errc::kAdapterMissing);
  EXPECT_THAT(resolve("stdio:/absent/x").error().message, HasSubstr("/absent/x"));
  EXPECT_EQ(resolve("stdio:").error().code, Errc::kConfigurationInvalid);
}

TEST_F(AdapterCatalogTest, TakesAnAddress) {
  const auto plan = resolve("tcp:127.0.0.1:4711").value();
  EXPECT_EQ(plan.speech, Speech::kTcp);
  EXPECT_EQ(plan.address.port, 4711);
  EXPECT_FALSE(resolve("tcp:nowhere"));
}

TEST_F(AdapterCatalogTest, ListsTheKnownNamesWhenOneIsUnknown) {
  const auto fault = resolve("dvl").error();
  EXPECT_EQ(fault.code, Errc::kAdapterUnknown);
  EXPECT_THAT(fault.message, HasSubstr("\"dvl\""));
  EXPECT_THAT(fault.message, HasSubstr("lldb-dap"));
  EXPECT_THAT(fault.message, HasSubstr("adapters.json"));
}

TEST_F(AdapterCatalogTest, TakesNamedOnesBeforeItsOwn) {
  const std::string tool = program("tool");
  write_adapters(R"({"dlv": {"command": ["tool", "--at={address}"], "environment": {"A": "1"},
                             "workingDirectory": "/tmp", "speaks": "dial-back"}})");
  const auto plan = resolve("dlv").value();
  EXPECT_EQ(plan.speech, Speech::kDialBack);
  EXPECT_EQ(plan.command.program, tool);
  EXPECT_EQ(plan.command.environment.at("A"), "1");
  EXPECT_EQ(plan.command.working_directory, "/tmp");
}

TEST_F(AdapterCatalogTest, SaysWhatIsWrongInTheFile) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "no JSON object"},
      {"{", "no JSON object"},
      {R"({"x": 1})", "no object"},
      {R"({"x": {}})", "command"},
      {R"({"x": {"command": []}})", "command"},
      {R"({"x": {"command": [1]}})", "command"},
      {R"({"x": {"command": ["tool"], "environment": {"A": 1}}})", "sets A"},
      {R"({"x": {"command": ["tool"], "workingDirectory": 1}})", "workingDirectory"},
      {R"({"x": {"command": ["tool"], "speaks": "loudly"}})", "speaks"}};
  program("tool");
  for (const auto& [text, word] : cases) {
    write_adapters(text);
    const auto plan = resolve("x");
    ASSERT_FALSE(plan) << text;
    EXPECT_EQ(plan.error().code, Errc::kConfigurationInvalid) << text;
    EXPECT_THAT(plan.error().message, HasSubstr(word)) << text;
  }
}

TEST_F(AdapterCatalogTest, RefusesAFileThatOthersMayRead) {
  write_adapters("{}");
  ::chmod((scratch.path() / "adapters.json").c_str(), 0666);
  EXPECT_EQ(resolve("x").error().code, Errc::kPermissionsWrong);
}

}  // namespace
}  // namespace nearside::far_end
