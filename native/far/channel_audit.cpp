// Messages are looked at once more here, so that sessions need not know of the log: an envelope
// takes a microsecond, and those to the client only while one of its requests is open.
#include "far/channel_audit.hpp"

#include "far/audit_desk.hpp"
#include "far/link_host.hpp"

#include <utility>

namespace nearside::far_end {

audit::Entry entry_of(const LinkPeer& peer, std::string event) {
  audit::Entry entry;
  entry.event = std::move(event);
  entry.who = peer.label();
  entry.name = peer.name;
  entry.from = peer.transport;
  return entry;
}

void ChannelAudit::note(audit::Entry entry) {
  auto whole = entry_of(peer_, std::move(entry.event));
  whole.session = session_;
  whole.role = role_;
  whole.request = std::move(entry.request);
  whole.outcome = std::move(entry.outcome);
  whole.reason = std::move(entry.reason);
  whole.details = std::move(entry.details);
  desk_.note(std::move(whole));
}

void ChannelAudit::handle_attached(std::string_view role, nlohmann::json details) {
  role_ = role;
  audit::Entry entry;
  entry.event = "attached";
  entry.details = std::move(details);
  note(std::move(entry));
}

void ChannelAudit::handle_role(std::string_view role) {
  if (role_ == role) return;
  role_ = role;
  audit::Entry entry;
  entry.event = "role-changed";
  note(std::move(entry));
}

void ChannelAudit::handle_from_client(link::MessageKind kind, const std::string& bytes) {
  if (kind != link::MessageKind::kDap) return;
  const auto message = dap::Message::parse(bytes);
  if (!message) return;
  if (auto entry = requests_.handle_request(*message)) note(*std::move(entry));
}

void ChannelAudit::handle_to_client(link::MessageKind kind, const std::string& bytes) {
  if (kind != link::MessageKind::kDap || !requests_.is_waiting()) return;
  const auto message = dap::Message::parse(bytes);
  if (!message) return;
  if (auto entry = requests_.handle_message(*message)) note(*std::move(entry));
}

void ChannelAudit::handle_left(std::string reason) {
  for (auto& entry : requests_.handle_gone()) note(std::move(entry));
  audit::Entry entry;
  entry.event = "left";
  entry.reason = std::move(reason);
  note(std::move(entry));
}

}  // namespace nearside::far_end
