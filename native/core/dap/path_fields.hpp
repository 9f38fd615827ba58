// Where a message carries paths, sourceReferences and breakpoint ids: the table of every such field
// of the specification (1.71), and the walk that finds them in a message's bytes. What is not in
// the table is not looked at: a `variables` answer costs nothing. Found are ranges of whole JSON
// values in Message::bytes(), in order, to be replaced by Message::replace.
#pragma once

#include "core/dap/envelope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::dap {

/// A `Source` object (specification: Source), nested ones (`sources`) as entries of their own.
struct FoundSource {
  ByteRange object;                           ///< Braces included.
  std::optional<ByteRange> path;              ///< The string token, quotes included.
  std::optional<ByteRange> source_reference;  ///< The number.
};
struct FoundFields {
  std::vector<FoundSource> sources;
  /// String tokens that hold a path outside of a Source: modules' `path` and `symbolFilePath`,
  /// `process.name`, `runInTerminal.cwd`, lldb-dap's `$__lldb_extensions.declaration.path`.
  std::vector<ByteRange> paths;
  /// Objects of type Breakpoint, braces included, with their `id` if there.
  struct FoundBreakpoint {
    ByteRange object;
    std::optional<ByteRange> id;
  };
  std::vector<FoundBreakpoint> breakpoints;
  /// The number tokens of `stopped.hitBreakpointIds`.
  std::vector<ByteRange> breakpoint_ids;
  /// `source` requests: the top-level `arguments.sourceReference`.
  std::optional<ByteRange> source_reference;
};

/// Whether the table knows any field for a message of that type and name: a look-up, no walk.
bool may_carry_fields(const Envelope& envelope);
/// Empty when there are none. Values of a wrong type are passed over: they mean nothing to us.
FoundFields find_fields(const Message& message);

}  // namespace nearside::dap
