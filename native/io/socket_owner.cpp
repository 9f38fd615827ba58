// Who holds the other end of a local connection: another user of this machine can reach a loopback
// port, so a connection is taken only from those that it is meant for. What cannot be found out
// (another machine, another network namespace) counts as a stranger.
#include "io/faults.hpp"
#include "io/sockets.hpp"

#include <arpa/inet.h>
#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

namespace nearside::io {
namespace {

using asio::ip::tcp;

struct Holder {
  uid_t user;
  std::uint64_t inode;
};

/// As /proc/net/tcp prints it: each 32-bit word of the address in the machine's own byte order.
std::string table_words(const void* bytes, std::size_t size) {
  std::string text;
  for (std::size_t at = 0; at < size; at += 4) {
    std::uint32_t word;
    std::memcpy(&word, static_cast<const char*>(bytes) + at, 4);
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08X", word);
    text += digits;
  }
  return text;
}

std::string table_text(const tcp::endpoint& endpoint, bool as_v6) {
  const auto address = endpoint.address();
  std::string text;
  if (address.is_v6()) {
    const auto bytes = address.to_v6().to_bytes();
    text = table_words(bytes.data(), bytes.size());
  } else if (as_v6) {
    const auto bytes = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
    text = table_words(bytes.data(), bytes.size());
  } else {
    const auto bytes = address.to_v4().to_bytes();
    text = table_words(bytes.data(), bytes.size());
  }
  char port[6];
  std::snprintf(port, sizeof port, ":%04X", static_cast<unsigned>(endpoint.port()));
  return text + port;
}

/// A mapped address is the IPv4 one that it stands for.
tcp::endpoint unmapped(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return {asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()), endpoint.port()};
  return endpoint;
}

/// The line of a table whose socket is bound to `local` and connected to `remote`.
std::optional<Holder> find_in(const char* table, const std::string& local,
                              const std::string& remote) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, here, there, state, queues, timer, retries, user, timeout, inode;
    fields >> number >> here >> there >> state >> queues >> timer >> retries >> user >> timeout >>
        inode;
    if (here != local || there != remote) continue;
    Holder holder{};
    std::from_chars(user.data(), user.data() + user.size(), holder.user);
    std::from_chars(inode.data(), inode.data() + inode.size(), holder.inode);
    if (holder.inode != 0) return holder;  // 0: closed by its process already; it has no owner
  }
  return std::nullopt;
}

Result<Holder> peer_holder(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto remote = unmapped(socket.remote_endpoint(error));
  const auto local = unmapped(error ? tcp::endpoint() : socket.local_endpoint(error));
  const auto unknown = [](const std::string& why) {
    return make_fault(Errc::kPeerUnknown, Condition::kAuthRejected,
                      "it cannot be found out which user this connection comes from: " + why);
  };
  if (error) return unknown(error.message());
  if (!remote.address().is_loopback()) return unknown("it comes from another machine");
  if (remote.address().is_v4())
    if (auto found = find_in("/proc/net/tcp", table_text(remote, false), table_text(local, false)))
      return *found;
  if (auto found = find_in("/proc/net/tcp6", table_text(remote, true), table_text(local, true)))
    return *found;
  return unknown("no process here holds its other end");
}

std::vector<pid_t> numbered_entries(const char* folder) {
  std::vector<pid_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(::opendir(folder), ::closedir);
  if (!opened) return numbers;
  while (const dirent* entry = ::readdir(opened.get())) {
    pid_t number = 0;
    const char* end = entry->d_name + std::strlen(entry->d_name);
    if (std::from_chars(entry->d_name, end, number).ptr == end) numbers.push_back(number);
  }
  return numbers;
}

std::optional<pid_t> parent_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  const auto name_end = line.rfind(')');  // a program's name may hold spaces and brackets
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string state;
  pid_t parent = 0;
  if (!(fields >> state >> parent)) return std::nullopt;
  return parent;
}

std::set<pid_t> family_of(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  for (const pid_t process : numbered_entries("/proc"))
    if (const auto parent = parent_of(process)) children.emplace(*parent, process);
  std::set<pid_t> family{root};
  std::vector<pid_t> waiting{root};
  while (!waiting.empty()) {
    const auto [first, last] = children.equal_range(waiting.back());
    waiting.pop_back();
    for (auto child = first; child != last; ++child)
      if (family.insert(child->second).second) waiting.push_back(child->second);
  }
  return family;
}

bool holds_socket(pid_t process, std::uint64_t inode) {
  const std::string folder = "/proc/" + std::to_string(process) + "/fd";
  const std::string wanted = "socket:[" + std::to_string(inode) + "]";
  for (const int descriptor : numbered_entries(folder.c_str())) {
    char target[64];
    const auto count =
        ::readlink((folder + "/" + std::to_string(descriptor)).c_str(), target, sizeof target);
    if (count > 0 && std::string_view(target, static_cast<std::size_t>(count)) == wanted)
      return true;
  }
  return false;
}

}  // namespace

Result<uid_t> peer_user(const asio::local::stream_protocol::socket& socket) {
  const int descriptor = const_cast<asio::local::stream_protocol::socket&>(socket).native_handle();
#ifdef SO_PEERCRED
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0)
    return credentials.uid;
#else
  uid_t user = 0;
  gid_t group = 0;
  if (::getpeereid(descriptor, &user, &group) == 0) return user;
#endif
  return make_fault(
      Errc::kPeerUnknown, Condition::kAuthRejected,
      "it cannot be found out which user this connection comes from: " + errno_text(errno));
}

Result<uid_t> peer_user(const tcp::socket& socket) {
  const auto holder = peer_holder(socket);
  if (!holder) return holder.error();
  return holder->user;
}

bool peer_belongs_to(const tcp::socket& socket, pid_t root) {
  const auto holder = peer_holder(socket);
  if (!holder) return false;
  for (const pid_t process : family_of(root))
    if (holds_socket(process, holder->inode)) return true;
  return false;
}

}  // namespace nearside::io
