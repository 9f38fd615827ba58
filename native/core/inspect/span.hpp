// Where the time of one request went: from the client's asking to the client's having its answer,
// cut at the moments that the near end and the far end note. Times are microseconds of a clock that
// the caller reads. It holds a command's name and times, never a value. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nearside::inspect {

using Microseconds = std::chrono::microseconds;

/// The parts that a request comes through.
enum class Leg : std::uint8_t { kClient, kNearEnd, kLink, kFarEnd, kAdapter };
inline constexpr std::size_t kLegs = 5;
/// "client", "nearEnd", "link", "farEnd", "adapter".
std::string_view to_string(Leg leg);

/// A number for each command of the Debug Adapter Protocol, and one for all others ("other"); so
/// that what is kept of a command has a bound, and nobody's own words are in it.
using CommandNumber = std::uint8_t;
CommandNumber command_number(std::string_view command);
std::string_view command_name(CommandNumber number);
/// One more than the largest number.
std::size_t command_count();

/// How a request got its answer.
enum class Way : std::uint8_t {
  kHit,     ///< From memory.
  kJoined,  ///< With what was on its way already: a push, or the answer to another.
  kAsked,   ///< The far end was asked.
  kEvent,   ///< No request: the adapter's event `command`, at `began`.
};

struct Span {
  Microseconds began{0};  ///< The client has handed it over.
  CommandNumber command = 0;
  Way way = Way::kAsked;
  bool is_told = false;         ///< The far end has said what `far_end` and `adapter` were.
  std::uint32_t waited = 0;     ///< Until the near end took it up.
  std::uint32_t before = 0;     ///< Until it was sent.
  std::uint32_t away = 0;       ///< Until its answer came.
  std::uint32_t after = 0;      ///< Until the client was handed it.
  std::uint32_t taken = 0;      ///< Until the client had taken it.
  std::uint32_t far_end = 0;    ///< Of `away`: until the adapter was handed it.
  std::uint32_t adapter = 0;    ///< Of `away`.
  std::uint64_t whole() const;  ///< From `began` to its end.
  /// A leg's part of the whole; all five make it up. Of what came by no adapter, or by a far end
  /// that does not tell, all of `away` is the link's.
  std::uint64_t of(Leg leg) const;
  bool operator==(const Span&) const = default;
};

/// As near ends tell it: an array of numbers and one name. Nothing if it is none.
nlohmann::json to_json(const Span& span);
bool from_json(const nlohmann::json& json, Span& span);

}  // namespace nearside::inspect
