// Where a session's program stands, as who joins is told it: the events that hold, in the adapter's
// bytes, and its last output. What always holds: it is bounded, and what a resume has left is not
// told. Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace nearside::session {

class Present {
 public:
  /// Any event of the adapter but `output`, with the session's ids in it.
  void handle_event(const dap::Message& event);
  void handle_resume(bool refused);
  void handle_output(std::string event);

  /// For one that joins, in order: process, threads, modules, stops, endings.
  std::vector<std::string> events() const;
  const std::vector<std::string>& stops() const { return stops_; }
  const std::deque<std::string>& output() const { return output_; }
  /// Whether one of these is told to who joins by events().
  static bool tells(std::string_view event);
  /// The last stop was one of all threads.
  bool all_stopped() const { return all_stopped_; }

 private:
  void note_listed(const dap::Message& event);

  std::vector<std::string> stops_;         ///< While what they say holds.
  std::vector<std::string> resumed_from_;  ///< Until the resume is known to have happened.
  std::vector<std::string> endings_;       ///< `exited` and `terminated`.
  std::string process_;
  std::map<std::string, std::string> threads_;  ///< By what names them.
  std::map<std::string, std::string> modules_;
  std::deque<std::string> output_;
  std::size_t output_bytes_ = 0;
  bool all_stopped_ = false;
};

}  // namespace nearside::session
