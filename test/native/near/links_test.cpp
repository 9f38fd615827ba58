// Links to scripted far ends, on Unix sockets and over TLS: sharing, losing, refusing, judging.
#include "near/links.hpp"

#include "io/tls.hpp"
#include "world.hpp"

#include <fstream>

namespace nearside::near_end {
namespace {

using namespace std::chrono_literals;

std::string opening() {
  session::SessionOpening one;
  one.adapter = "echo";
  return session::encode(session::Opening(one));
}

struct Heard {
  std::vector<std::string> messages;
  int closed = 0;
  std::optional<Fault> reason;
  Channel::Handlers handlers() {
    return {[this](link::MessageKind, std::string bytes) { messages.push_back(std::move(bytes)); },
            [this](std::optional<Fault> why) {
              ++closed;
              reason = std::move(why);
            },
            [] {}};
  }
};

TEST(Links, ShareOneLinkAmongChannelsThatAreOpenedTogether) {
  World world;
  FarEnd far(world);
  Links links(world.executor(), world.options());
  Heard heard;
  std::vector<std::unique_ptr<Channel>> channels;
  io::TaskGroup tasks(world.executor());
  for (int i = 0; i < 5; ++i) {
    tasks.spawn([](Links& on, Heard& to, auto& into) -> asio::awaitable<void> {
      auto channel = co_await on.open(LocalTarget{}, opening(), to.handlers());
      EXPECT_TRUE(channel) << channel.error().message;
      if (channel) into.push_back(*std::move(channel));
    }(links, heard, channels));
  }
  ASSERT_TRUE(world.until([&] { return far.sessions.size() == 5; }));
  EXPECT_EQ(far.connections.size(), 1u);
}

TEST(Links, TellEachStateOnceAndTheNewestToWhoComesLater) {
  World world;
  auto far = std::make_unique<FarEnd>(world);
  Links links(world.executor(), world.options());
  std::vector<LinkState::Kind> states, later;
  const auto observer =
      links.observe(LocalTarget{}, [&](const LinkState& state) { states.push_back(state.kind); });
  Heard heard;
  auto channel = world.run(links.open(LocalTarget{}, opening(), heard.handlers()));
  ASSERT_TRUE(channel);
  const auto second =
      links.observe(LocalTarget{}, [&](const LinkState& state) { later.push_back(state.kind); });
  far->cut(0);
  ASSERT_TRUE(world.until([&] { return heard.closed == 1; }));
  using Kind = LinkState::Kind;
  EXPECT_EQ(states, (std::vector{Kind::kConnecting, Kind::kConnected, Kind::kLost}));
  EXPECT_EQ(later, (std::vector{Kind::kConnected, Kind::kLost}));
  EXPECT_EQ(heard.reason->code, Errc::kLinkLost);
  EXPECT_FALSE((*channel)->send(link::MessageKind::kDap, "x"));
  EXPECT_FALSE((*channel)->may_send());
}

TEST(Links, MakeANewLinkAfterOneWasLost) {
  World world;
  FarEnd far(world);
  Links links(world.executor(), world.options());
  Heard first, second;
  auto before = world.run(links.open(LocalTarget{}, opening(), first.handlers()));
  far.cut(0);
  ASSERT_TRUE(world.until([&] { return first.closed == 1; }));
  auto after = world.run(links.open(LocalTarget{}, opening(), second.handlers()));
  ASSERT_TRUE(after);
  // Numbers of channels begin anew: the old channel must not reach the new one.
  (*before)->close(std::nullopt);
  (*before)->consumed(10);
  EXPECT_TRUE((*after)->may_send());
  EXPECT_EQ(second.closed, 0);
  EXPECT_EQ(far.connections.size(), 2u);
}

TEST(Links, PassOnAsLastWordWhatTheAgentRefuses) {
  World world;
  FarEnd far(world);
  far.standing = link::Standing::kRevoked;
  Links links(world.executor(), world.options());
  Heard heard;
  const auto channel = world.run(links.open(LocalTarget{}, opening(), heard.handlers()));
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, Errc::kPeerRevoked);
  EXPECT_EQ(far.connections.size(), 1u);
}

TEST(Links, CloseWithAGoodbyeThatTheFarEndHears) {
  World world;
  FarEnd far(world);
  Links links(world.executor(), world.options());
  Heard heard;
  auto channel = world.run(links.open(LocalTarget{}, opening(), heard.handlers()));
  ASSERT_TRUE(channel);
  ASSERT_TRUE((*channel)->send(link::MessageKind::kDap, request(1, "last")));
  world.run(links.close());
  EXPECT_EQ(heard.closed, 1);
  ASSERT_TRUE(world.until([&] { return far.connections[0]->is_over; }));
  EXPECT_EQ(far.sessions[0]->received.size(), 1u);
  EXPECT_FALSE(world.run(links.open(LocalTarget{}, opening(), heard.handlers())));
}

TEST(Links, MayGoWhileConnecting) {
  World world;
  auto listener = io::LocalListener::bind(world.executor(), *io::agent_socket_path(world.state()));
  ASSERT_TRUE(listener);  // takes connections and says nothing
  auto links = std::make_unique<Links>(world.executor(), world.options());
  Heard heard;
  bool is_over = false;
  io::TaskGroup tasks(world.executor());
  tasks.spawn([](Links& on, Heard& to, bool& over) -> asio::awaitable<void> {
    const auto channel = co_await on.open(LocalTarget{}, opening(), to.handlers());
    EXPECT_FALSE(channel);
    over = true;
  }(*links, heard, is_over));
  world.context().restart();
  world.context().poll();
  links.reset();
  EXPECT_TRUE(world.until([&] { return is_over; }));
}

TEST(Links, SayWhyAnAgentThatTheyStartedDidNotComeUp) {
  World world;
  auto options = world.options();
  const auto script = world.file("agent.sh");
  {
    std::ofstream file(script);
    file << "#!/bin/sh\necho \"the disk is full\" >&2\nexit 3\n";
  }
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  options.executable = script.string();
  Links links(world.executor(), options);
  Heard heard;
  const auto channel = world.run(links.open(LocalTarget{}, opening(), heard.handlers()));
  ASSERT_FALSE(channel);
  EXPECT_NE(channel.error().message.find("exited with code 3"), std::string::npos);
  EXPECT_NE(channel.error().message.find("the disk is full"), std::string::npos);
  EXPECT_NE(channel.error().message.find("agent.log"), std::string::npos);
}

// --- TLS ---

/// A far end behind TLS, with an identity of its own.
class TlsFarEnd {
 public:
  explicit TlsFarEnd(World& world, const char* name)
      : world_(world),
        far_(world, world.file((std::string(name) + ".sock").c_str())),
        identity_(io::load_or_make_identity(world.file(name)).value()),
        context_(io::TlsContext::make(io::TlsSide::kServer, identity_).value()),
        acceptor_(io::listen_tcp(world.executor(), {"127.0.0.1", 0}).value()),
        tasks_(world.executor()) {
    tasks_.spawn(accept());
  }
  ~TlsFarEnd() {
    tasks_.stop();
    world_.until([this] { return tasks_.running() == 0; });
  }
  io::HostPort address() { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }
  TlsTarget target() { return {address()}; }
  const io::Fingerprint& fingerprint() const { return identity_.fingerprint; }
  FarEnd& far() { return far_; }
  int attempts = 0;
  /// So many connections are reset before one is served.
  int resets = 0;

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      if (++attempts <= resets) {
        socket.set_option(asio::socket_base::linger(true, 0));
        socket.close();
        continue;
      }
      auto tls = co_await io::tls_handshake(std::move(socket), context_, "near end", 10s);
      if (tls) far_.serve(std::move(tls->stream), true);
    }
  }

  World& world_;
  FarEnd far_;
  io::Identity identity_;
  io::TlsContext context_;
  asio::ip::tcp::acceptor acceptor_;
  io::TaskGroup tasks_;
};

