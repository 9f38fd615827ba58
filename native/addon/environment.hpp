// What one Node environment (the main thread, or a worker) has of ours: the near end's thread and
// the mailbox that it writes to. Made with the first session, ended with the environment. No
// global.
#pragma once

#include "addon/mailbox.hpp"
#include "near/near_thread.hpp"

#include <memory>

namespace nearside::addon {

class Environment {
 public:
  explicit Environment(Napi::Env env);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  near_end::NearThread& thread() { return *thread_; }
  const std::shared_ptr<Mailbox>& mailbox() { return mailbox_; }

  /// That of `env`, made when it is first asked for.
  static Environment& of(Napi::Env env);

 private:
  std::shared_ptr<Mailbox> mailbox_;
  std::unique_ptr<near_end::NearThread> thread_;
};

}  // namespace nearside::addon
