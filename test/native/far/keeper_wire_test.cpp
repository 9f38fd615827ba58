#include "far/keeper_wire.hpp"

#include "far/limits.hpp"

#include <gtest/gtest.h>

namespace nearside::far_end {
namespace {

std::string without_end(std::string line) {
  EXPECT_EQ(line.back(), '\n');
  line.pop_back();
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return line;
}

TEST(KeeperWire, BringsEveryOrderBack) {
  const Command command{"/bin/x", {"x", "a\nb"}, {{"A", "1"}, {"B", ""}}, "/tmp"};
  const KeeperOrder orders[] = {StartAdapter{command, 1024},
                                StartTerminal{7, command, "/dev/pts/3", 0}, End{true}, End{false}};
  for (const KeeperOrder& order : orders)
    EXPECT_EQ(decode_order(without_end(encode(order))).value(), order);
}

TEST(KeeperWire, BringsEveryReportBack) {
  const KeeperReport reports[] = {
      AdapterStarted{42},     AdapterEnded{2, std::nullopt},   AdapterEnded{std::nullopt, 9},
      TerminalStarted{7, 43}, StartFailed{std::nullopt, "no"}, StartFailed{7, "no"}};
  for (const KeeperReport& report : reports)
    EXPECT_EQ(decode_report(without_end(encode(report))).value(), report);
}

TEST(KeeperWire, RefusesWhatIsNoMessage) {
  for (const char* line : {"", "{}", "[]", "null", "{\"end\":1}", "{\"start\":{}}", "{\"x\":"}) {
    EXPECT_FALSE(decode_order(line)) << line;
    EXPECT_FALSE(decode_report(line)) << line;
  }
}

TEST(KeeperWire, CarriesBytesThatAreNotUtf8) {
  const KeeperOrder order = StartAdapter{{"/x", {"x"}, {{"A", "\xff"}}, ""}, 0};
  const auto back = decode_order(without_end(encode(order)));
  EXPECT_EQ(std::get<StartAdapter>(*back).command.environment.at("A"), "\xEF\xBF\xBD");
}

TEST(LineSplitter, GivesWholeLinesAtAnySplit) {
  const std::string stream = "one\n\ntwo\n";
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    LineSplitter lines;
    std::vector<std::string> got;
    for (const auto& part : {stream.substr(0, split), stream.substr(split)}) {
      lines.feed(part);
      while (auto line = lines.next().value()) got.push_back(*line);
    }
    EXPECT_EQ(got, (std::vector<std::string>{"one", "", "two"}));
  }
}

TEST(LineSplitter, RefusesALineWithoutEnd) {
  LineSplitter lines;
  lines.feed(std::string(kMaxKeeperLine + 1, 'x'));
  EXPECT_FALSE(lines.next());
}

}  // namespace
}  // namespace nearside::far_end
