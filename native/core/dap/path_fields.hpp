// Where a message carries paths, sourceReferences and breakpoint ids: the table of every such field
// of the specification (1.71), and the walk that finds them in a message's bytes. What is not in
// the table is not looked at: a `variables` answer costs nothing. Found are ranges of whole JSON
// values in Message::bytes(), to be replaced by Message::replace.
#pragma once

#include "core/dap/envelope.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nearside::dap {

/// What stands at a place that the table names.
enum class FieldKind {
  kSource,           ///< An object of type Source.
  kPath,             ///< A string that is a path.
  kBreakpoint,       ///< An object of type Breakpoint.
  kBreakpointId,     ///< A number that names a breakpoint.
  kSourceReference,  ///< A number that names a source, beside or instead of a Source.
};
struct PathField {
  MessageType type;
  std::string_view name;  ///< The command or event.
  /// The way to it from `arguments` or `body`: "stackFrames[].source". Keys hold neither `.` nor
  /// `[`.
  std::string_view place;
  FieldKind kind;
};
/// Every place. What is inside a Source and a Breakpoint is not named again.
std::span<const PathField> path_fields() noexcept;

/// What an adapter is known to add to the specification.
enum class Extensions {
  kNone,
  kLldb,  ///< lldb-dap: `$__lldb_extensions.declaration.path` in `variables`.
};

/// A `Source` object (specification: Source), nested ones (`sources`) as entries of their own.
struct FoundSource {
  ByteRange object;                           ///< Braces included.
  std::optional<ByteRange> path;              ///< The string token, quotes included.
  std::optional<ByteRange> source_reference;  ///< The number, an integer.
};
/// An object of type Breakpoint, braces included, with its `id` if it is there and an integer.
struct FoundBreakpoint {
  ByteRange object;
  std::optional<ByteRange> id;
};
/// Each list in the order in which its objects or tokens begin. A `path` may stand behind the
/// Sources that are nested beside it: who replaces in nested ones sorts.
struct FoundFields {
  std::vector<FoundSource> sources;
  /// String tokens that hold a path outside of a Source: modules' `path` and `symbolFilePath`,
  /// `process.name`, `runInTerminal.cwd`, lldb-dap's `$__lldb_extensions.declaration.path`.
  std::vector<ByteRange> paths;
  std::vector<FoundBreakpoint> breakpoints;
  /// The number tokens of `stopped.hitBreakpointIds`.
  std::vector<ByteRange> breakpoint_ids;
  /// `source` requests: the top-level `arguments.sourceReference`.
  std::optional<ByteRange> source_reference;
};

/// Whether the table knows any field for a message of that type and name: a look-up, no walk.
bool may_carry_fields(const Envelope& envelope, Extensions extensions = Extensions::kNone);
/// Empty when there are none. Values of a wrong type are passed over: they mean nothing to us. Of a
/// member that is there twice the last one counts, as for most parsers.
FoundFields find_fields(const Message& message, Extensions extensions = Extensions::kNone);

}  // namespace nearside::dap
