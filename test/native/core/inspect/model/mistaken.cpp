// A cache as one writes it at first: answers by request. Right but for the one mistake that it is
// made with, as far as adapters with unique references go.
#include "adapter.hpp"
#include "between.hpp"

#include <map>
#include <utility>

namespace nearside::inspect::model {
namespace {

class Mistaken : public Between {
 public:
  explicit Mistaken(Mistake mistake) : mistake_(mistake) {}

  void from_client(std::string bytes) override {
    const auto request = json::parse(bytes);
    const std::string command = request.at("command");
    const auto arguments = request.value("arguments", json::object());
    const auto key = command + arguments.dump() + frame_of(command, arguments);
    if (command == "scopes") scopes_frame_ = arguments.at("frameId").dump();
    const bool writes = tag_of(command, arguments) != 0;
    if (writes) {
      const bool keeps =
          mistake_ == (is_resume(command) ? Mistake::kKeepsOverResume : Mistake::kKeepsOverWrites);
      if (!keeps) forget_all(mistake_ != Mistake::kTakesLateAnswers);
    } else if (const auto kept = kept_.find(key); kept != kept_.end()) {
      auto answer = kept->second;
      answer["request_seq"] = request.at("seq");
      return to_client.push_back(answer.dump());
    }
    if (is_kept(command) && !writes) keys_[request.at("seq")] = key;
    if (writes) tags_.insert(request.at("seq").get<std::int64_t>());
    if (mistake_ == Mistake::kReorders && !writes && !to_adapter.empty()) {
      to_adapter.push_front(std::move(bytes));
      return;
    }
    if (mistake_ == Mistake::kRepeatsResume && is_resume(command) && ++count_ % 4 == 0)
      to_adapter.push_back(bytes);
    to_adapter.push_back(std::move(bytes));
  }

  void from_adapter(std::string bytes) override {
    auto message = json::parse(bytes);
    if (message.at("type") == "event") {
      const std::string event = message.at("event");
      const bool is_change = event == "invalidated" || event == "memory";
      const bool keeps = mistake_ == Mistake::kKeepsOverResume ||
                         (mistake_ == Mistake::kKeepsOverEvents && is_change);
      if (event != "output" && !keeps) forget_all(true);
      return to_client.push_back(std::move(bytes));
    }
    const std::int64_t seq = message.at("request_seq");
    if (tags_.erase(seq) > 0) {
      if (mistake_ != Mistake::kKeepsOverWrites) forget_all(true);
    }
    if (const auto key = keys_.find(seq); key != keys_.end() && message.at("success")) {
      kept_[key->second] = message;
      keys_.erase(key);
    }
    ++count_;
    if (mistake_ == Mistake::kLosesAnswer && count_ % 8 == 0) return;
    if (mistake_ == Mistake::kLeavesStamp && count_ % 8 == 0) message["nearside"] = json::object();
    if (mistake_ == Mistake::kAnswersTwice && count_ % 8 == 0) to_client.push_back(bytes);
    to_client.push_back(message.dump());
  }

  bool move(Random&) override { return false; }

 private:
  static bool is_kept(const std::string& command) {
    // Not `scopes`: the adapter has to hear whose scopes the client means.
    return command == "stackTrace" || command == "variables" || command == "threads" ||
           command == "evaluate";
  }
  std::string frame_of(const std::string& command, const json& arguments) const {
    if (command != "variables" || mistake_ == Mistake::kKeyWithoutFrame) return {};
    return arguments.at("variablesReference") <= 3 ? scopes_frame_ : std::string();
  }
  void forget_all(bool in_flight) {
    kept_.clear();
    if (in_flight) keys_.clear();
  }

  Mistake mistake_;
  std::map<std::string, json> kept_;
  std::map<std::int64_t, std::string> keys_;
  std::set<std::int64_t> tags_;
  std::string scopes_frame_;
  int count_ = 0;
};

}  // namespace

std::unique_ptr<Between> make_mistaken(Mistake mistake) {
  return std::make_unique<Mistaken>(mistake);
}

}  // namespace nearside::inspect::model
