// Keys are written with '/' whatever the style: no name of any style holds one, and roots differ.
#include "core/paths/side.hpp"

#include "core/paths/case_folding.hpp"

#include <algorithm>

namespace nearside::paths {
namespace {

/// Of the marks around a root's names: "vscode-remote://" is the longest.
constexpr std::size_t kMostRootBytes = 24;

void append_root(std::string& key, const Path& path) {
  switch (path.style) {
    case Style::kPosix:
      return;
    case Style::kImport:
      key += "go:";
      return;
    case Style::kDrive:
      append_folded(key, path.host);
      key += ':';
      return;
    case Style::kUnc:
      key += "//";
      append_folded(key, path.host);
      key += '/';
      append_folded(key, path.share);
      return;
    case Style::kWsl:
      key += "//wsl.localhost/";
      append_folded(key, path.share);
      return;
    case Style::kRemote:
      key += "vscode-remote://";
      append_folded(key, path.host);
      return;
  }
}

}  // namespace

Side::Side(const SideTraits& traits)
    : reading_(traits.is_windows ? DoubleSlash::kUnc : DoubleSlash::kPosix),
      folds_case_(traits.folds_case) {
  std::vector<std::string> keys;
  for (const std::string& folder : traits.case_exceptions)
    if (const auto path = parse(folder)) keys.push_back(key_of(*path).text);
  exceptions_ = std::move(keys);
}

bool Side::is_exception(std::string_view key) const {
  return std::find(exceptions_.begin(), exceptions_.end(), key) != exceptions_.end();
}

Key Side::key_of(const Path& path) const {
  Key key;
  std::size_t bytes = path.host.size() + path.share.size() + kMostRootBytes;
  for (const std::string_view name : path.components) bytes += name.size() + 1;
  key.text.reserve(bytes);
  key.ends.reserve(path.components.size() + 1);
  append_root(key.text, path);
  key.ends.push_back(key.text.size());
  // A Linux distribution does not fold for being looked at from Windows, and what is no file of
  // this side does not for what this side's files do.
  bool folds = folds_case_ && (path.style == Style::kPosix || path.style == Style::kDrive ||
                               path.style == Style::kUnc);
  bool may_change = !exceptions_.empty();
  for (const std::string_view name : path.components) {
    if (may_change && is_exception(key.text)) {
      folds = !folds_case_;
      may_change = false;
    }
    key.text += '/';
    if (folds)
      append_folded(key.text, name);
    else
      key.text += name;
    key.ends.push_back(key.text.size());
  }
  return key;
}

}  // namespace nearside::paths
