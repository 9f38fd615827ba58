// A client of the model: asks what VS Code asks, in its order, and now and then something else: old
// references, steps in a hurry, cancels. It remembers what each request and reference meant to it,
// and all that it can know of the program's moments: oracle.hpp judges its answers by that.
#pragma once

#include "adapter.hpp"
#include "world.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nearside::inspect::model {

/// What a reference means to the client.
struct Meaning {
  std::string node;
  std::optional<std::uint64_t> era;  ///< Nothing: it asked, and has no answer yet.
};
/// One answer that gave a reference. Times are the client's own: counts of what it sent and got.
struct Given {
  Meaning meaning;
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
};

/// A request that waits.
struct Asked {
  std::string command;
  json arguments;
  std::vector<Meaning> meanings;  ///< Of its reference; empty: it has none.
  std::uint64_t tag = 0;          ///< Of a resume or write.
  std::size_t after = 0;          ///< So many resumes and writes had been sent before.
  std::size_t known = 0;          ///< The moment that the client knew of.
  std::uint64_t time = 0;         ///< Of the client.
  bool cancelled = false;
};

class Client {
 public:
  Client(const Traits& traits, Random& random, bool pure_watches)
      : traits_(traits), random_(random), pure_watches_(pure_watches) {}

  /// The next request of its plan, or something else by chance; empty: it has no wish now.
  std::string ask();
  /// The next of its plan only.
  std::string ask_planned();
  /// This one; what its references mean is what the client takes them for.
  std::string send(const std::string& command, json arguments);
  /// An event came.
  void hear(const std::string& event, const json& body);
  /// An answer came that was true at this moment: what it gave, and what it makes the client ask.
  void learn(const Asked& asked, const json& body, std::size_t moment, std::uint64_t era);

  std::map<std::int64_t, Asked> waiting;
  std::vector<std::uint64_t> tags;   ///< Of all resumes and writes that it sent.
  std::set<std::uint64_t> restarts;  ///< Those of them that are.
  std::size_t known = 0;             ///< The earliest moment that fits all that it has seen.
  std::uint64_t events = 0;          ///< That it has received.
  std::uint64_t reads = 0;           ///< That it has sent.
  std::uint64_t time = 0;
  bool runs = true;  ///< The program, as far as it knows.

 private:
  using Numbers = std::map<std::int64_t, std::vector<Given>>;
  struct Wish {
    std::string command;
    json arguments;
  };
  void plan(std::string command, json arguments) {
    plan_.push_back({std::move(command), std::move(arguments)});
  }
  std::string ask_something();
  std::string step(int thread);
  std::string evaluate();
  std::string cancel();
  std::vector<Meaning> meanings_of(const json& arguments) const;
  std::vector<Meaning> meanings_of_reference(std::int64_t number) const;
  static void give(Numbers& to, std::int64_t number, Given given);
  void follow(const Asked& asked, const json& body);
  static json page(const json& variable, bool indexed);
  std::int64_t some(const Numbers& numbers);

  const Traits& traits_;
  Random& random_;
  bool pure_watches_;
  std::int64_t seq_ = 0;
  std::uint64_t next_tag_ = 1;
  std::deque<Wish> plan_;
  int thread_ = 1;
  Numbers frames_;
  Numbers references_;
  std::vector<std::int64_t> recent_;  ///< References of the last answers.
};

}  // namespace nearside::inspect::model
