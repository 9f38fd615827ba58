// Asks git, or walks breadth first, so that limits cut off what lies deepest.
#include "near/workspace_listing.hpp"

#include "io/clock.hpp"
#include "near/git_files.hpp"
#include "near/limits.hpp"

#include <simdjson.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <unordered_map>

namespace nearside::near_end {
namespace {

namespace fs = std::filesystem;
using io::Clock;

/// What git would not show either, in folders that are not git's: no source of a program lies
/// there.
constexpr std::array<std::string_view, 8> kSkipped{
    ".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".cache", ".Trash"};

struct Bounds {
  std::size_t files, depth;
  std::chrono::milliseconds time;
  bool wide;  ///< The root, or a home: stays on its file system, and git is not asked.
};

Bounds bounds_of(const std::string& folder, const io::Environment& environment) {
  const auto home = environment.find("HOME");
  std::error_code error;
  const bool wide =
      folder == "/" || (home != environment.end() && fs::equivalent(folder, home->second, error));
  if (wide) return {kMaxWideIndexFiles, kMaxWideIndexDepth, kWideIndexTimeLimit, true};
  return {kMaxIndexFiles, kMaxIndexDepth, kIndexTimeLimit, false};
}

class Lister {
 public:
  Lister(const std::string& root, const io::Environment& environment, const std::stop_token& stop)
      : root_(root),
        environment_(environment),
        stop_(stop),
        bounds_(bounds_of(root, environment)),
        limit_(Clock::now() + bounds_.time) {}

  WorkspaceListing list() {
    folder(root_);
    if (bounds_.wide || !list_by_git(root_, 0)) walk(root_);
    if (bounds_.wide && listing_.cut.empty()) cut("it is no folder of a project");
    return std::move(listing_);
  }

 private:
  void cut(std::string_view why) {
    if (!listing_.cut.empty()) return;
    listing_.cut = "Of the workspace " + root_ + " only " + std::to_string(listing_.files.size()) +
                   " files were looked at (" + std::string(why) +
                   "), so paths to others are not found by themselves" +
                   (bounds_.wide ? ": name the folder of the project as the workspace."
                                 : ": name a smaller folder as the workspace.");
  }

  bool is_over() {
    if (!listing_.cut.empty() || stop_.stop_requested()) return true;
    if (Clock::now() < limit_) return false;
    cut("the limit is " + std::to_string(bounds_.time.count() / 1000) + " s");
    return true;
  }

  std::uint32_t folder(const std::string& path) {
    const auto [found, added] =
        folders_.try_emplace(path, static_cast<std::uint32_t>(listing_.folders.size()));
    if (!added) return found->second;
    bytes_ += path.size();
    std::error_code error;
    listing_.folders.push_back({path, fs::last_write_time(path, error)});
    return found->second;
  }

  /// False: a limit is reached.
  bool add(const std::string& in, std::string name) {
    if (!simdjson::validate_utf8(name)) return true;
    bytes_ += name.size() + sizeof(WorkspaceListing::File);
    if (listing_.files.size() >= bounds_.files)
      cut("the limit is " + std::to_string(bounds_.files) + " files");
    else if (bytes_ > kMaxIndexBytes)
      cut("their names take more than " + std::to_string(kMaxIndexBytes >> 20) + " MiB");
    else
      listing_.files.push_back({std::move(name), folder(in)});
    return listing_.cut.empty();
  }

  /// False: git does not know of it, and it has to be walked.
  bool list_by_git(const std::string& in, std::size_t depth) {
    const auto before = listing_.files.size();
    std::vector<std::string> nested;
    const auto answer = list_git_files(in, environment_, limit_, stop_, [&](std::string_view path) {
      return take_from_git(in, path, nested);
    });
    if (answer == GitAnswer::kLate) is_over();
    if (answer == GitAnswer::kNone && listing_.files.size() == before) return false;
    // Repositories inside are git's own business, one by one.
    for (const auto& inner : nested) {
      if (is_over()) break;
      if (depth >= kMaxIndexDepth || !list_by_git(inner, depth + 1)) walk(inner);
    }
    // A folder that git ignores as a whole is a workspace all the same.
    return listing_.files.size() > before || !listing_.cut.empty() || !nested.empty();
  }

  bool take_from_git(const std::string& in, std::string_view path,
                     std::vector<std::string>& nested) {
    if (path.ends_with('/')) {
      path.remove_suffix(1);
      nested.push_back(in + "/" + std::string(path));
      return true;
    }
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return add(in, std::string(path));
    // Each folder on the way is watched for what is added to it.
    for (auto at = path.find('/'); at < slash; at = path.find('/', at + 1))
      folder(in + "/" + std::string(path.substr(0, at)));
    return add(in + "/" + std::string(path.substr(0, slash)), std::string(path.substr(slash + 1)));
  }

  void walk(const std::string& from) {
    struct Next {
      std::string path;
      std::size_t depth;
    };
    const auto device = device_of(from);
    std::deque<Next> waiting{{from, 0}};
    for (; !waiting.empty() && !is_over(); waiting.pop_front()) {
      const auto& next = waiting.front();
      folder(next.path);
      std::error_code error;
      for (fs::directory_iterator entry(next.path, error), end; !error && entry != end;
           entry.increment(error)) {
        if (is_over()) return;
        auto name = entry->path().filename().string();
        std::error_code unknown;
        const auto kind = entry->symlink_status(unknown).type();
        if (kind == fs::file_type::directory) {
          if (std::ranges::find(kSkipped, name) != kSkipped.end()) continue;
          if (bounds_.wide && (name.starts_with('.') || device_of(entry->path()) != device))
            continue;
          if (next.depth + 1 > bounds_.depth || !simdjson::validate_utf8(name)) continue;
          waiting.push_back({(fs::path(next.path) / name).string(), next.depth + 1});
        } else if (kind == fs::file_type::regular ||
                   (kind == fs::file_type::symlink && entry->is_regular_file(unknown))) {
          if (!add(next.path, std::move(name))) return;
        }
      }
    }
  }

  static dev_t device_of(const fs::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_dev : 0;
  }

  std::string root_;
  const io::Environment& environment_;
  const std::stop_token& stop_;
  Bounds bounds_;
  Clock::time_point limit_;
  WorkspaceListing listing_;
  std::unordered_map<std::string, std::uint32_t> folders_;
  std::size_t bytes_ = 0;
};

}  // namespace

WorkspaceListing list_workspace(const std::string& folder, const io::Environment& environment,
                                const std::stop_token& stop) {
  return Lister(folder, environment, stop).list();
}

bool is_outdated(const WorkspaceListing& listing, const std::stop_token& stop) {
  for (const auto& folder : listing.folders) {
    if (stop.stop_requested()) return false;
    std::error_code error;
    if (fs::last_write_time(folder.path, error) != folder.changed) return true;
  }
  return false;
}

}  // namespace nearside::near_end
