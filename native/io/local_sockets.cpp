// The user's own Unix socket: where it is, who owns it, and that only one process does. A socket
// file is removed only by the holder of its lock, so nobody unlinks a living agent's.
#include "io/deadline.hpp"
#include "io/faults.hpp"
#include "io/files.hpp"
#include "io/identity.hpp"
#include "io/limits.hpp"
#include "io/sockets.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace nearside::io {
namespace {

using asio::local::stream_protocol;

Fault listen_fault(const std::filesystem::path& path, const std::string& why) {
  return make_fault(Errc::kListenFailed, Condition::kMisconfigured,
                    "cannot listen on " + path.string() + ": " + why);
}

/// FNV-1a: only has to tell the state folders of one user apart.
std::string eight_hex_digits(const std::string& text) {
  std::uint32_t hash = 2166136261u;
  for (const char character : text)
    hash = (hash ^ static_cast<unsigned char>(character)) * 16777619u;
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", hash);
  return digits;
}

std::filesystem::path plain(const std::filesystem::path& path) {
  std::error_code error;
  auto result = std::filesystem::weakly_canonical(path, error);
  if (error) return path;
  return result.has_filename() ? result : result.parent_path();
}

/// Unlike the state folder this one stands where everybody may write: a link that another user has
/// put there is not followed.
Result<void> ensure_own_folder(const std::filesystem::path& folder) {
  const auto failed = [&](const std::string& why) {
    return make_fault(Errc::kPermissionsWrong, Condition::kMisconfigured,
                      folder.string() + " cannot be used for Nearside's sockets: " + why);
  };
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed(errno_text(errno));
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) return failed(errno_text(errno));
  if (S_ISLNK(status.st_mode)) return failed("it is a link; remove it");
  if (!S_ISDIR(status.st_mode)) return failed("it is no folder; remove it");
  if (status.st_uid != ::geteuid())
    return failed("it belongs to user " + std::to_string(status.st_uid) +
                  ", who may want to listen in; have it removed");
  if ((status.st_mode & 077) != 0)
    return failed("other users can enter it; mend it with: chmod 700 " + folder.string());
  return {};
}

std::string lock_file(const std::filesystem::path& path) {
  return path.string() + ".lock";
}

/// Whether the file has not been removed since it was opened: then its lock is no longer anybody's.
bool is_still(int lock, const std::string& file) {
  struct stat opened {
  }, named{};
  return ::fstat(lock, &opened) == 0 && ::lstat(file.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

Result<int> take_lock(const std::filesystem::path& path) {
  const std::string file = lock_file(path);
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) return listen_fault(path, errno_text(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int number = errno;
    char owner[32] = {};
    const auto count = ::read(lock, owner, sizeof owner - 1);
    ::close(lock);
    if (number != EWOULDBLOCK) return listen_fault(path, errno_text(number));
    return listen_fault(path, count > 0 ? "process " + std::string(owner) + " listens there already"
                                        : "another process listens there already");
  }
  if (!is_still(lock, file)) {
    ::close(lock);
    return listen_fault(path, "its lock was taken away at this moment; try again");
  }
  const std::string owner = std::to_string(::getpid());
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, owner.data(), owner.size(), 0) < 0) {
    // The number is for people only; without it the lock is as good.
  }
  return lock;
}

/// In the folder of this user's sockets: `name`, for another state folder than the usual with its
/// digits behind.
Result<std::filesystem::path> own_socket(const std::filesystem::path& state, std::string name) {
  const std::filesystem::path folder = "/tmp/nearside-" + std::to_string(::geteuid());
  if (auto ensured = ensure_own_folder(folder); !ensured) return ensured.error();
  const auto usual = state_folder(std::nullopt);
  const auto chosen = plain(state);
  if (!usual || plain(*usual) != chosen) name += "-" + eight_hex_digits(chosen.string());
  return folder / name;
}

constexpr std::string_view kSuffix = ".sock";

}  // namespace

Result<std::filesystem::path> agent_socket_path(const std::filesystem::path& state) {
  auto path = own_socket(state, "agent");
  if (path) *path += kSuffix;
  return path;
}

Result<std::filesystem::path> near_socket_path(const std::filesystem::path& state, pid_t process,
                                               unsigned number) {
  auto path = own_socket(state, "near");
  if (!path) return path;
  *path += "-" + std::to_string(process);
  if (number > 1) *path += "." + std::to_string(number);
  *path += kSuffix;
  return path;
}

