// What the far end writes onto an answer so that the near end may keep it: the last top-level
// member of the response, `"nearside"`. It is taken off before the client sees the message, whose
// other bytes are the adapter's. docs/link-protocol.md (Stamps) says the same for people. Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace nearside::inspect {

/// A stamp of an answer that nobody asked for.
struct Push {
  std::uint64_t number = 0;                ///< Counts up from 1, a session.
  std::optional<std::int64_t> frame = {};  ///< Of `variables` of a scope: whose scope it is.
  nlohmann::json arguments = {};           ///< As in Request::arguments.
  bool operator==(const Push&) const = default;
};
struct Stamp {
  std::uint64_t epoch = 0;   ///< Stops and resumes of the session so far.
  std::uint64_t writes = 0;  ///< Requests and events so far that may have changed what is read.
  std::uint64_t seen = 0;    ///< Resumes and writes of this client that the far end has handed on.
  std::optional<Push> push = {};
  bool operator==(const Stamp&) const = default;
};

/// Where the time went that a request was at the far end, in microseconds. An answer that may not
/// be kept has this and nothing else for a stamp.
struct Spent {
  std::uint32_t far_end = 0;  ///< Until the adapter was handed it.
  std::uint32_t adapter = 0;  ///< From there to its answer.
  bool operator==(const Spent&) const = default;
};

/// `response` are the bytes of a response. False, and no change, if something stands behind its
/// closing brace, which could not be given back as it was.
bool append_stamp(std::string& response, const Stamp& stamp,
                  const std::optional<Spent>& spent = {});
bool append_spent(std::string& response, const Spent& spent);
/// Takes the stamp off. Nothing, and no change, if the last member is no stamp of ours. `spent`
/// gets what it says of that, whether it says more or not.
std::optional<Stamp> take_stamp(dap::Message& response, std::optional<Spent>* spent = nullptr);

}  // namespace nearside::inspect
