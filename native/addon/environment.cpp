// Made on demand, ended by a cleanup hook: those run in the reverse order of their making, so ours
// runs while the mailbox's ThreadSafeFunction, which is older, is still whole.
#include "addon/environment.hpp"

#include "addon/near_end.hpp"

namespace nearside::addon {

Environment::Environment(Napi::Env env)
    : mailbox_(Mailbox::make(env)), thread_(std::make_unique<near_end::NearThread>()) {}

Environment::~Environment() {
  thread_.reset();  // first: after this nobody writes letters
  mailbox_->close();
}

Environment& Environment::of(Napi::Env env) {
  auto& slot = env.GetInstanceData<Exports>()->environment;
  if (!slot) {
    slot = std::make_unique<Environment>(env);
    env.AddCleanupHook([](Exports* exports) { exports->environment.reset(); },
                       env.GetInstanceData<Exports>());
  }
  return *slot;
}

}  // namespace nearside::addon
