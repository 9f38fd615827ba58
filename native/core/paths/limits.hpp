// The limits of paths and of what is known of machines, each with its reason.
#pragma once

#include <cstddef>

namespace nearside::paths {

/// One path. Linux takes 4 KiB, Windows 32,767 UTF-16 units; what is longer names no file.
inline constexpr std::size_t kMaxPathBytes = 64 * 1024;
/// Entries of one list of a machine's facts (mounts, GOPATH). The busiest hosts of containers have
/// some thousand mounts, of which few are bind mounts of the container itself.
inline constexpr std::size_t kMaxFacts = 256;
/// A file that is known by its digest. Both ends keep to it: what one knows so and the other does
/// not would count as another file. Sources are smaller.
inline constexpr std::size_t kMaxDigestedBytes = 8 * 1024 * 1024;
/// Room for components that is made at once, so that nearly all paths need one allocation for them.
inline constexpr std::size_t kUsualComponents = 16;
/// Of a path in a sentence: about a line of a terminal, its beginning and its end.
inline constexpr std::size_t kMaxShownBytes = 160;
/// Doubts about a list of rules that are told one by one; a hundred thousand are told as a number.
inline constexpr std::size_t kMaxWarnings = 20;
/// Rules from one file of the workspace. A large go.mod has some hundred requirements.
inline constexpr std::size_t kMaxPresets = 4096;
/// Numbers of a session's sources. dlv names some thousand files, a debugger of scripts as many.
inline constexpr std::size_t kMaxSourceReferences = 100'000;
/// Files that a session's adapter has named. kubelet, a large Go program, has 12,000.
inline constexpr std::size_t kMaxFarFiles = 100'000;
/// Files of one name that are compared with a far one. `__init__.py` has hundreds, and is no
/// evidence.
inline constexpr std::size_t kMaxCandidates = 64;
/// Folders beside the workspace in which a far file may be looked for: one look at the disk each.
inline constexpr std::size_t kMaxInferenceFolders = 256;
/// Digests that one message may cost: with source files of 20 KB they take 10 ms.
inline constexpr std::size_t kMaxDigestsPerCall = 256;
/// Rules that wait for a second file, and folders whose ambiguity was said.
inline constexpr std::size_t kMaxVotes = 1024;
/// Files that a client has named, whose spelling is kept.
inline constexpr std::size_t kMaxOpenedFiles = 10'000;
/// Rules that a session may learn. One a module is what programs need.
inline constexpr std::size_t kMaxLearnedRules = 256;
/// Files with breakpoints of one client, and what it said of them altogether: VS Code's users have
/// tens, generated ones some thousand.
inline constexpr std::size_t kMaxWishes = 4096;
inline constexpr std::size_t kMaxWishBytes = 16 * 1024 * 1024;
/// Launch arguments and startDebugging's configuration that are read. The longest seen hold a whole
/// environment: some 50 KB.
inline constexpr std::size_t kMaxLaunchBytes = 1024 * 1024;
/// Paths of the adapter whose fate is kept ready: a stack of 1,000 frames names some hundred.
inline constexpr std::size_t kMaxAnswers = 16'384;
/// `source` requests under way. A client asks for a document at a time.
inline constexpr std::size_t kMaxSourceRequests = 1024;

}  // namespace nearside::paths
