#include "near/pipeline.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace nearside::near_end {
namespace {

dap::Message message(const std::string& command) {
  return dap::Message::parse(R"({"seq":1,"type":"request","command":")" + command + "\"}").value();
}

/// Notes what passes, and may answer or multiply.
class Noted final : public Stage {
 public:
  Noted(std::string name, std::vector<std::string>& log) : name_(std::move(name)), log_(log) {}
  void from_client(dap::Message passing, StageOutput& out) override {
    const auto command = passing.envelope().name;
    log_.push_back(name_ + ">" + command);
    if (answers == command) {
      out.to_client.push_back(message("answer"));
      return;
    }
    if (tells == command) out.controls.push_back({0, "told by " + name_});
    out.to_adapter.push_back(std::move(passing));
    if (doubles == command) {
      if (tells == command) out.controls.push_back({1, "told again"});
      out.to_adapter.push_back(message("second"));
    }
  }
  void from_adapter(dap::Message passing, StageOutput& out) override {
    log_.push_back(name_ + "<" + passing.envelope().name);
    out.rules_changed = changes == passing.envelope().name;
    out.to_client.push_back(std::move(passing));
  }
  void handle_rules_changed() override { log_.push_back(name_ + " hears of rules"); }
  std::string answers, doubles, tells, changes;

 private:
  std::string name_;
  std::vector<std::string>& log_;
};

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() {
    std::vector<std::unique_ptr<Stage>> stages;
    for (const char* name : {"a", "b", "c"}) {
      auto stage = std::make_unique<Noted>(name, log);
      noted.push_back(stage.get());
      stages.push_back(std::move(stage));
    }
    pipeline = std::make_unique<Pipeline>(std::move(stages));
  }
  static std::vector<std::string> names(const std::vector<dap::Message>& messages) {
    std::vector<std::string> names;
    for (const auto& one : messages) names.push_back(one.envelope().name);
    return names;
  }
  using Names = std::vector<std::string>;
  std::vector<std::string> log;
  std::vector<Noted*> noted;
  std::unique_ptr<Pipeline> pipeline;
};

TEST(Pipeline, WithoutStagesPassesMessagesByteForByte) {
  Pipeline pipeline;
  const auto out = pipeline.from_client(message("next"));
  ASSERT_EQ(out.to_adapter.size(), 1u);
  EXPECT_EQ(out.to_adapter[0].bytes(), message("next").bytes());
  EXPECT_TRUE(out.to_client.empty());
}

TEST_F(PipelineTest, PassesStagesFromTheClientToTheAdapterAndBackInReverse) {
  EXPECT_EQ(names(pipeline->from_client(message("next")).to_adapter), Names{"next"});
  EXPECT_EQ(names(pipeline->from_adapter(message("stopped")).to_client), Names{"stopped"});
  EXPECT_EQ(log, (Names{"a>next", "b>next", "c>next", "c<stopped", "b<stopped", "a<stopped"}));
}

TEST_F(PipelineTest, AnAnswerFromTheMiddlePassesOnlyTheStagesBeforeIt) {
  noted[1]->answers = "threads";
  const auto out = pipeline->from_client(message("threads"));
  EXPECT_EQ(names(out.to_client), Names{"answer"});
  EXPECT_TRUE(out.to_adapter.empty());
  EXPECT_EQ(log, (Names{"a>threads", "b>threads", "a<answer"}));
}

TEST_F(PipelineTest, WhatAStageAddsComesInItsOrder) {
  noted[0]->doubles = "next";
  EXPECT_EQ(names(pipeline->from_client(message("next")).to_adapter), (Names{"next", "second"}));
  EXPECT_EQ(log, (Names{"a>next", "b>next", "c>next", "b>second", "c>second"}));
}

TEST_F(PipelineTest, WhatTheFarEndIsToldStaysRightBeforeTheMessageItIsToldFor) {
  noted[0]->doubles = noted[0]->tells = "next";
  noted[1]->doubles = "next";
  const auto out = pipeline->from_client(message("next"));
  EXPECT_EQ(names(out.to_adapter), (Names{"next", "second", "second"}));
  ASSERT_EQ(out.controls.size(), 2u);
  EXPECT_EQ(out.controls[0].before, 0u);
  EXPECT_EQ(out.controls[0].bytes, "told by a");
  EXPECT_EQ(out.controls[1].before, 2u);
}

TEST_F(PipelineTest, StagesNearerToTheClientHearThatRulesHaveChangedAfterWhatCameWithIt) {
  noted[1]->changes = "stopped";
  (void)pipeline->from_adapter(message("stopped"));
  EXPECT_EQ(log, (Names{"c<stopped", "b<stopped", "a<stopped", "a hears of rules"}));
}

}  // namespace
}  // namespace nearside::near_end