void pin(World& world, TlsFarEnd& far, const io::Fingerprint& fingerprint, bool revoked = false) {
  ASSERT_TRUE(io::load_or_make_identity(world.state()));
  ASSERT_TRUE(
      io::PeerStore(world.state())
          .authorize({fingerprint, io::Peer::Role::kAgent, far.address().text(), 0, false}));
  if (revoked) {
    ASSERT_TRUE(io::PeerStore(world.state()).revoke(fingerprint));
  }
}

TEST(TlsLinks, ReachThePinnedAgentCompressed) {
  World world;
  TlsFarEnd far(world, "far");
  pin(world, far, far.fingerprint());
  Links links(world.executor(), world.options());
  std::string security;
  const auto observer =
      links.observe(far.target(), [&](const LinkState& state) { security = state.security; });
  Heard heard;
  auto channel = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_TRUE(channel) << channel.error().message;
  EXPECT_TRUE(security.starts_with("TLSv1.3 TLS_")) << security;
  EXPECT_NE(security.find(far.fingerprint().text()), std::string::npos);
  ASSERT_TRUE((*channel)->send(link::MessageKind::kDap, request(1, "hello")));
  ASSERT_TRUE(world.until([&] { return heard.messages.size() == 1; }));
  EXPECT_GT(links.counters(far.target())->frames_sent, 0u);
}

