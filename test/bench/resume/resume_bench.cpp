// What it costs that a link can be resumed: two ends over TLS on loopback, in this process. Prints
// JSON for test/bench/resume.ts: from a new connection to the first replayed message, the replay's
// speed, and how fast a link carries messages with and without keeping what it has sent (in turn,
// in one run).
#include "core/link/link.hpp"
#include "io/identity.hpp"
#include "io/link_driver.hpp"
#include "io/random_id.hpp"
#include "io/sockets.hpp"
#include "io/task_group.hpp"
#include "io/tls.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <random>

namespace nearside {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using asio::experimental::awaitable_operators::operator&&;

constexpr std::chrono::seconds kLimit{30};
constexpr std::size_t kMessageBytes = 64 * 1024;
constexpr int kResumes = 200;
constexpr int kRounds = 9;
constexpr std::size_t kCarriedBytes = 64 * 1024 * 1024;

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

[[noreturn]] void give_up() {
  std::cerr << "resume_bench: what was waited for did not happen\n";
  std::exit(1);
}

struct Streams {
  io::StreamPtr near_end;
  io::StreamPtr far_end;
};

class Loopback {
 public:
  explicit Loopback(asio::io_context& loop)
      : loop_(loop),
        folder_(std::filesystem::temp_directory_path() /
                ("nearside-bench-" + std::to_string(::getpid()))),
        identity_(io::load_or_make_identity(folder_).value()),
        acceptor_(io::listen_tcp(loop.get_executor(), {"127.0.0.1", 0}).value()) {}
  ~Loopback() { std::filesystem::remove_all(folder_); }

  /// TCP and TLS; both ends.
  Streams connect() {
    const io::HostPort address{"127.0.0.1", acceptor_.local_endpoint().port()};
    Streams streams;
    const auto dial = [&]() -> asio::awaitable<void> {
      auto socket = co_await io::connect_tcp(loop_.get_executor(), address, kLimit);
      auto context = io::TlsContext::make(io::TlsSide::kClient, identity_).value();
      auto tls = co_await io::tls_handshake(std::move(socket.value()), context, "near", kLimit);
      streams.near_end = std::move(tls.value().stream);
    };
    const auto answer = [&]() -> asio::awaitable<void> {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      auto context = io::TlsContext::make(io::TlsSide::kServer, identity_).value();
      auto tls = co_await io::tls_handshake(std::move(socket), context, "far", kLimit);
      streams.far_end = std::move(tls.value().stream);
    };
    bool is_done = false;
    const auto both = [&]() -> asio::awaitable<void> {
      co_await (dial() && answer());
      is_done = true;
    };
    asio::co_spawn(loop_, both, asio::detached);
    while (!is_done)
      if (loop_.run_one_for(kLimit) == 0) give_up();
    return streams;
  }

 private:
  asio::io_context& loop_;
  std::filesystem::path folder_;
  io::Identity identity_;
  asio::ip::tcp::acceptor acceptor_;
};

/// A link of two drivers; the near end counts what arrives.
class Pair {
 public:
  Pair(asio::io_context& loop, Loopback& loopback, bool resume)
      : loop_(loop), loopback_(loopback), tasks_(loop.get_executor()) {
    auto streams = loopback.connect();
    near_.emplace(std::move(streams.near_end), options(link::End::kNear, resume),
                  [this](link::LinkEvent event) { take(std::move(event)); });
    far_.emplace(std::move(streams.far_end), options(link::End::kFar, resume),
                 [this](link::LinkEvent event) {
                   if (const auto* opened = std::get_if<link::ChannelOpened>(&event))
                     channel_ = opened->channel;
                 });
    run();
    until([&] { return near_->link().established() && far_->link().established(); });
    (void)near_->link().open_channel("{}", io::now());
    near_->flush();
    until([&] { return channel_ != 0; });
  }
  ~Pair() {
    tasks_.stop();
    until([&] { return tasks_.running() == 0; });
  }

