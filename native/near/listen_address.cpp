// Where clients may be awaited: loopback addresses and Unix sockets, nothing that a network sees.
#include "near/dap_server.hpp"

#include <boost/asio/ip/address.hpp>

#include <utility>

namespace nearside::near_end {
namespace {

constexpr std::string_view kUnixScheme = "unix:";

Fault unusable(std::string_view text, const std::string& why) {
  return {Errc::kUsage, Condition::kMisconfigured,
          "Clients cannot be awaited at '" + std::string(text.substr(0, 200)) + "': " + why +
              " Write 127.0.0.1:PORT (port 0: a free one) or unix:PATH."};
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  if (text.starts_with(kUnixScheme)) {
    const auto path = text.substr(kUnixScheme.size());
    if (path.empty()) return unusable(text, "the path is missing.");
    if (path.find('\0') != std::string_view::npos)
      return unusable(text, "the path holds a character that no path has.");
    return ListenAddress{std::filesystem::path(path)};
  }
  auto address = io::parse_host_port(text);
  if (!address) return unusable(text, address.error().message + ".");
  if (address->host == "localhost") address->host = "127.0.0.1";
  boost::system::error_code error;
  const auto numeric = boost::asio::ip::make_address(address->host, error);
  if (error || !numeric.is_loopback()) {
    return unusable(text,
                    "only loopback addresses are allowed, since whoever reaches the debugger can "
                    "run any program as you. To debug from another machine, run the agent there "
                    "with TLS.");
  }
  return ListenAddress{*std::move(address)};
}

}  // namespace nearside::near_end
