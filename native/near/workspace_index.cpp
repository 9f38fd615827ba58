// A sorted list of names that the looking thread replaces as a whole.
#include "near/workspace_index.hpp"

#include "io/clock.hpp"
#include "near/workspace_listing.hpp"

#include <boost/asio/post.hpp>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace nearside::near_end {
namespace {

using io::Clock;

std::string folded(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

struct WorkspaceIndex::Impl {
  explicit Impl(Options chosen) : options(std::move(chosen)) {}

  void look(const std::stop_token& stop);
  void look_in_background();
  std::shared_ptr<const WorkspaceListing> current() const {
    const std::lock_guard lock(mutex);
    return listing;
  }
  std::string key(const std::string& name) const {
    return options.folds_case ? folded(name) : name;
  }

  struct Observer {
    asio::any_io_executor executor;
    std::function<void()> on_change;
    std::weak_ptr<void> life;  ///< What its owner holds.
  };
  struct Observers {
    std::mutex mutex;
    std::map<std::uint64_t, Observer> all;
    std::uint64_t next = 0;
  };

  const Options options;
  mutable std::mutex mutex;
  std::shared_ptr<const WorkspaceListing> listing;  ///< Files sorted by key.
  bool is_looking = false;
  Clock::time_point looked{};
  std::shared_ptr<Observers> observers = std::make_shared<Observers>();
  std::jthread thread;
};

void WorkspaceIndex::Impl::look(const std::stop_token& stop) {
  const auto before = current();
  std::shared_ptr<const WorkspaceListing> found = before;
  if (!before || is_outdated(*before, stop)) {
    auto listed = list_workspace(options.folder, options.environment, stop);
    std::ranges::sort(listed.files, [this](const auto& one, const auto& other) {
      const auto names = key(one.name) <=> key(other.name);
      return names == 0 ? one.folder < other.folder : names < 0;
    });
    found = std::make_shared<const WorkspaceListing>(std::move(listed));
  }
  if (stop.stop_requested()) return;
  {
    const std::lock_guard lock(mutex);
    listing = found;
    is_looking = false;
    looked = Clock::now();
  }
  if (found == before) return;
  const std::lock_guard lock(observers->mutex);
  for (const auto& [number, observer] : observers->all)
    asio::post(observer.executor, [life = observer.life, on_change = observer.on_change] {
      // Its owner, on this executor too, may have gone since this was posted.
      if (!life.expired()) on_change();
    });
}

void WorkspaceIndex::Impl::look_in_background() {
  {
    const std::lock_guard lock(mutex);
    if (is_looking || (listing && Clock::now() - looked < options.age)) return;
    is_looking = true;
  }
  // One that has ended is joined here, without a wait.
  thread = std::jthread([this](const std::stop_token& stop) { look(stop); });
}

WorkspaceIndex::WorkspaceIndex(Options options)
    : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->look_in_background();
}

WorkspaceIndex::~WorkspaceIndex() = default;

const std::string& WorkspaceIndex::folder() const {
  return impl_->options.folder;
}

bool WorkspaceIndex::is_ready() const {
  return impl_->current() != nullptr;
}

std::string WorkspaceIndex::cut() const {
  const auto listing = impl_->current();
  return listing ? listing->cut : std::string();
}

std::vector<std::string> WorkspaceIndex::named(const std::string& file_name) {
  impl_->look_in_background();
  const auto listing = impl_->current();
  if (!listing) return {};
  const auto wanted = impl_->key(file_name);
  auto file = std::lower_bound(
      listing->files.begin(), listing->files.end(), wanted,
      [this](const auto& one, const std::string& name) { return impl_->key(one.name) < name; });
  std::vector<std::string> paths;
  for (; file != listing->files.end() && impl_->key(file->name) == wanted &&
         paths.size() < kMaxNamedFiles;
       ++file) {
    const auto& in = listing->folders[file->folder].path;
    auto path = in.ends_with('/') ? in + file->name : in + "/" + file->name;
    // Tracked files that are deleted are in the index of git, and during a merge thrice.
    if ((paths.empty() || paths.back() != path) && is_file(path)) paths.push_back(std::move(path));
  }
  return paths;
}

std::shared_ptr<void> WorkspaceIndex::observe(asio::any_io_executor executor,
                                              std::function<void()> on_change) {
  const auto observers = impl_->observers;
  const std::lock_guard lock(observers->mutex);
  const auto number = observers->next++;
  std::shared_ptr<void> life{nullptr, [observers, number](void*) {
                               const std::lock_guard gone(observers->mutex);
                               observers->all.erase(number);
                             }};
  observers->all[number] = {std::move(executor), std::move(on_change), life};
  return life;
}

}  // namespace nearside::near_end