  void send(const std::string& message) {
    (void)far_->link().send(channel_, link::MessageKind::kDap, message, io::now());
    far_->flush();
  }
  /// The transport breaks, and what is sent meanwhile waits. Gives how long the next one took to
  /// bring the first message, and all of them; from before its TCP connection.
  std::pair<double, double> lose_and_resume(const std::string& message, std::size_t count) {
    // What the far end sends now goes nowhere: the near end reads no more.
    near_->stream().close();
    for (std::size_t sent = 0; sent < count; ++sent) send(message);
    far_->stream().close();
    until([&] { return tasks_.running() == 0; });
    received_ = 0;
    first_at_.reset();
    const auto begun = Clock::now();
    auto streams = loopback_.connect();
    near_->link().begin_resume(io::now());
    near_->move_to(std::move(streams.near_end));
    // The far end's part that an agent plays: a new link hears whom it concerns.
    std::optional<io::LinkDriver> greeter;
    auto greeting = options(link::End::kFar, true);
    greeter.emplace(std::move(streams.far_end), greeting, [&](link::LinkEvent event) {
      const auto* wish = std::get_if<link::ResumeRequested>(&event);
      if (wish == nullptr) return;
      if (!far_->link().resume(*wish, io::now())) std::abort();
      far_->move_to(greeter->release());
      tasks_.spawn(far_->run());
    });
    tasks_.spawn(near_->run());
    tasks_.spawn(greeter->run());
    until([&] { return received_ == count * message.size(); });
    const auto all = milliseconds(Clock::now() - begun);
    until([&] { return tasks_.running() == 2; });  // The greeter has gone.
    return {milliseconds(*first_at_ - begun), all};
  }
  /// Megabytes a second.
  double carry(const std::string& message) {
    received_ = 0;
    const auto begun = Clock::now();
    for (std::size_t sent = 0; sent < kCarriedBytes; sent += message.size()) {
      until([&] { return far_->link().may_send(channel_); });
      send(message);
    }
    until([&] { return received_ >= kCarriedBytes; });
    return static_cast<double>(kCarriedBytes) / 1e3 / milliseconds(Clock::now() - begun);
  }

 private:
  link::LinkOptions options(link::End end, bool resume) {
    link::LinkOptions options;
    options.end = end;
    options.link_id = std::string(32, 'a');
    options.resume = resume;
    if (resume && end == link::End::kFar) options.resume_secret = std::string(32, 'b');
    return options;
  }
  void run() {
    tasks_.spawn(near_->run());
    tasks_.spawn(far_->run());
  }
  void take(link::LinkEvent event) {
    const auto* message = std::get_if<link::MessageReceived>(&event);
    if (message == nullptr) return;
    if (!first_at_) first_at_ = Clock::now();
    received_ += message->bytes.size();
    near_->link().consumed(message->channel, message->bytes.size(), io::now());
    near_->flush();
  }
  void until(const std::function<bool()>& condition) {
    const auto deadline = Clock::now() + kLimit;
    while (!condition()) {
      if (loop_.run_one_for(kLimit) == 0 || Clock::now() > deadline) give_up();
    }
  }

  asio::io_context& loop_;
  Loopback& loopback_;
  std::optional<io::LinkDriver> near_;
  std::optional<io::LinkDriver> far_;
  link::ChannelId channel_ = 0;
  std::size_t received_ = 0;
  std::optional<Clock::time_point> first_at_;
  io::TaskGroup tasks_;
};

/// Text that compresses as DAP answers do: words of a few kinds in changing order.
std::string text(std::size_t bytes) {
  std::minstd_rand random(7);
  std::string made;
  while (made.size() < bytes)
    made += R"({"name":"[)" + std::to_string(random() % 100'000) + R"(]","type":"int","value":")" +
            std::to_string(random()) + R"("},)";
  made.resize(bytes);
  return made;
}

nlohmann::json measure() {
  asio::io_context loop(1);
  const auto stay = asio::make_work_guard(loop);
  Loopback loopback(loop);
  const auto message = text(kMessageBytes);
  auto first = nlohmann::json::array(), replay = nlohmann::json::array(),
       with = nlohmann::json::array(), without = nlohmann::json::array();
  {
    Pair pair(loop, loopback, true);
    for (int turn = 0; turn < kResumes; ++turn)
      first.push_back(pair.lose_and_resume(std::string(200, 'x'), 1).first);
    constexpr std::size_t kReplayed = 100;
    for (int turn = 0; turn < kRounds; ++turn) {
      const auto [one, all] = pair.lose_and_resume(message, kReplayed);
      replay.push_back(static_cast<double>(kReplayed * kMessageBytes) / 1e3 /
                       std::max(all - one, 0.001));
    }
  }
  Pair keeping(loop, loopback, true);
  Pair forgetting(loop, loopback, false);
  for (int round = 0; round < kRounds; ++round) {
    with.push_back(keeping.carry(message));
    without.push_back(forgetting.carry(message));
  }
  return {{"firstReplayedMs", first},
          {"replayMBs", replay},
          {"keepingMBs", with},
          {"forgettingMBs", without}};
}

}  // namespace
}  // namespace nearside

int main() {
  std::cout << nearside::measure().dump() << std::endl;
  return 0;
}
