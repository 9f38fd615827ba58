// The list of pins, as JSON. It is read anew for each question, so that `revoke` in another process
// counts at once. A list that cannot be read is a fault and never an empty list: a revocation must
// not be forgotten.
#include "io/faults.hpp"
#include "io/files.hpp"
#include "io/identity.hpp"
#include "io/limits.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>

namespace nearside::io {
namespace {

using nlohmann::json;

std::filesystem::path list_file(const std::filesystem::path& state) {
  return state / "peers.json";
}

const char* word(Peer::Role role) {
  return role == Peer::Role::kAgent ? "agent" : "client";
}

Fault damaged(const std::filesystem::path& file, const std::string& why) {
  return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                    file.string() + " is damaged (" + why +
                        "); restore it from a copy, or remove it and pair again (what was revoked "
                        "must then be revoked again)");
}

Result<Peer> peer_of(const json& entry, const std::filesystem::path& file) {
  if (!entry.is_object()) return damaged(file, "an entry is no object");
  const auto text = [&](const char* name) {
    const auto found = entry.find(name);
    return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  auto fingerprint = Fingerprint::parse(text("fingerprint"));
  if (!fingerprint) return damaged(file, fingerprint.error().message);
  const auto role = text("role");
  if (role != "agent" && role != "client")
    return damaged(file, "a role is neither agent nor client");
  const auto revoked = entry.find("revoked");
  if (revoked != entry.end() && !revoked->is_boolean())
    return damaged(file, "revoked is no boolean");
  const auto since = entry.find("since");
  return Peer{std::move(*fingerprint), role == "agent" ? Peer::Role::kAgent : Peer::Role::kClient,
              text("name"),
              since != entry.end() && since->is_number_integer() ? since->get<std::int64_t>() : 0,
              revoked != entry.end() && revoked->get<bool>()};
}

Result<std::vector<Peer>> read_list(const std::filesystem::path& state) {
  const auto file = list_file(state);
  std::vector<Peer> peers;
  std::error_code error;
  const bool exists = std::filesystem::exists(file, error);
  if (!exists && !error) return peers;
  const auto text = read_private_file(file, kMaxStateFileBytes * 4);
  if (!text) return text.error();
  const auto document = json::parse(*text, nullptr, false);
  const auto list = document.is_object() ? document.find("peers") : document.end();
  if (!document.is_object() || list == document.end() || !list->is_array())
    return damaged(file, "it is no JSON object with a list of peers");
  for (const auto& entry : *list) {
    auto peer = peer_of(entry, file);
    if (!peer) return peer.error();
    peers.push_back(std::move(*peer));
  }
  return peers;
}

Result<void> write_list(const std::filesystem::path& state, const std::vector<Peer>& peers) {
  if (peers.size() > kMaxPeers)
    return make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                      list_file(state).string() + " would hold more than " +
                          std::to_string(kMaxPeers) + " peers; revoke or remove old ones");
  json list = json::array();
  for (const auto& peer : peers)
    list.push_back({{"fingerprint", peer.fingerprint.text()},
                    {"role", word(peer.role)},
                    {"name", peer.name},
                    {"since", peer.since},
                    {"revoked", peer.revoked}});
  // A name comes from the peer and may be no UTF-8.
  return write_private_file(
      list_file(state),
      json{{"peers", std::move(list)}}.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace

PeerStore::PeerStore(std::filesystem::path state) : state_(std::move(state)) {}

Result<std::vector<Peer>> PeerStore::list() const {
  return read_list(state_);
}

Result<std::optional<Peer>> PeerStore::find(const Fingerprint& fingerprint, Peer::Role role) const {
  const auto peers = read_list(state_);
  if (!peers) return peers.error();
  std::optional<Peer> revoked_elsewhere;
  for (const auto& peer : *peers) {
    if (peer.fingerprint != fingerprint) continue;
    if (peer.role == role) return std::optional<Peer>(peer);
    if (peer.revoked) revoked_elsewhere = peer;
  }
  return revoked_elsewhere;
}

Result<void> PeerStore::authorize(const Peer& peer) {
  if (auto ensured = ensure_private_folder(state_); !ensured) return ensured;
  const auto lock = FolderLock::take(state_);
  if (!lock) return lock.error();
  auto peers = read_list(state_);
  if (!peers) return peers.error();
  std::erase_if(*peers, [&](const Peer& old) {
    return old.fingerprint == peer.fingerprint && old.role == peer.role;
  });
  peers->push_back(peer);
  auto& added = peers->back();
  added.revoked = false;
  if (added.since == 0) added.since = std::time(nullptr);
  return write_list(state_, *peers);
}

Result<bool> PeerStore::revoke(const Fingerprint& fingerprint) {
  if (auto ensured = ensure_private_folder(state_); !ensured) return ensured.error();
  const auto lock = FolderLock::take(state_);
  if (!lock) return lock.error();
  auto peers = read_list(state_);
  if (!peers) return peers.error();
  bool known = false;
  for (auto& peer : *peers)
    if (peer.fingerprint == fingerprint) known = peer.revoked = true;
  if (!known)
    peers->push_back(Peer{fingerprint, Peer::Role::kClient, "", std::time(nullptr), true});
  if (auto written = write_list(state_, *peers); !written) return written.error();
  return known;
}

}  // namespace nearside::io