TEST(TlsLinks, TryAgainWhatMayPass) {
  World world;
  TlsFarEnd far(world, "far");
  far.resets = 2;
  pin(world, far, far.fingerprint());
  Links links(world.executor(), world.options());
  std::vector<std::string> troubles;
  const auto observer = links.observe(far.target(), [&](const LinkState& state) {
    if (state.kind == LinkState::Kind::kConnecting && !state.detail.empty())
      troubles.push_back(state.detail);
  });
  Heard heard;
  auto channel = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_TRUE(channel) << channel.error().message;
  EXPECT_EQ(far.attempts, 3);
  EXPECT_FALSE(troubles.empty());
}

TEST(TlsLinks, ToAnAgentThatWasNeverPairedSayHowToPairAndConnectToNobody) {
  World world;
  TlsFarEnd far(world, "far");
  Links links(world.executor(), world.options());
  Heard heard;
  const auto channel = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, Errc::kPeerUnknown);
  EXPECT_NE(channel.error().message.find("nearside pair"), std::string::npos);
  EXPECT_EQ(far.attempts, 0);
}

TEST(TlsLinks, ToARevokedAgentAreRefusedHere) {
  World world;
  TlsFarEnd far(world, "far");
  pin(world, far, far.fingerprint(), /*revoked=*/true);
  Links links(world.executor(), world.options());
  Heard heard;
  const auto channel = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, Errc::kPeerRevoked);
  EXPECT_EQ(far.attempts, 0);
}

TEST(TlsLinks, AreCutWhenTheirAgentIsRevokedHere) {
  World world;
  TlsFarEnd far(world, "far");
  pin(world, far, far.fingerprint());
  Links links(world.executor(), world.options());
  Heard heard;
  auto channel = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_TRUE(channel) << channel.error().message;
  ASSERT_TRUE(io::PeerStore(world.state()).revoke(far.fingerprint()));
  ASSERT_TRUE(world.until([&] { return heard.closed == 1; }));
  ASSERT_TRUE(heard.reason);
  EXPECT_NE(heard.reason->message.find("revoked"), std::string::npos) << heard.reason->message;
  ASSERT_TRUE(world.until([&] { return far.far().connections.at(0)->is_over; }));
  const auto again = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kPeerRevoked);
}

TEST(TlsLinks, LiveOnWhenSomebodyElseIsPinnedOrRevoked) {
  World world;
  TlsFarEnd far(world, "far");
  pin(world, far, far.fingerprint());
  Links links(world.executor(), world.options());
  Heard heard;
  auto channel = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_TRUE(channel) << channel.error().message;
  const auto other = io::load_or_make_identity(world.file("other"));
  ASSERT_TRUE(other);
  ASSERT_TRUE(io::PeerStore(world.state()).revoke(other->fingerprint));
  ASSERT_TRUE((*channel)->send(link::MessageKind::kDap, request(1, "hello")));
  ASSERT_TRUE(world.until([&] { return heard.messages.size() == 1; }));
  EXPECT_EQ(heard.closed, 0);
}

TEST(TlsLinks, ShowAWrongKeyTryAgainAndInTheEndNameBothKeys) {
  World world;
  TlsFarEnd far(world, "far");
  const auto other = io::load_or_make_identity(world.file("other"));
  ASSERT_TRUE(other);
  pin(world, far, other->fingerprint);
  Links links(world.executor(), world.options());
  Heard heard;
  const auto channel = world.run(links.open(far.target(), opening(), heard.handlers()));
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, Errc::kPeerMismatch);
  EXPECT_NE(channel.error().message.find(far.fingerprint().text()), std::string::npos);
  EXPECT_NE(channel.error().message.find(other->fingerprint.text()), std::string::npos);
  EXPECT_GT(far.attempts, 1);
  EXPECT_TRUE(far.far().connections.empty() || far.far().sessions.empty());
}

}  // namespace
}  // namespace nearside::near_end
