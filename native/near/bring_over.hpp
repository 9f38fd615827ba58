// Brings this version's `nearside` to a target where it is missing: chooses the executable for that
// machine, streams it through a command of the same kind, and has it checked over there. What
// always holds: it is there whole or not at all; two who bring it at once do not disturb each
// other; nothing of it needs root.
#pragma once

#include "io/task_group.hpp"
#include "near/far_script.hpp"
#include "near/links.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace nearside::near_end {

/// The executable for a platform ("linux-arm64"): `far/<platform>/nearside` beside ours, else ours
/// where that is of this platform. A fault names where it was looked for.
Result<std::filesystem::path> far_executable(const std::filesystem::path& own,
                                             const std::string& platform);
/// "linux-x64": of this very program.
std::string_view own_platform();

/// Whether anything can be brought there: not where the user's own words are the command.
bool can_bring_over(const Target& target);

/// `on_progress` hears sentences such as "Bringing nearside 0.1.0 (linux-x64) there: 3 of 14 MB",
/// a few a second.
io::Async<void> bring_over(asio::any_io_executor executor,
                           std::shared_ptr<const NearEndOptions> options, Target target,
                           FarSystem far, io::TaskGroup& tasks,
                           std::function<void(std::string)> on_progress);

/// What a copy is checked by: 64 hexadecimal digits. Empty when there is no such file.
std::string digest_of_copy(const std::filesystem::path& file);

}  // namespace nearside::near_end
