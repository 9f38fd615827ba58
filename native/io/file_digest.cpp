// Reads a file in pieces into OpenSSL's SHA-256.
#include "io/file_digest.hpp"

#include "io/openssl.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace nearside::io {
namespace {

using DigestContext = std::unique_ptr<EVP_MD_CTX, openssl::FreeWith<EVP_MD_CTX_free>>;

std::string digest_of(int descriptor, std::size_t limit) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 0 ||
      static_cast<std::size_t>(status.st_size) > limit)
    return {};
  const DigestContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return {};
  std::array<char, 64 * 1024> piece;
  std::size_t total = 0;
  for (;;) {
    const auto count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {};
    if (count == 0) break;
    total += static_cast<std::size_t>(count);
    if (total > limit) return {};  // It grows while we read.
    EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(count));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context.get(), hash.data(), &size) != 1) return {};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int at = 0; at < size; ++at) {
    hex += kDigits[hash[at] >> 4];
    hex += kDigits[hash[at] & 15];
  }
  return hex;
}

}  // namespace

std::string file_digest(const std::filesystem::path& file, std::size_t limit) {
  // Without O_NONBLOCK a FIFO under that name would hang us before fstat() can refuse it.
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return {};
  auto hex = digest_of(descriptor, limit);
  ::close(descriptor);
  return hex;
}

}  // namespace nearside::io
