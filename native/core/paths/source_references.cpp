// Giving numbers, and finding what they stand for.
#include "core/paths/source_references.hpp"

#include "core/paths/limits.hpp"

#include <utility>

namespace nearside::paths {

std::int64_t SourceReferences::take(Source source) {
  if (sources_.size() >= kMaxSourceReferences) return 0;
  sources_.push_back(std::move(source));
  return static_cast<std::int64_t>(sources_.size());
}

std::int64_t SourceReferences::number_of_adapters(std::int64_t theirs) {
  const auto found = by_adapter_number_.find(theirs);
  if (found != by_adapter_number_.end()) return found->second;
  const auto ours = take({theirs, {}});
  if (ours != 0) by_adapter_number_.emplace(theirs, ours);
  return ours;
}

std::int64_t SourceReferences::number_of_file(const std::string& far_path) {
  const auto found = by_far_path_.find(far_path);
  if (found != by_far_path_.end()) return found->second;
  const auto ours = take({0, far_path});
  if (ours != 0) by_far_path_.emplace(far_path, ours);
  return ours;
}

const SourceReferences::Source* SourceReferences::find(std::int64_t ours) const {
  if (ours < 1 || static_cast<std::uint64_t>(ours) > sources_.size()) return nullptr;
  return &sources_[static_cast<std::size_t>(ours - 1)];
}

}  // namespace nearside::paths
