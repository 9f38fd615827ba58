// What the audit log hears of one client: that it came, each request of it that does something with
// what became of it, and that it left. Who it is, is the link's word (its key), never the client's.
#pragma once

#include "core/audit/requests.hpp"
#include "core/link/link.hpp"

#include <string>
#include <string_view>

namespace nearside::far_end {

class AuditDesk;
struct LinkPeer;

/// The one whom an entry is about.
audit::Entry entry_of(const LinkPeer& peer, std::string event);

class ChannelAudit {
 public:
  /// `peer` outlives this: its transport changes.
  ChannelAudit(AuditDesk& desk, const LinkPeer& peer, std::string session)
      : desk_(desk), peer_(peer), session_(std::move(session)) {}

  void handle_attached(std::string_view role, nlohmann::json details);
  void handle_role(std::string_view role);
  void handle_from_client(link::MessageKind kind, const std::string& bytes);
  void handle_to_client(link::MessageKind kind, const std::string& bytes);
  void handle_left(std::string reason);

 private:
  void note(audit::Entry entry);

  AuditDesk& desk_;
  const LinkPeer& peer_;
  std::string session_;
  std::string role_;
  audit::Requests requests_;
};

}  // namespace nearside::far_end
