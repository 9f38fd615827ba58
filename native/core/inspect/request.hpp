// What a client's request means for what is kept of a stop: whether it only looks, what makes two
// of them the same, and which values of the stop it names. Both ends decide by this alone, so they
// always agree. Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nearside::inspect {

enum class RequestKind {
  kRead,         ///< Only looks: true until the next resume or write.
  kSessionRead,  ///< Only looks, and stays true until an event says otherwise.
  kResume,       ///< Lets the program run, or ends it.
  kWrite,        ///< May change what others read; whatever we do not know is one.
  kNeutral,      ///< Changes nothing that is read, and is not kept.
};

struct Request {
  RequestKind kind = RequestKind::kNeutral;
  /// Reads: two with the same key ask the same. Command and arguments, without what says the
  /// default and without what only tells where the question came from (evaluate's line, source).
  std::string key = {};
  /// Reads: the arguments, as in the key. An object.
  nlohmann::json arguments = {};
  std::optional<std::int64_t> thread = {};  ///< Reads: `threadId`.
  std::optional<std::int64_t> frame = {};   ///< Reads: `frameId`.
  /// `variablesReference` of reads, setVariable and dataBreakpointInfo, which have `arguments` too.
  std::optional<std::int64_t> reference = {};
};

/// `request` is a request. `pure_watches`: InspectWish.
Request read_request(const dap::Message& request, bool pure_watches);
/// The same for a command and its arguments as they stand (pushes).
Request read_request(std::string_view command, std::string_view arguments, bool pure_watches);

/// Whether it lets the program run, or ends it.
bool is_resume(std::string_view command);
/// Whether a `module` or `loadedSource` event makes answers to it old.
bool is_of_modules(std::string_view command);
/// What makes two reads the same: Request::key.
std::string key_of(std::string_view command, const nlohmann::json& arguments);

/// Whether evaluating it changes nothing by syntax: names, members, indexes, literals, arithmetic,
/// comparison, `*` and `&`; no call, assignment, increment, statement, nor anything unknown.
bool is_pure_expression(std::string_view expression);

}  // namespace nearside::inspect
