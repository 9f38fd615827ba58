// Files of the state folder: read with a limit, written whole or not at all (temporary file, fsync,
// rename), private by mode, owner checked.
#pragma once

#include "core/fault.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace nearside::io {

/// Makes the folder (and its parents) 0700 or checks that it is ours and not open to others.
Result<void> ensure_private_folder(const std::filesystem::path& folder);
/// Mode 0600.
Result<void> write_private_file(const std::filesystem::path& file, std::string_view bytes);
/// The same without a wait for the disk: for what need not survive a power cut.
Result<void> replace_private_file(const std::filesystem::path& file, std::string_view bytes);
/// A regular file of ours that others cannot read. kPermissionsWrong names the chmod that mends it.
Result<std::string> read_private_file(const std::filesystem::path& file, std::size_t limit);
Result<std::string> read_file(const std::filesystem::path& file, std::size_t limit);

/// An exclusive flock on `<folder>/lock`, held as long as the object lives.
class FolderLock {
 public:
  static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace nearside::io
