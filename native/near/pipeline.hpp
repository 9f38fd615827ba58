// The order of a near end's stages and nothing else: session front, then the inspector, then the
// path mapper, then the link. A stage sees each message on its way to the adapter and on its way
// back, and says what goes on in either direction.
#pragma once

#include "core/dap/envelope.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace nearside::near_end {

/// What a stage lets go on. Both lists are in order; messages made by a stage go the same ways.
struct StageOutput {
  std::vector<dap::Message> to_adapter;
  std::vector<dap::Message> to_client;
  std::vector<std::string> notices;  ///< A line each for the user's debug console.
  /// What the far end itself is told, as a control message, before to_adapter[before].
  struct Control {
    std::size_t before = 0;
    std::string bytes;
  };
  std::vector<Control> controls;  ///< In that order.
  bool rules_changed = false;     ///< Paths are written otherwise from now on.
};

class Stage {
 public:
  virtual ~Stage() = default;
  virtual void from_client(dap::Message message, StageOutput& out) = 0;
  virtual void from_adapter(dap::Message message, StageOutput& out) = 0;
  /// Paths are written otherwise than in all that has come by so far.
  virtual void handle_rules_changed() {}
};

/// Runs messages through stages, ordered from the client to the adapter.
class Pipeline {
 public:
  explicit Pipeline(std::vector<std::unique_ptr<Stage>> stages = {});
  /// What a client's message becomes; answers that a stage gives by itself come out in to_client,
  /// having passed the stages between it and the client.
  StageOutput from_client(dap::Message message);
  StageOutput from_adapter(dap::Message message);
  /// What a stage, one of these, lets go on when no message has come: something else has happened
  /// that it knows of.
  StageOutput from_stage(const Stage& stage, StageOutput step);

 private:
  void to_adapter(std::size_t next, dap::Message message, StageOutput& out);
  void to_client(std::size_t below, dap::Message message, StageOutput& out);
  /// What stage number `stage` let go on.
  void spread(std::size_t stage, StageOutput step, StageOutput& out);

  std::vector<std::unique_ptr<Stage>> stages_;
};

}  // namespace nearside::near_end
