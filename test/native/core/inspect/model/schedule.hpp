// One schedule: from a seed comes what kind of adapter it is, what the client does, and which
// message moves when. At its end everything is let through: each request has been answered once.
#pragma once

#include "between.hpp"
#include "world.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nearside::inspect::model {

/// Makes what stands between, of the kind that the seed's next numbers say.
using MakeBetween = std::function<std::unique_ptr<Between>(Random& random)>;

struct Failure {
  std::uint64_t seed = 0;
  int steps = 0;
  std::string complaint;
  std::vector<std::string> transcript;
};

/// The first thing that goes wrong; nothing: all went well.
std::optional<Failure> run_schedule(std::uint64_t seed, const MakeBetween& make);
/// The shortest beginning of that schedule that fails too, with its transcript, for people.
std::string explain(const Failure& failure, const MakeBetween& make);

}  // namespace nearside::inspect::model
