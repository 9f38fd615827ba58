// What files a workspace has: from git, which knows what it ignores, else by walking. What always
// holds: it ends, within limits of files, depth, bytes and time, and says in one line which of them
// cut it short; links to folders are not followed. Blocks: for a thread of its own.
#pragma once

#include "io/process.hpp"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace nearside::near_end {

struct WorkspaceListing {
  struct Folder {
    std::string path;  ///< Absolute.
    std::filesystem::file_time_type changed;
  };
  struct File {
    std::string name;
    std::uint32_t folder = 0;  ///< Index into `folders`.
  };
  std::vector<Folder> folders;
  std::vector<File> files;  ///< Names that are UTF-8: no client can spell another one.
  std::string cut;          ///< Why it is not all; empty: it is.
};

/// `folder` is absolute. Folders and files that cannot be read, or go meanwhile, are passed over.
WorkspaceListing list_workspace(const std::string& folder, const io::Environment& environment,
                                const std::stop_token& stop);

/// Whether something was added to or taken from a folder of the listing since.
bool is_outdated(const WorkspaceListing& listing, const std::stop_token& stop);

}  // namespace nearside::near_end
