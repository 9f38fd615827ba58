// The near end's memory of one session: answers by key, as the client saw them. What always holds:
// what it serves is what the adapter answered, or pushed, in the state of the program that the
// client knows of; order between the client's own requests stays; each request is answered once.
// When in doubt it forgets. Sits between front and path mapper, so a hit costs no rewriting. Pure.
#pragma once

#include "core/dap/envelope.hpp"
#include "core/inspect/client_view.hpp"
#include "core/inspect/options.hpp"
#include "core/inspect/stopwatch.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearside::inspect {

/// What goes on, in order.
struct InspectorOutput {
  struct Onward {
    std::optional<ClientView> view = {};  ///< To be said before the message.
    dap::Message message;
  };
  std::vector<Onward> to_adapter;
  std::vector<dap::Message> to_client;
};

/// For people and tests; counted since the session began.
struct InspectorCounters {
  struct Command {
    std::uint64_t hits = 0;    ///< Answered from memory.
    std::uint64_t joins = 0;   ///< Answered by what was on its way already.
    std::uint64_t misses = 0;  ///< Passed on.
  };
  std::map<std::string, Command, std::less<>> commands;  ///< Reads only.
  std::uint64_t pushes = 0;                              ///< Received.
  std::uint64_t pushed_bytes = 0;
  std::uint64_t pushes_used = 0;
  std::uint64_t kept_bytes = 0;  ///< Now.
  std::uint64_t evictions = 0;
};

class Inspector {
 public:
  explicit Inspector(InspectOptions options);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  void from_client(dap::Message message, InspectorOutput& out);
  void from_adapter(dap::Message message, InspectorOutput& out);
  /// Paths are written otherwise from now on.
  void forget();
  const InspectorCounters& counters() const;
  /// Hears from here how requests are answered; of the rest its owner tells it.
  Stopwatch& stopwatch();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nearside::inspect
