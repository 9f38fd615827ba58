// `nearside identity`: who we are, and the way to a certificate of an organisation's CA.
#include "cli/commands.hpp"
#include "cli/limits.hpp"
#include "cli/output.hpp"
#include "cli/settings.hpp"

#include <iostream>

namespace nearside::cli {
namespace {

int show(const std::filesystem::path& state, const io::Identity& identity, bool as_json) {
  const std::string key = (state / "identity.key").string();
  const std::string certificate = (state / "identity.crt").string();
  if (as_json) {
    print_json({{"fingerprint", identity.fingerprint.text()},
                {"state", state.string()},
                {"key", key},
                {"certificate", certificate}});
  } else {
    std::cout << "fingerprint  " << bold(identity.fingerprint.text()) << "\n"
              << "key          " << key << "  (secret: never copy it)\n"
              << "certificate  " << certificate << "\n";
  }
  return kExitOk;
}

int run_identity(const Arguments& arguments) {
  if (arguments.has("--request") && arguments.has("--install"))
    return complain(usage_fault("--request and --install are two steps: one at a time."));
  if (arguments.has("--name") && !arguments.has("--request"))
    return complain(
        usage_fault("--name belongs to --request: it is what the CA is asked to certify."));
  const auto state = state_of(arguments);
  if (!state) return complain(state.error());
  auto identity = io::load_or_make_identity(*state);
  if (!identity) return complain(identity.error());
  if (arguments.has("--request")) {
    const auto request = io::certificate_request(*identity, arguments.values("--name"));
    if (!request) return complain(request.error());
    std::cout << *request;
    return kExitOk;
  }
  if (const auto file = arguments.value("--install")) {
    const auto pem = read_input(*file, kMaxCertificateInput);
    if (!pem) return complain(pem.error());
    identity = io::install_certificate(*state, *pem);
    if (!identity) return complain(identity.error());
    note("The certificate is installed. An agent that runs takes it at its next start.");
  }
  return show(*state, *identity, arguments.has("--json"));
}

}  // namespace

Command identity_command() {
  return {
      .name = "identity",
      .summary = "Show who this end is: its fingerprint and files.",
      .usage = "[OPTIONS]",
      .purpose =
          "An identity is a private key and a certificate for it, made at first use. Others know "
          "it by its fingerprint, the SHA-256 of the public key. Near end and agent on one machine "
          "share it, as they share the state folder.",
      .options =
          {{"--request", "",
            "Print a certificate request (PKCS#10, PEM) for an organisation's CA."},
           {"--name", "NAME",
            "With --request: a name that the certificate shall have (DNS name, URI or e-mail "
            "address), for the other side's --allow. May be given several times.",
            true},
           {"--install", "FILE",
            "Take the CA's certificate (PEM, ours first, then its chain; - is stdin). The "
            "key and the fingerprint stay the same."},
           kStateOption,
           {"--json", "", "Print one JSON object: fingerprint, state, key, certificate."}},
      .exits =
          "0  done\n"
          "1  failed: the folder cannot be used, the certificate is not for our key\n"
          "2  the command line is wrong",
      .examples =
          "nearside identity\n"
          "nearside identity --request --name alice@example.com > me.csr\n"
          "# have it signed, then\n"
          "nearside identity --install me.crt",
      .run = run_identity,
  };
}

}  // namespace nearside::cli
