// The stand-in adapter: does what a real one does only now and then. Takes requests one at a time,
// in order; answers at once, or late and mixed. What always holds: a change of the program and the
// event that tells of it stand at one place in what it says. It keeps every moment of the program,
// so that any answer can be judged afterwards, and notes each resume and write that reached it.
#pragma once

#include "world.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace nearside::inspect::model {

/// The program from here to the next moment, and how many events had been sent when it began.
struct Moment {
  World world;
  std::uint64_t events = 0;
};

/// A resume or write that the adapter took: the moments just before, just after, and when it took
/// effect.
struct Done {
  std::size_t before = 0;
  std::size_t after = 0;
  std::size_t effect = 0;
  std::string node;  ///< Of a write: what was written to.
};

class Adapter {
 public:
  Adapter(const Traits& traits, Random& random) : traits_(traits), random_(random) {}

  void handle(const std::string& request);
  /// Answers one of those that it has handled, if there is one.
  void answer_one();
  bool is_idle() const { return unanswered_.empty(); }
  /// Something happens to the program by itself.
  void happen();
  /// The program stops, if anything of it runs; else nothing.
  void stop();

  const Traits& traits() const { return traits_; }
  const std::vector<Moment>& history() const { return history_; }
  const World& world() const { return history_.back().world; }
  std::size_t now() const { return history_.size() - 1; }
  /// By the client's own mark of each (tag_of).
  const std::map<std::uint64_t, Done>& done() const { return done_; }
  /// The moment at which each event was sent, the first at 0.
  const std::vector<std::size_t>& told() const { return told_; }
  /// The marks of all resumes and writes, as they came.
  const std::vector<std::uint64_t>& order() const { return order_; }
  std::uint64_t reads() const { return reads_; }

  std::deque<std::string> said;

 private:
  struct Answer {
    std::int64_t seq = 0;
    std::string command;
    std::optional<json> body;
    std::uint64_t tag = 0;      ///< Of a resume or write; else 0.
    bool takes_effect = false;  ///< When it leaves.
  };
  World& change(bool tells);
  void tell(const std::string& event, json body);
  void handle_read(Answer& answer, const json& arguments);
  void handle_resume(Answer& answer, const json& arguments);
  void handle_write(Answer& answer, const json& arguments);
  void cancel(const json& arguments);
  void end_references();
  void number(const std::string& command, json& body);
  std::optional<std::string> node_of(const json& arguments) const;
  std::optional<std::string> frame(const json& arguments) const;
  std::optional<std::string> reference(const json& arguments) const;
  void move_by_itself();

  const Traits& traits_;
  Random& random_;
  std::vector<Answer> unanswered_;
  std::vector<Moment> history_{1};
  std::vector<std::size_t> told_;
  std::map<std::uint64_t, Done> done_;
  std::vector<std::uint64_t> order_;
  std::uint64_t reads_ = 0;
  std::map<std::int64_t, std::string> references_;
  std::map<std::int64_t, std::string> frames_;
  std::int64_t next_reference_ = 1000;
  std::int64_t next_frame_ = 1000;
  std::string last_scopes_;  ///< The frame whose `scopes` was handled last in this era.
};

/// The mark by which a resume or write is known again; 0: it is neither.
std::uint64_t tag_of(const std::string& command, const json& arguments);
bool is_resume(const std::string& command);

}  // namespace nearside::inspect::model
