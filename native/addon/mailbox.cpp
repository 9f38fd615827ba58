// The queue and its ThreadSafeFunction.
#include "addon/mailbox.hpp"

#include <utility>

namespace nearside::addon {

std::shared_ptr<Mailbox> Mailbox::make(Napi::Env env) {
  std::shared_ptr<Mailbox> mailbox(new Mailbox(env));
  const napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "nearside"), 0,
                                      1, nullptr, nullptr, mailbox.get(), wake, &mailbox->wake_);
  if (status != napi_ok) throw Napi::Error::New(env);
  napi_unref_threadsafe_function(env, mailbox->wake_);
  return mailbox;
}

void Mailbox::put(Letter letter) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  letters_.push_back(std::move(letter));
  // Under the lock, so that close() cannot release the function between the look and the call.
  if (letters_.size() == 1) napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
}

void Mailbox::wake(napi_env env, napi_value, void* context, void*) {
  // Without an environment the call is one of those that are drained while everything ends.
  if (env != nullptr) static_cast<Mailbox*>(context)->shared_from_this()->open_all(env);
}

void Mailbox::open_all(Napi::Env env) {
  std::vector<Letter> letters;
  {
    const std::lock_guard lock(mutex_);
    letters.swap(letters_);
  }
  for (const Letter& letter : letters) {
    const Napi::HandleScope scope(env);
    try {
      letter(env);
    } catch (const Napi::Error& error) {
      // Empty when a worker is being terminated: then there is nobody left to tell.
      if (!error.IsEmpty()) napi_fatal_exception(env, error.Value());
    }
  }
}

void Mailbox::hold() {
  if (holders_++ == 0) napi_ref_threadsafe_function(env_, wake_);
}

void Mailbox::let_go() {
  if (--holders_ == 0 && !closed_) napi_unref_threadsafe_function(env_, wake_);
}

void Mailbox::close() {
  std::vector<Letter> unopened;
  const std::lock_guard lock(mutex_);
  if (std::exchange(closed_, true)) return;
  unopened.swap(letters_);
  napi_release_threadsafe_function(wake_, napi_tsfn_abort);
}

}  // namespace nearside::addon
