// What would install a debugger that is missing on this machine, in the words of its own package
// manager. Pure: a table, and the text of /etc/os-release (os-release(5)). What always holds: there
// is an answer for any text; nothing is installed by us.
#pragma once

#include <string>
#include <string_view>

namespace nearside::far_end {

enum class Debugger { kDelve, kLldbDap, kDebugpy };

/// "Install it with `apt install delve` (Debian GNU/Linux 12 (bookworm)) or …." A system that is
/// not known gets the ways of several.
std::string how_to_install(Debugger debugger, std::string_view os_release);
/// Of this machine; empty if there is none.
std::string os_release();

}  // namespace nearside::far_end
