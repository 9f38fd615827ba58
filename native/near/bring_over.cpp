// One command takes it all: it reads until its stdin ends, checks, and says so.
#include "near/bring_over.hpp"

#include "core/version.hpp"
#include "io/clock.hpp"
#include "io/deadline.hpp"
#include "io/faults.hpp"
#include "io/file_digest.hpp"
#include "io/random_id.hpp"
#include "near/command_stream.hpp"
#include "near/limits.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace nearside::near_end {
namespace {

std::string megabytes(std::size_t bytes) {
  const auto tenths = (bytes + 50'000) / 100'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

/// Its bytes with their digest.
struct Contents {
  std::string bytes;
  std::string digest;
};

Result<Contents> read_executable(const std::filesystem::path& file) {
  Contents contents;
  contents.digest = digest_of_copy(file);
  std::ifstream stream(file, std::ios::binary);
  contents.bytes.assign(std::istreambuf_iterator<char>(stream), {});
  if (contents.digest.empty() || contents.bytes.empty()) {
    return io::make_fault(
        Errc::kFileFailed, Condition::kMisconfigured,
        "The executable that is to be brought over, " + file.string() + ", cannot be read.");
  }
  return contents;
}

/// What the script itself has given up with (install_script) comes again.
bool is_final(int code) {
  return code == kNoFolder || code == kNotWritten || code == kNotTheSame || code == kCannotRun;
}

Fault not_brought(const Target& target, const std::vector<std::string>& words, Fault fault,
                  std::optional<int> code = {}) {
  if (code && is_final(*code)) fault.condition = Condition::kMisconfigured;
  fault.message = "nearside " + std::string(kVersion) + " could not be brought to " +
                  to_string(target) + ". " + fault.message +
                  "\nThe command was: " + shown_command(words);
  return fault;
}

io::Async<void> send_all(CommandStream& stream, const Contents& contents,
                         const std::function<void(std::size_t)>& on_sent) {
  for (std::size_t at = 0; at < contents.bytes.size();) {
    const auto count = std::min(kBringChunkBytes, contents.bytes.size() - at);
    auto stalled = io::make_fault(
        Errc::kTimedOut, Condition::kUnreachable,
        "The command took nothing for " + std::to_string(kBringStallLimit.count() / 1000) + " s.");
    auto written = co_await io::within(
        kBringStallLimit, stream.write(asio::buffer(contents.bytes.data() + at, count)),
        std::move(stalled));
    if (!written) co_return written.error();
    at += count;
    on_sent(at);
  }
  co_return co_await stream.end_output();
}

}  // namespace

std::string_view own_platform() {
#if defined(__linux__) && defined(__x86_64__)
  return "linux-x64";
#elif defined(__linux__) && defined(__aarch64__)
  return "linux-arm64";
#else
  return "";
#endif
}

bool can_bring_over(const Target& target) {
  return script_command(target, "").has_value();
}

Result<std::filesystem::path> far_executable(const std::filesystem::path& own,
                                             const std::string& platform) {
  const auto packed = own.parent_path() / "far" / platform / "nearside";
  std::error_code error;
  if (std::filesystem::is_regular_file(packed, error)) return packed;
  if (platform == own_platform() && std::filesystem::is_regular_file(own, error)) return own;
  return io::make_fault(Errc::kFileFailed, Condition::kMisconfigured,
                        "nearside " + std::string(kVersion) +
                            " is not there, and this installation has no executable for " +
                            platform + " to bring (looked for: " + packed.string() +
                            "). Install the extension's package anew, or put nearside on the PATH "
                            "over there or at ~/.nearside/bin/nearside.");
}

io::Async<void> bring_over(asio::any_io_executor executor,
                           std::shared_ptr<const NearEndOptions> options, Target target,
                           FarSystem far, io::TaskGroup& tasks,
                           std::function<void(std::string)> on_progress) {
  const auto platform = platform_of(far);
  if (!platform) co_return platform.error();
  const auto file = far_executable(options->executable, *platform);
  if (!file) co_return file.error();
  const auto contents = read_executable(*file);
  if (!contents) co_return contents.error();
  const Package package{std::string(kVersion), contents->digest, io::random_id(kBringMarkBytes)};
  const auto words = script_command(target, install_script(package), true).value();
  auto stream = CommandStream::start(executor, *options, target, words, tasks);
  if (!stream) co_return not_brought(target, words, stream.error());

  const std::string size = megabytes(contents->bytes.size());
  std::optional<io::Clock::time_point> told;
  const auto tell = [&](std::size_t sent) {
    const auto now = io::Clock::now();
    if (sent < contents->bytes.size() && told && now < *told + kBringProgressPause) return;
    told = now;
    on_progress("Bringing nearside " + std::string(kVersion) + " (" + *platform +
                ") there: " + megabytes(sent) + " of " + size + " MB.");
  };
  tell(0);
  auto sent = co_await send_all(**stream, *contents, tell);
  if (!sent) co_return not_brought(target, words, sent.error(), (*stream)->exit_code());
  auto late = io::make_fault(Errc::kTimedOut, Condition::kUnreachable,
                             "Everything was sent, and the command did not end.");
  auto installed =
      co_await io::within(kBringStallLimit, (*stream)->read_greeting(kInstalled), std::move(late));
  if (!installed) co_return not_brought(target, words, installed.error(), (*stream)->exit_code());
  co_return boost::system::in_place_value;
}

std::string digest_of_copy(const std::filesystem::path& file) {
  return io::file_digest(file, kMaxFarExecutableBytes);
}

}  // namespace nearside::near_end
