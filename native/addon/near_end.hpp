// The class `NearEnd` of extension/native.d.ts: one debug session. From its making to its
// `onClosed` it holds itself and the process; afterwards it is an ordinary object that forgets.
#pragma once

#include "addon/environment.hpp"
#include "addon/options.hpp"

#include <napi.h>

#include <memory>
#include <optional>
#include <vector>

namespace nearside::addon {

/// What an environment's copy of the addon has; Node deletes it with the environment.
struct Exports {
  std::unique_ptr<Environment> environment;
};

class NearEnd final : public Napi::ObjectWrap<NearEnd> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit NearEnd(const Napi::CallbackInfo& info);

 private:
  Napi::Value send(const Napi::CallbackInfo& info);
  Napi::Value retry_now(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value counters(const Napi::CallbackInfo& info);
  Napi::Value paths(const Napi::CallbackInfo& info);
  Napi::Value explain_path(const Napi::CallbackInfo& info);

  /// What goes from the near end's thread to JavaScript's. The pointer is good until the letter of
  /// on_closed, the last one, has been opened.
  near_end::ThreadedHandlers handlers();
  void take_message(Napi::Env env, const std::string& body);
  void take_state(Napi::Env env, const near_end::LinkState& state);
  void take_closed(Napi::Env env, const std::optional<Fault>& fault);

  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<near_end::ThreadedSession> session_;
  Callbacks callbacks_;
  std::vector<Napi::Promise::Deferred> closing_;
  bool closed_ = false;
};

}  // namespace nearside::addon
