// What most files of core and of its tests begin with, compiled once (scripts/precompile.mjs). The
// clang builds take it before each file; the builds that are installed do not, so that each file
// still has to include what it uses.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>
