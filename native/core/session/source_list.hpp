// How an adapter is asked, before its client hears `initialized`, what its program was made of: no
// two do it alike. What always holds: the questions leave no trace that a user could see (no
// `output`, no state in the adapter), they are asked once, and any answer is one, if only "none".
// Pure.
#pragma once

#include "core/dap/envelope.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nearside::session {

enum class AdapterKind { kOther, kDelve, kLldb, kDebugpy };
/// By the name that it was asked for and the arguments that it was started with (none: it ran).
AdapterKind adapter_kind_of(std::string_view name, const std::vector<std::string>& arguments);

class SourceList {
 public:
  void set_adapter(AdapterKind kind) { kind_ = kind; }
  /// The arguments of `launch` or `attach`.
  void handle_start(const nlohmann::json& arguments);
  void handle_capabilities(bool lists_sources) { lists_sources_ = lists_sources; }

  /// The requests to send, in order, when the adapter has said `initialized`. Empty: there is
  /// nothing that could be asked, or it has been.
  std::vector<std::string> questions();
  /// The next of them went out with this seq.
  void handle_sent(std::int64_t seq);
  /// Whether it answers one of them; then it is no client's.
  bool take_answer(const dap::Message& response);
  bool waits() const { return !asked_.empty(); }
  /// What is known, once: the adapter's own spelling, absolute paths and others (-trimpath).
  std::vector<std::string> take_sources();

 private:
  std::vector<std::string> ask_lldb() const;

  AdapterKind kind_ = AdapterKind::kOther;
  bool started_ = false;
  bool lists_sources_ = false;
  bool done_ = false;
  std::string command_prefix_ = "`";  ///< What makes an expression a command of lldb-dap.
  std::size_t listing_ = 0;           ///< Which of the questions gives the list.
  std::size_t sent_ = 0;
  std::map<std::int64_t, bool> asked_;  ///< By seq; whether the answer is the list.
  std::vector<std::string> sources_;
};

}  // namespace nearside::session
