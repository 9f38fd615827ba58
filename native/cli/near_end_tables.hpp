// The near ends' part of `nearside status`, for people.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace nearside::cli {

/// Their sessions, a line each, then a table of times for each that has asked for something.
std::string near_end_tables(const std::vector<nlohmann::json>& near_ends);

/// A number of microseconds as milliseconds, to what can be told apart: "0.05", "1.3", "120".
std::string milliseconds_text(std::uint64_t microseconds);

}  // namespace nearside::cli
