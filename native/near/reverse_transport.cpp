// One reception for each time that a link is wanted: a listener, its visitors, and the first of
// them that is the agent.
#include "near/reverse_transport.hpp"

#include "io/faults.hpp"
#include "io/newcomers.hpp"
#include "io/wake.hpp"
#include "near/limits.hpp"

#include <utility>

namespace nearside::near_end {
namespace {

using io::make_fault;
using Tcp = asio::ip::tcp;

/// Shared by the visits, which may still unwind when who listened is gone.
struct Reception {
  Reception(asio::any_io_executor executor, std::shared_ptr<const NearEndOptions> given,
            io::HostPort address, io::TlsContext tls, Tcp::acceptor listener)
      : options(std::move(given)),
        target(ReverseTarget{std::move(address)}),
        context(std::move(tls)),
        acceptor(std::move(listener)),
        arrived(executor),
        visits(executor) {}
  void end() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    visits.stop();
  }

  std::shared_ptr<const NearEndOptions> options;
  Target target;
  io::TlsContext context;
  Tcp::acceptor acceptor;
  io::Newcomers newcomers{kMaxUnauthenticated};
  io::Wake arrived;
  io::TaskGroup visits;
  std::optional<io::TlsStream> agent;
  std::optional<Fault> refusal;  ///< Of who came last and was not the agent.
};
using ReceptionPtr = std::shared_ptr<Reception>;

asio::awaitable<void> meet(ReceptionPtr reception, Tcp::socket socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) co_return;
  const std::string name =
      "tls://" + io::HostPort{endpoint.address().to_string(), endpoint.port()}.text();
  auto tls =
      co_await io::tls_handshake(std::move(socket), reception->context, name, kTlsHandshakeLimit);
  if (!tls) {
    reception->refusal = tls.error();
    co_return;
  }
  const auto judged = judge_agent(*reception->options, reception->target, tls->peer);
  if (!judged) {
    reception->refusal = judged.error();
    tls->stream->close();
    co_return;
  }
  if (reception->agent) co_return;
  reception->agent = *std::move(tls);
  reception->arrived.ring();
}

asio::awaitable<void> receive(ReceptionPtr reception, Tcp::socket socket) {
  const io::Newcomers::Visit visit = [&](const io::Newcomers::OnKnown&) {
    return meet(reception, std::move(socket));
  };
  co_await reception->newcomers.receive(visit);
}

asio::awaitable<void> accept(ReceptionPtr reception) {
  for (;;) {
    auto [error, socket] =
        co_await reception->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (!error) {
      reception->visits.spawn(receive(reception, std::move(socket)));
      continue;
    }
    if (error == asio::error::bad_descriptor) co_return;
    asio::steady_timer pause(reception->acceptor.get_executor(), kAcceptPause);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace

io::Async<Transport> open_reverse_transport(asio::any_io_executor executor,
                                            std::shared_ptr<const NearEndOptions> options,
                                            io::HostPort address, Deadline deadline) {
  const Target target = ReverseTarget{address};
  const auto expected = may_be_reached(*options, target);
  if (!expected) co_return expected.error();
  auto identity = io::load_or_make_identity(options->state);
  if (!identity) co_return identity.error();
  auto context = io::TlsContext::make(io::TlsSide::kServer, *identity, options->ca);
  if (!context) co_return context.error();
  auto acceptor = io::listen_tcp(executor, address);
  if (!acceptor) co_return acceptor.error();

  auto reception = std::make_shared<Reception>(executor, std::move(options), address,
                                               *std::move(context), *std::move(acceptor));
  struct End {
    explicit End(Reception& one) : ended(one) {}
    ~End() { ended.end(); }
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    Reception& ended;
  } end(*reception);
  reception->visits.spawn(accept(reception));
  co_await reception->arrived.wait_until(deadline);
  reception->end();
  co_await reception->visits.join();
  if (reception->agent) co_return tls_transport(*std::move(reception->agent));
  co_return make_fault(
      Errc::kTimedOut, Condition::kUnreachable,
      "No agent has dialled in at " + address.text() +
          ". Over there, run `nearside agent --reverse` with an address that leads here." +
          (reception->refusal ? " Who came last was refused: " + reception->refusal->message : ""));
}

}  // namespace nearside::near_end
