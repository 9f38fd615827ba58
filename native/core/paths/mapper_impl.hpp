// What a mapper is made of. Its methods are in mapper.cpp (both directions), mapper_requests.cpp
// (what the client asks) and mapper_breakpoints.cpp (what is sent again when rules change).
#pragma once

#include "core/dap/path_fields.hpp"
#include "core/paths/mapper.hpp"
#include "core/paths/resolver.hpp"
#include "core/paths/source_references.hpp"
#include "core/paths/wishes.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nearside::paths {

struct Mapper::Impl {
  using Splices = std::vector<dap::Message::Splice>;

  Impl(MapperOptions options, LocalFiles& local_files);

  // ---- mapper.cpp
  void from_adapter(dap::Message message, MapperOutput& out);
  /// Puts the client's paths and our numbers into what the adapter says.
  void rewrite_for_client(dap::Message& message);
  /// What the paths in it teach.
  void consider(const dap::Message& message, const dap::FoundFields& fields);
  void rewrite_source(const dap::Message& message, const dap::FoundSource& source,
                      Splices& splices);
  /// What becomes of a path of the adapter, by its token.
  struct Answer {
    std::string token;
    bool is_far = false;
    std::string far_path;  ///< Only when is_far.
  };
  const Answer& answer_to(std::string_view token);
  void turn_source_answer(const dap::Message& message, MapperOutput& out);
  void start_debugging(dap::Message& message);

  // ---- mapper_requests.cpp
  void from_client(dap::Message message, MapperOutput& out);
  void initialize(dap::Message& message);
  void launch(dap::Message& message, MapperOutput& out);
  /// True: it goes on to the adapter as `message`.
  bool read_source(dap::Message& message, MapperOutput& out);
  /// The first file that the request names, as the client spells it, and as the adapter does. Empty
  /// `client`: a file of the far side, or none.
  struct Named {
    std::string client, remote;
  };
  Named rewrite_for_adapter(dap::Message& message);
  Named name_for_adapter(const dap::Message& message, const dap::FoundSource& source,
                         Splices& splices);
  std::string read_path(std::string_view token) const;

  // ---- mapper_breakpoints.cpp
  void set_breakpoints(dap::Message& message, MapperOutput& out);
  void take_breakpoints(const dap::Message& message, MapperOutput& out);
  void take_own_answer(dap::Message message, MapperOutput& out);
  void send_again(Wish& wish, MapperOutput& out);
  void clear_breakpoints(const std::string& far_path, const std::string& far_key,
                         MapperOutput& out);
  /// After anything that may have changed rules: says so, and sends breakpoints again.
  void settle(MapperOutput& out);

  struct TokenHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  LocalFiles& files;
  std::string adapter;
  dap::Extensions extensions;
  bool client_uses_uris = false;
  Resolver resolver;
  SourceReferences references;
  Wishes wishes;
  std::unordered_map<std::string, Answer, TokenHash, std::equal_to<>> answers;
  std::uint64_t answers_version = 0;
  std::uint64_t settled_version = 0;
  std::unordered_set<std::int64_t> source_requests;  ///< Those that we have turned.
  std::int64_t next_own_seq = -1;
};

/// Bytes of `message` in `range`.
inline std::string_view cut(const dap::Message& message, dap::ByteRange range) {
  return std::string_view(message.bytes()).substr(range.begin, range.length);
}
/// In ascending order, as Message::replace wants them.
void apply(dap::Message& message, std::vector<dap::Message::Splice>& splices);

}  // namespace nearside::paths
