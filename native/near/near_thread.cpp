// The thread, its links, and the queues into it: what other threads wish is collected under a lock
// and done in one turn of the loop, so that a burst of messages wakes the thread once.
#include "near/near_thread.hpp"

#include "core/paths/explanation.hpp"
#include "io/clock.hpp"
#include "io/faults.hpp"
#include "io/task_group.hpp"
#include "near/asking.hpp"
#include "near/limits.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>

namespace nearside::near_end {
namespace {

struct Send {
  std::string body;
  std::chrono::microseconds at;
};
struct Delivered {
  std::size_t bytes;
};
struct RetryNow {};
struct Close {};
using Wish = std::variant<Send, Delivered, RetryNow, Close>;

}  // namespace

class LoopSession;

/// Everything that lives on the loop. Made and destroyed with the loop's thread not running.
struct Loop {
  /// State folder, CA, names, limit of silence.
  using LinksKey = std::tuple<std::string, std::optional<std::string>, std::vector<std::string>,
                              std::optional<std::chrono::milliseconds>>;

  asio::io_context context{1};
  std::map<LinksKey, std::unique_ptr<Links>> links;
  std::map<std::string, std::weak_ptr<WorkspaceIndex>> indexes;
  std::optional<paths::HostFacts> host;
  std::set<std::shared_ptr<LoopSession>> sessions;
  std::optional<io::TaskGroup> answering;
  std::optional<io::TaskGroup> closing;

  /// Completes what a session is to know of this machine.
  void describe(PathOptions& paths, const io::Environment& environment);
  Links& links_for(const NearEndOptions& options);
  asio::awaitable<void> close_all();
};

/// Handlers and the ClientSession are the loop's; what the lock guards is everybody's.
class LoopSession final : public ThreadedSession, public std::enable_shared_from_this<LoopSession> {
 public:
  LoopSession(Loop& loop, ThreadedHandlers handlers)
      : loop_(&loop), handlers_(std::move(handlers)) {}

  bool send(std::string body) override {
    const std::size_t size = body.size();
    const auto now = io::precise_now();
    const std::lock_guard lock(mutex_);
    if (over_) return false;
    waiting_bytes_ += size;
    wish(Send{std::move(body), now});
    const bool may_go_on = writable_ && waiting_bytes_ < kQueueHighWater;
    owes_writable_ = owes_writable_ || !may_go_on;
    return may_go_on;
  }
  void delivered(std::size_t bytes) override {
    const std::lock_guard lock(mutex_);
    if (!over_) wish(Delivered{bytes});
  }
  void retry_now() override {
    const std::lock_guard lock(mutex_);
    if (!over_) wish(RetryNow{});
  }
  void close() override {
    const std::lock_guard lock(mutex_);
    if (!over_) wish(Close{});
  }
  inspect::InspectorCounters inspection() const override {
    const std::lock_guard lock(mutex_);
    return inspection_;
  }
  std::shared_ptr<const SessionTimes> times() const override {
    const std::lock_guard lock(mutex_);
    return times_;
  }
  SessionCounters counters() const override {
    const std::lock_guard lock(mutex_);
    return counters_;
  }
  paths::RuleSet rules() const override {
    const std::lock_guard lock(mutex_);
    return rules_;
  }
  std::string explain(const std::string& path) const override {
    LocalFileView files(nullptr);
    return paths::to_json(paths::explain(rules(), path, &files))
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  // On the loop's thread:
  void start(const NearEndOptions& near_end, SessionOptions options);
  /// No handler is called any more.
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
      wishes_.clear();
    }
    handlers_ = {};
    session_.reset();
  }

 private:
  void wish(Wish wish) {
    wishes_.push_back(std::move(wish));
    if (std::exchange(scheduled_, true)) return;
    asio::post(loop_->context, [self = shared_from_this()] { self->grant(); });
  }
  void grant();
  void note();
  void tell_writable();
  void handle_closed(std::optional<Fault> fault);

  Loop* loop_;
  ThreadedHandlers handlers_;
  std::unique_ptr<ClientSession> session_;

