// A command line run within a test: what it prints, and how it ends.
#pragma once

#include "cli/commands.hpp"

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace nearside::cli {

struct Outcome {
  int code;
  std::string out, err;
};

inline Outcome outcome_of(const std::vector<std::string>& words) {
  std::ostringstream out, err;
  auto* const cout_before = std::cout.rdbuf(out.rdbuf());
  auto* const cerr_before = std::cerr.rdbuf(err.rdbuf());
  const int code = run(words);
  std::cout.rdbuf(cout_before);
  std::cerr.rdbuf(cerr_before);
  return {code, out.str(), err.str()};
}

}  // namespace nearside::cli
