// `nearside --version`: ours, the link protocol's, and those of what is built in.
#include "cli/version.hpp"

#include "near/links.hpp"

#include <boost/asio/version.hpp>

namespace nearside::cli {

std::string version_text() {
  const int boost = BOOST_VERSION;
  return "nearside " + std::string(kVersion) + "\nlink protocol " + std::to_string(kLinkVersion) +
         "\n" + io::openssl_version() + "\nBoost " + std::to_string(boost / 100000) + "." +
         std::to_string(boost / 100 % 1000) + "." + std::to_string(boost % 100) + "\n" +
         core_library_versions() + "\n";
}

}  // namespace nearside::cli