  mutable std::mutex mutex_;
  std::vector<Wish> wishes_;
  std::size_t waiting_bytes_ = 0;  ///< In wishes_.
  bool scheduled_ = false;
  bool writable_ = true;
  bool owes_writable_ = false;
  bool over_ = false;
  SessionCounters counters_;
  inspect::InspectorCounters inspection_;
  std::shared_ptr<const SessionTimes> times_;
  paths::RuleSet rules_;
};

void LoopSession::start(const NearEndOptions& near_end, SessionOptions options) {
  const auto weak = weak_from_this();
  const auto told = [weak](auto&& tell) {
    if (const auto self = weak.lock(); self && self->handlers_.on_closed) tell(*self);
  };
  ClientSession::Handlers handlers;
  handlers.on_message = [told](std::string body) {
    told([&](LoopSession& self) {
      self.note();
      self.handlers_.on_message(std::move(body));
    });
  };
  handlers.on_writable = [told] { told([](LoopSession& self) { self.tell_writable(); }); };
  handlers.on_link_state = [told](const LinkState& state) {
    told([&](LoopSession& self) { self.handlers_.on_link_state(state); });
  };
  handlers.on_closed = [told](std::optional<Fault> fault) {
    told([&](LoopSession& self) { self.handle_closed(std::move(fault)); });
  };
  session_ = std::make_unique<ClientSession>(loop_->links_for(near_end), std::move(options),
                                             std::move(handlers));
  const std::lock_guard lock(mutex_);
  times_ = session_->times();
}

void LoopSession::grant() {
  std::vector<Wish> wishes;
  {
    const std::lock_guard lock(mutex_);
    scheduled_ = false;
    waiting_bytes_ = 0;
    wishes.swap(wishes_);
  }
  for (Wish& wish : wishes) {
    if (!session_) return;
    if (auto* const send = std::get_if<Send>(&wish))
      session_->handle_client_message(std::move(send->body), send->at);
    else if (const auto* const delivered = std::get_if<Delivered>(&wish))
      session_->delivered(delivered->bytes);
    else if (std::holds_alternative<RetryNow>(wish))
      session_->retry_now();
    else
      session_->close();
  }
  if (!session_) return;
  note();
  tell_writable();
}

void LoopSession::note() {
  if (!session_) return;
  const auto counters = session_->counters();
  const bool writable = session_->may_send();
  auto rules = session_->rules();
  const std::lock_guard lock(mutex_);
  counters_ = counters;
  inspection_ = session_->inspection();
  rules_ = std::move(rules);
  writable_ = writable;
}

void LoopSession::tell_writable() {
  note();
  {
    const std::lock_guard lock(mutex_);
    if (!owes_writable_ || !writable_ || waiting_bytes_ >= kQueueHighWater) return;
    owes_writable_ = false;
  }
  handlers_.on_writable();
}

