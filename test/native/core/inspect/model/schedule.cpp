// The dice.
#include "schedule.hpp"

#include "adapter.hpp"
#include "client.hpp"
#include "oracle.hpp"

#include <algorithm>
#include <utility>

namespace nearside::inspect::model {
namespace {

constexpr int kMaxSteps = 600;
/// At the end, far more than anything takes to come to rest.
constexpr int kMaxTail = 20'000;

class Schedule {
 public:
  Schedule(std::uint64_t seed, const MakeBetween& make, bool records)
      : random_(seed),
        traits_(Traits::of(random_)),
        between_(make(random_)),
        adapter_(traits_, random_),
        client_(traits_, random_, between_->pure_watches),
        records_(records) {
    haste_ = 2 + random_.below(12);
    calm_ = random_.below(2) * (1 + random_.below(8));
  }

  std::optional<std::string> run(int steps) {
    start();
    const auto wanted = 40 + static_cast<int>(random_.below(kMaxSteps - 40));
    for (int step = 0; step < std::min(steps, wanted) && !wrong_; ++step) {
      steps_ = step + 1;
      take_step();
    }
    finish();
    return wrong_;
  }
  int steps() const { return steps_; }
  std::vector<std::string> take_transcript() { return std::move(transcript_); }

 private:
  void start() {
    const char* const names[] = {"vscode", "other"};
    say(client_.send("initialize", {{"clientID", names[random_.below(2)]},
                                    {"supportsInvalidatedEvent", true},
                                    {"supportsMemoryEvent", true}}));
    settle();
    say(client_.send("launch", {{"program", "/p"}}));
    settle();
    say(client_.send("configurationDone", json::object()));
    settle();
  }

  /// The more haste the client has, the less the rest gets done between two of its requests; the
  /// calmer it is, the more often everything comes to rest.
  void take_step() {
    const auto dice = random_.below(haste_ + 32 + calm_);
    if (dice < haste_) return say(client_.ask());
    if (dice < haste_ + 10) return void(between_->move(random_));
    if (dice < haste_ + 16) return hear_one();
    if (dice < haste_ + 22) return handle_one();
    if (dice < haste_ + 28) return answer_one();
    if (dice == haste_ + 28) return happen();
    if (dice == haste_ + 29) return between_->pass(std::chrono::milliseconds(random_.below(80)));
    if (dice == haste_ + 30) return random_.chance(8) ? between_->forget() : happen();
    if (dice > haste_ + 31 || random_.chance(4)) settle();
  }

  void say(std::string message) {
    if (message.empty()) return;
    note("client  > ", message);
    between_->from_client(std::move(message));
    pass_on();
  }
  void hear_one() {
    if (between_->to_client.empty()) return;
    const auto message = std::move(between_->to_client.front());
    between_->to_client.pop_front();
    note("client  < ", message);
    const auto complaint = receive(client_, adapter_, message);
    if (complaint && !wrong_) wrong_ = *complaint + ":\n  " + message;
    check();
  }
  void handle_one() {
    if (between_->to_adapter.empty()) return;
    note("adapter < ", between_->to_adapter.front());
    adapter_.handle(between_->to_adapter.front());
    between_->to_adapter.pop_front();
    const auto& order = adapter_.order();
    const bool is_prefix = order.size() <= client_.tags.size() &&
                           std::equal(order.begin(), order.end(), client_.tags.begin());
    if (!is_prefix && !wrong_)
      wrong_ = "the adapter had a resume or write that the client did not send then";
    pass_on();
  }
  void answer_one() {
    adapter_.answer_one();
    pass_on();
  }
  void happen() {
    adapter_.happen();
    pass_on();
  }
  void pass_on() {
    while (!adapter_.said.empty()) {
      note("adapter > ", adapter_.said.front());
      between_->from_adapter(std::move(adapter_.said.front()));
      adapter_.said.pop_front();
    }
    check();
  }
  void check() {
    if (const auto trouble = between_->trouble(); trouble && !wrong_) wrong_ = trouble;
  }

  /// Everything that is on its way arrives.
  void settle() {
    for (int left = kMaxTail; !wrong_; --left) {
      if (left == 0) {
        wrong_ = "it never comes to rest";
        return;
      }
      if (!between_->to_client.empty()) {
        hear_one();
      } else if (!between_->to_adapter.empty()) {
        handle_one();
      } else if (!adapter_.is_idle()) {
        answer_one();
      } else if (!between_->move(random_)) {
        return;
      }
    }
  }

  void finish() {
    settle();
    if (wrong_) return;
    if (!client_.waiting.empty()) {
      const auto& [seq, asked] = *client_.waiting.begin();
      wrong_ = "request " + std::to_string(seq) + ", " + asked.command + ", was never answered";
    } else if (adapter_.order() != client_.tags) {
      wrong_ = "the adapter did not have every resume and write";
    } else if (client_.events != adapter_.told().size()) {
      wrong_ = "an event was lost";
    }
  }

  void note(const char* who, const std::string& message) {
    if (records_) transcript_.push_back(who + message);
  }

  Random random_;
  Traits traits_;
  std::unique_ptr<Between> between_;
  Adapter adapter_;
  Client client_;
  bool records_;
  std::size_t haste_ = 1;
  std::size_t calm_ = 0;
  int steps_ = 0;
  std::optional<std::string> wrong_;
  std::vector<std::string> transcript_;
};

std::optional<Failure> run(std::uint64_t seed, const MakeBetween& make, int steps, bool records) {
  Schedule schedule(seed, make, records);
  const auto complaint = schedule.run(steps);
  if (!complaint) return std::nullopt;
  return Failure{seed, schedule.steps(), *complaint, schedule.take_transcript()};
}

}  // namespace

std::optional<Failure> run_schedule(std::uint64_t seed, const MakeBetween& make) {
  return run(seed, make, kMaxSteps, false);
}

std::string explain(const Failure& failure, const MakeBetween& make) {
  for (int steps = 0; steps <= failure.steps; ++steps) {
    const auto shorter = run(failure.seed, make, steps, true);
    if (!shorter) continue;
    std::string text = "NEARSIDE_SCHEDULE=" + std::to_string(failure.seed) + ", after " +
                       std::to_string(steps) + " steps:\n";
    for (const auto& line : shorter->transcript) text += line + "\n";
    return text + "=> " + shorter->complaint;
  }
  return failure.complaint;
}

}  // namespace nearside::inspect::model
