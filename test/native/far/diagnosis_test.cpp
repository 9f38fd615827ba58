#include "far/diagnosis.hpp"

#include "far/offspring.hpp"
#include "io/process.hpp"
#include "loop.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

namespace nearside::far_end {
namespace {

using std::chrono::seconds;

ProcessFacts process(pid_t id, const std::string& name, char state) {
  ProcessFacts facts;
  facts.id = id;
  facts.name = name;
  facts.state = state;
  facts.memory = 850u << 20;
  return facts;
}

Sighting seen(char state) {
  Sighting sighting;
  sighting.adapter = "dlv";
  sighting.process = Seen{process(4711, "dlv", state)};
  return sighting;
}

const session::Overdue kLate{"stackTrace", seconds(10)};
const std::string kBegin = "dlv (process 4711) has not answered `stackTrace` for 10 s. ";

TEST(Diagnosis, SaysHowAStoppedAdapterGoesOn) {
  EXPECT_EQ(describe(seen('T'), kLate),
            kBegin + "It is stopped by a signal (SIGSTOP): `kill -CONT 4711` lets it go on.");
}

TEST(Diagnosis, NamesWhoDebugsTheAdapter) {
  auto sighting = seen('t');
  sighting.process->facts.tracer = 99;
  sighting.process->facts.tracer_name = "gdb";
  EXPECT_EQ(describe(sighting, kLate),
            kBegin + "It is stopped by a debugger of its own: gdb (process 99) traces it.");
}

TEST(Diagnosis, TellsABusyAdapterFromOneThatWaits) {
  auto sighting = seen('R');
  sighting.process->share = 0.98;
  EXPECT_EQ(describe(sighting, kLate), kBegin + "It is busy: 98 % of a processor, 850 MiB memory.");
  sighting.process->share = 0.03;
  EXPECT_EQ(
      describe(sighting, kLate),
      kBegin + "It wants to run, and gets only 3 % of a processor: is this machine overloaded?");
  sighting = seen('S');
  sighting.process->share = 0.0;
  sighting.process->facts.wait_channel = "futex_wait_queue";
  EXPECT_EQ(describe(sighting, kLate), kBegin + "It waits (futex_wait_queue).");
}

TEST(Diagnosis, LooksAtTheDebuggeeWhereTheAdapterOnlyWaits) {
  auto sighting = seen('S');
  sighting.process->facts.wait_channel = "futex_wait_queue";
  sighting.others = {Seen{process(12, "helper", 'S')}, Seen{process(4720, "orders", 't')}};
  sighting.others[1].facts.tracer = 4711;
  sighting.others[1].facts.tracer_name = "dlv";
  EXPECT_EQ(describe(sighting, kLate), kBegin +
                                           "It waits (futex_wait_queue); its debuggee orders "
                                           "(process 4720) is stopped by ptrace (dlv).");
  sighting.others[1].facts.tracer = 99;
  sighting.others[1].facts.tracer_name = "strace";
  EXPECT_EQ(describe(sighting, kLate),
            kBegin +
                "It waits (futex_wait_queue); its debuggee orders (process 4720) is stopped by "
                "another debugger: strace (process 99) traces it.");
  sighting.others[1].facts = process(4720, "orders", 'D');
  sighting.others[1].facts.wait_channel = "nfs_wait";
  EXPECT_EQ(describe(sighting, kLate),
            kBegin +
                "It waits (futex_wait_queue); orders (process 4720) waits in the kernel "
                "(nfs_wait), for a disk or a network file system, and cannot be stopped until it "
                "has it.");
}

TEST(Diagnosis, SaysWhenNothingCanBeSeen) {
  auto sighting = seen('S');
  sighting.process.reset();
  sighting.last_words = "the event `output`";
  sighting.since_last_words = seconds(12);
  EXPECT_EQ(describe(sighting, kLate),
            "dlv has not answered `stackTrace` for 10 s. Its process has ended, but something that "
            "it started keeps its connection open. The last it said was the event `output`, 12 s "
            "ago.");
  sighting.is_ours = false;
  sighting.last_words.clear();
  EXPECT_EQ(describe(sighting, kLate),
            "dlv has not answered `stackTrace` for 10 s. It was not started here, so what it does "
            "cannot be seen.");
}

TEST(Diagnosis, SaysWhatASlowStartDoes) {
  auto sighting = seen('R');
  sighting.process->share = 0.98;
  sighting.process->facts.read = 310u << 20;
  EXPECT_EQ(describe_start(sighting, seconds(12)),
            "dlv reads the program's debug information: 12 s, 98 % CPU, 850 MiB memory, 310 MiB "
            "read");
  sighting.process->share = 0.01;
  sighting.others = {Seen{process(12, "compile", 'R'), 1.5}};
  EXPECT_EQ(describe_start(sighting, seconds(12)),
            "dlv waits for compile (process 12): 12 s, 150 % CPU, 850 MiB memory");
}

TEST(ProcessFacts, ShowsAProcessAsItIs) {
  Loop loop;
  io::ProcessOptions options;
  options.arguments = {"/bin/sleep", "600"};
  options.new_session = true;
  auto sleeper = io::Process::start(loop.executor(), options).value();
  const pid_t id = sleeper.id();
  const auto becomes = [&](char state) {
    return loop.run_until([&] {
      const auto facts = look_at_process(id);
      return facts && facts->name == "sleep" && facts->state == state;
    });
  };
  EXPECT_TRUE(becomes('S'));
  const auto facts = look_at_process(id);
  EXPECT_EQ(facts->tracer, 0);
  EXPECT_GT(facts->memory, 0u);
  EXPECT_TRUE(facts->read.value_or(1) > 0);
  const auto mine = offspring_of(::getpid());
  EXPECT_NE(std::ranges::find(mine, id), mine.end());
  ::kill(id, SIGSTOP);
  EXPECT_TRUE(becomes('T'));
  ::kill(id, SIGKILL);
  loop.run(sleeper.wait()).value();
  EXPECT_FALSE(look_at_process(id));
}

TEST(ProcessFacts, MeasuresWhatAProcessUses) {
  ProcessFacts before = process(1, "a", 'R');
  ProcessFacts after = before;
  after.cpu = std::chrono::milliseconds(490);
  EXPECT_FALSE(processor_share(before, after));
  after.when = std::chrono::milliseconds(500);
  EXPECT_DOUBLE_EQ(processor_share(before, after).value(), 0.98);
}

}  // namespace
}  // namespace nearside::far_end
