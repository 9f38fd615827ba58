// `nearside revoke`: from now on that key is refused here, and what it holds open is cut.
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"
#include "far/audit_log.hpp"

#include <iostream>

namespace nearside::cli {
namespace {

int run_revoke(const Arguments& arguments) {
  const auto fingerprint = io::Fingerprint::parse(*arguments.operand(0));
  if (!fingerprint) return complain(usage_fault(fingerprint.error().message));
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  // The list first: even if no agent answers, nothing new gets in.
  const auto known = io::PeerStore(*state).revoke(*fingerprint);
  if (!known) return complain(known.error());
  audit::Entry entry;
  entry.event = "revoked";
  entry.who = "local";
  entry.details = {{"fingerprint", fingerprint->text()}};
  if (const auto noted = far_end::add_to_audit_log(*state, std::move(entry)); !noted)
    note(noted.error().message);
  std::cout << "Revoked " << fingerprint->text()
            << (*known ? ".\n" : ". It was not known before; it stays refused all the same.\n");

  const auto reply = ask(*state, {"revoke", {{"fingerprint", fingerprint->text()}}});
  if (!reply && is_no_agent(reply.error())) return kExitOk;
  if (!reply) {
    note(
        "The running agent could not be told, so links that are open now may live on. 'nearside "
        "agent stop' ends them.");
    return complain(reply.error());
  }
  const auto cut = reply->body.value("linksCut", std::int64_t{0});
  std::cout << "Links that were cut: " << cut << ".\n";
  return kExitOk;
}

}  // namespace

Command revoke_command() {
  return {
      .name = "revoke",
      .summary = "Refuse a fingerprint from now on, and cut its links.",
      .usage = "FINGERPRINT [OPTIONS]",
      .purpose =
          "The key is refused from now on, as client and as agent, whatever a CA says of it. If an "
          "agent runs here, its links with that key are cut at once, and their sessions end. "
          "'nearside authorize' or a new pairing takes it back.",
      .operands = {{"FINGERPRINT"}},
      .options = {kStateOption},
      .exits =
          "0  done, whether an agent runs or not\n"
          "1  failed, or done but the running agent could not be told\n"
          "2  the command line, or the fingerprint, is wrong",
      .examples =
          "nearside peers\n"
          "nearside revoke SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
      .run = run_revoke,
  };
}

}  // namespace nearside::cli
