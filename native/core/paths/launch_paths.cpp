// Which members of launch and attach arguments are paths of the far machine, adapter by adapter.
// Left out on purpose: what a client reads itself before it launches (`envFile` of Go and Python),
// commands in a debugger's own language, and the program's arguments.
#include "core/paths/conventions.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace nearside::paths {
namespace {

using nlohmann::json;

// A member may be a text, a list of texts (`stdio`), or an object of texts (CodeLLDB's `stdio`).
constexpr std::array<std::string_view, 2> kAnyAdapter{"program", "cwd"};
// `program` is the package's folder in the modes debug and test, else a file: a path either way.
constexpr std::array<std::string_view, 7> kDelve{
    "program", "cwd", "dlvCwd", "output", "coreFilePath", "corefilePath", "traceDirPath"};
constexpr std::array<std::string_view, 5> kLldbDap{"program", "cwd", "coreFile", "debuggerRoot",
                                                   "stdio"};
constexpr std::array<std::string_view, 6> kCodeLldb{"program", "cwd",   "coreFile",
                                                    "envFile", "stdio", "relativePathBase"};
// `python` is the interpreter, mostly ${workspaceFolder}/.venv/bin/python, or a list with it first.
constexpr std::array<std::string_view, 4> kDebugpy{"program", "cwd", "python", "pythonPath"};

std::span<const std::string_view> members_of(std::string_view adapter) {
  if (adapter == "dlv") return kDelve;
  if (adapter == "lldb-dap") return kLldbDap;
  if (adapter == "codelldb") return kCodeLldb;
  if (adapter == "debugpy") return kDebugpy;
  return kAnyAdapter;
}

bool is_text(const json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty();
}

}  // namespace

std::vector<std::string> path_members(std::string_view adapter, const json& arguments) {
  std::vector<std::string> pointers;
  if (!arguments.is_object()) return pointers;
  for (const std::string_view member : members_of(adapter)) {
    const auto found = arguments.find(std::string(member));
    if (found == arguments.end()) continue;
    const json::json_pointer here = json::json_pointer() / std::string(member);
    if (is_text(*found)) pointers.push_back(here.to_string());
    if (found->is_object())
      for (const auto& [name, value] : found->items())
        if (is_text(value)) pointers.push_back((here / name).to_string());
    if (!found->is_array()) continue;
    // Behind the interpreter stand its options.
    const std::size_t count =
        member == "python" ? std::min<std::size_t>(1, found->size()) : found->size();
    for (std::size_t i = 0; i < count; ++i)
      if (is_text((*found)[i])) pointers.push_back((here / i).to_string());
  }
  return pointers;
}

}  // namespace nearside::paths