Result<std::vector<std::filesystem::path>> near_socket_paths(const std::filesystem::path& state) {
  const auto own = own_socket(state, "near");
  if (!own) return own.error();
  const auto prefix = own->filename().string() + "-";
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (std::filesystem::directory_iterator at(own->parent_path(), error), end; !error && at != end;
       at.increment(error)) {
    const auto name = at->path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) continue;
    const auto process =
        std::string_view(name).substr(prefix.size(), name.size() - prefix.size() - kSuffix.size());
    // With the usual state folder all names of others begin alike, and have their digits here.
    if (process.find_first_not_of("0123456789.") == process.npos) found.push_back(at->path());
  }
  std::ranges::sort(found);
  return found;
}

void remove_dead_socket(const std::filesystem::path& path) {
  const auto lock = take_lock(path);
  if (!lock) return;
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(path.c_str());
  ::unlink(lock_file(path).c_str());
  ::close(*lock);
}

struct LocalListener::Impl {
  Impl(asio::any_io_executor executor, std::filesystem::path where, int held)
      : acceptor(std::move(executor)), path(std::move(where)), lock(held) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (bound) ::unlink(path.c_str());
    if (lock_goes) ::unlink(lock_file(path).c_str());
    ::close(lock);  // after the unlink: who takes the lock next must not lose its file to us
  }
  stream_protocol::acceptor acceptor;
  std::filesystem::path path;
  int lock;
  bool bound = false;
  bool lock_goes = false;
};

Result<LocalListener> LocalListener::bind(asio::any_io_executor executor,
                                          const std::filesystem::path& path, Lock how) {
  if (path.string().size() >= sizeof(sockaddr_un{}.sun_path))
    return listen_fault(path, "the path is longer than a socket's may be (" +
                                  std::to_string(sizeof(sockaddr_un{}.sun_path) - 1) + " bytes)");
  auto lock = take_lock(path);
  if (!lock) return lock.error();
  auto impl = std::make_unique<Impl>(std::move(executor), path, *lock);
  impl->lock_goes = how == Lock::kGoes;
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode))
      return listen_fault(path, "a file that is no socket is in the way");
    ::unlink(path.c_str());  // left behind by one that was killed: we hold the lock
  }
  boost::system::error_code error;
  impl->acceptor.open(stream_protocol(), error);
  if (error) return listen_fault(path, error.message());
  // Linux gives the file the mode of the socket, so there is no moment with a wider one, and no
  // umask to change under the feet of other threads; elsewhere the chmod does it, inside a 0700
  // folder.
  ::fchmod(impl->acceptor.native_handle(), 0600);
  impl->acceptor.bind(stream_protocol::endpoint(path.string()), error);
  if (error) return listen_fault(path, error.message());
  impl->bound = true;
  if (::chmod(path.c_str(), 0600) != 0) return listen_fault(path, errno_text(errno));
  impl->acceptor.listen(kListenBacklog, error);
  if (error) return listen_fault(path, error.message());
  return LocalListener(std::move(impl));
}

LocalListener::LocalListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LocalListener::LocalListener(LocalListener&&) noexcept = default;
LocalListener& LocalListener::operator=(LocalListener&&) noexcept = default;
LocalListener::~LocalListener() = default;
stream_protocol::acceptor& LocalListener::acceptor() {
  return impl_->acceptor;
}
const std::filesystem::path& LocalListener::path() const {
  return impl_->path;
}

Async<stream_protocol::socket> connect_local(asio::any_io_executor executor,
                                             std::filesystem::path path,
                                             std::chrono::milliseconds limit) {
  const auto failed = [&](const std::string& why) {
    return make_fault(Errc::kConnectFailed, Condition::kUnreachable,
                      "cannot connect to " + path.string() + ": " + why);
  };
  if (path.string().size() >= sizeof(sockaddr_un{}.sun_path))
    co_return failed("the path is longer than a socket's may be");
  const auto deadline = std::chrono::steady_clock::now() + limit;
  // Unix sockets connect at once or not at all; EAGAIN means that the listener's queue is full,
  // which Asio's async_connect would take for success.
  for (;;) {
    stream_protocol::socket socket(executor);
    boost::system::error_code error;
    socket.open(stream_protocol(), error);
    if (!error) socket.non_blocking(true, error);
    const stream_protocol::endpoint endpoint(path.string());
    if (!error && ::connect(socket.native_handle(), endpoint.data(),
                            static_cast<socklen_t>(endpoint.size())) != 0)
      error.assign(errno, boost::system::system_category());
    if (!error) co_return std::move(socket);
    if (error == boost::system::errc::no_such_file_or_directory ||
        error == asio::error::connection_refused)
      co_return failed("nothing listens there");
    if (error != asio::error::would_block) co_return failed(error.message());
    if (std::chrono::steady_clock::now() > deadline)
      co_return make_fault(Errc::kTimedOut, Condition::kUnreachable,
                           "the process at " + path.string() + " took no connection within " +
                               std::to_string(limit.count()) + " ms; it may hang");
    asio::steady_timer pause(executor, kRetryPause);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace nearside::io