void LoopSession::handle_closed(std::optional<Fault> fault) {
  note();
  {
    // Whoever hears on_closed finds the session closed.
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  const auto on_closed = std::move(handlers_.on_closed);
  on_closed(std::move(fault));
  // The session is still on the stack above us.
  asio::post(loop_->context, [self = shared_from_this()] {
    self->let_go();
    self->loop_->sessions.erase(self);
  });
}

Links& Loop::links_for(const NearEndOptions& options) {
  LinksKey key{options.state.string(), std::nullopt, {}, options.silence_limit};
  if (options.ca) {
    std::get<1>(key) = options.ca->ca_file.string();
    std::get<2>(key) = options.ca->names;
  }
  auto& slot = links[std::move(key)];
  if (!slot) {
    slot = std::make_unique<Links>(context.get_executor(), options);
    if (!answering) answering.emplace(context.get_executor());
    // Without a socket nobody can ask, and nothing else is amiss.
    answering->spawn(answer_askers(*slot, [](const Fault&) {}));
  }
  return *slot;
}

void Loop::describe(PathOptions& paths, const io::Environment& environment) {
  if (!host) host = describe_machine(environment);
  paths.local = *host;
  if (paths.workspace.empty()) return;
  auto& shared = indexes[paths.workspace];
  paths.index = shared.lock();
  if (paths.index) return;
  paths.index = std::make_shared<WorkspaceIndex>(
      WorkspaceIndex::Options{paths.workspace, host->folds_case, environment});
  shared = paths.index;
}

asio::awaitable<void> Loop::close_all() {
  for (const auto& session : sessions) session->let_go();
  sessions.clear();
  if (answering) {
    answering->stop();
    co_await answering->join();
  }
  for (const auto& [key, one] : links) co_await one->close();
  // A local agent that was started from here lives on, and waiting for its end would keep the loop.
  links.clear();
}

struct NearThread::Impl {
  Impl() : loop(std::make_unique<Loop>()), guard(loop->context.get_executor()) {
    thread = std::thread([this] {
      loop->context.run();
      const std::lock_guard lock(mutex);
      ended = true;
      changed.notify_all();
    });
  }
  ~Impl();

  std::unique_ptr<Loop> loop;
  asio::executor_work_guard<asio::io_context::executor_type> guard;
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
  std::thread thread;
};

NearThread::Impl::~Impl() {
  asio::post(loop->context, [this] {
    loop->closing.emplace(loop->context.get_executor());
    loop->closing->spawn(loop->close_all());
    guard.reset();  // the loop ends when nothing is left to do
  });
  bool orderly = false;
  {
    std::unique_lock lock(mutex);
    orderly = changed.wait_for(lock, kThreadEndLimit, [this] { return ended; });
  }
  if (!orderly) loop->context.stop();
  thread.join();
  // What still waits in a loop that was cut off may point at anything; it is left lying, since the
  // host goes on and a leak is better than its crash.
  if (!orderly) static_cast<void>(loop.release());
}

NearThread::NearThread() : impl_(std::make_unique<Impl>()) {}
NearThread::~NearThread() = default;

Result<std::shared_ptr<ThreadedSession>> NearThread::open(const SessionRequest& request,
                                                          ThreadedHandlers handlers) {
  auto target = parse_target(request.target);
  if (!target) return target.error();
  std::optional<std::filesystem::path> chosen;
  if (request.state) chosen = *request.state;
  auto state = io::state_folder(chosen);
  if (!state) return state.error();

  NearEndOptions near_end;
  near_end.state = std::move(*state);
  near_end.executable = request.executable;
  near_end.state_is_default = !request.state;
  near_end.environment = io::current_environment();
  near_end.silence_limit = request.silence_limit;
  if (!request.workspace.empty() && !request.workspace.starts_with('/'))
    return io::make_fault(Errc::kConfigurationInvalid, Condition::kMisconfigured,
                          "The workspace is no absolute folder: " + request.workspace + ".");
  for (const auto& rule : request.path_rules)
    if (auto good = paths::check_rule(rule); !good) return good.error();
  if (request.ca_file) near_end.ca = io::CaPolicy{*request.ca_file, request.allowed_names};
  SessionOptions options{.target = std::move(*target),
                         .adapter = request.adapter,
                         .working_directory = request.working_directory,
                         .client = request.client,
                         .environment = near_end.environment,
                         .paths = {.rules = request.path_rules,
                                   .workspace = request.workspace,
                                   .index = nullptr,
                                   .local = {}},
                         .inspect = request.inspect,
                         .session = request.session,
                         .role = request.role,
                         .linger = request.linger,
                         .restore = request.restore};

  auto session = std::make_shared<LoopSession>(*impl_->loop, std::move(handlers));
  asio::post(impl_->loop->context,
             [loop = impl_->loop.get(), session, near_end = std::move(near_end),
              options = std::move(options)]() mutable {
               loop->sessions.insert(session);
               loop->describe(options.paths, *near_end.environment);
               session->start(near_end, std::move(options));
             });
  return std::shared_ptr<ThreadedSession>(std::move(session));
}

}  // namespace nearside::near_end
