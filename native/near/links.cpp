// Finds the link of a target, or makes its place.
#include "near/links.hpp"

#include "near/logbook.hpp"
#include "near/target_link.hpp"

#include <map>
#include <utility>
#include <vector>

namespace nearside::near_end {
namespace {

std::shared_ptr<const NearEndOptions> complete(NearEndOptions options) {
  if (!options.environment) options.environment = io::current_environment();
  return std::make_shared<const NearEndOptions>(std::move(options));
}

}  // namespace

std::string_view to_string(LinkState::Kind kind) {
  switch (kind) {
    case LinkState::Kind::kConnecting:
      return "connecting";
    case LinkState::Kind::kConnected:
      return "connected";
    case LinkState::Kind::kReconnecting:
      return "reconnecting";
    case LinkState::Kind::kLost:
      break;
  }
  return "lost";
}

struct Links::Impl {
  Impl(asio::any_io_executor on, NearEndOptions given)
      : executor(std::move(on)), options(complete(std::move(given))) {}

  const std::shared_ptr<TargetLink>& of(const Target& target) {
    auto& found = by_target[to_string(target)];
    if (!found) found = std::make_shared<TargetLink>(executor, options, target);
    return found;
  }

  asio::any_io_executor executor;
  std::shared_ptr<const NearEndOptions> options;
  std::map<std::string, std::shared_ptr<TargetLink>> by_target;
  Logbook logbook;
};

Links::Links(asio::any_io_executor executor, NearEndOptions options)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(options))) {}

Links::~Links() {
  for (const auto& [name, link] : impl_->by_target) link->stop();
}

const asio::any_io_executor& Links::executor() const {
  return impl_->executor;
}

const io::Environment& Links::environment() const {
  return *impl_->options->environment;
}

const std::filesystem::path& Links::state() const {
  return impl_->options->state;
}

io::Async<std::unique_ptr<Channel>> Links::open(Target target, std::string opening,
                                                Channel::Handlers handlers) {
  return TargetLink::open(impl_->of(target), std::move(opening), std::move(handlers));
}

std::shared_ptr<void> Links::observe(const Target& target,
                                     std::function<void(const LinkState&)> on_state) {
  return impl_->of(target)->observe(std::move(on_state));
}

void Links::retry_now(const Target& target) {
  const auto found = impl_->by_target.find(to_string(target));
  if (found != impl_->by_target.end()) found->second->retry_now();
}

std::optional<link::LinkCounters> Links::counters(const Target& target) const {
  const auto found = impl_->by_target.find(to_string(target));
  return found == impl_->by_target.end() ? std::nullopt : found->second->counters();
}

std::optional<io::LinkCosts> Links::costs(const Target& target) const {
  const auto found = impl_->by_target.find(to_string(target));
  return found == impl_->by_target.end() ? std::nullopt : found->second->costs();
}

Logbook& Links::logbook() const {
  return impl_->logbook;
}

asio::awaitable<void> Links::close() {
  std::vector<std::shared_ptr<TargetLink>> all;
  for (const auto& [name, link] : impl_->by_target) all.push_back(link);
  for (const auto& link : all) link->close();
  for (const auto& link : all) co_await link->closed();
}

}  // namespace nearside::near_end
