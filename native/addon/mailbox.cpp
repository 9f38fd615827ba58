// The queue, its ThreadSafeFunction, and the turns in which it is emptied.
#include "addon/mailbox.hpp"

#include <iterator>
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
  if (env == nullptr) return;
  const auto mailbox = static_cast<Mailbox*>(context)->shared_from_this();
  // A ThreadSafeFunction that is called again meanwhile runs a thousand times in a row: the turn
  // that is due will find these letters.
  if (!mailbox->turn_is_due_) mailbox->take_turn(env);
}

void Mailbox::take_turn(Napi::Env env) {
  const auto end = std::chrono::steady_clock::now() + kTurnLimit;
  {
    const std::lock_guard lock(mutex_);
    fetched_.insert(fetched_.end(), std::make_move_iterator(letters_.begin()),
                    std::make_move_iterator(letters_.end()));
    letters_.clear();
  }
  while (!fetched_.empty()) {
    const Letter letter = std::move(fetched_.front());
    fetched_.pop_front();
    open(env, letter);
    if (std::chrono::steady_clock::now() >= end) return go_on_later(env);
  }
}

void Mailbox::open(Napi::Env env, const Letter& letter) {
  try {
    const Napi::HandleScope scope(env);
    try {
      letter(env);
    } catch (const Napi::Error& error) {
      // Empty when a worker is being terminated: then there is nobody left to tell.
      if (!error.IsEmpty()) napi_fatal_exception(env, error.Value());
    }
  } catch (const Napi::Error&) {
    // It was terminated while we told it: even looking at an error runs JavaScript.
  }
}

// Also with nothing fetched: what has come in this turn waits for the next one, too.
void Mailbox::go_on_later(Napi::Env env) {
  open(env, [this](Napi::Env within) {
    const auto turn = [weak = weak_from_this()](const Napi::CallbackInfo& info) {
      const auto mailbox = weak.lock();
      if (!mailbox) return;
      mailbox->turn_is_due_ = false;
      mailbox->take_turn(info.Env());
    };
    const auto set_immediate = within.Global().Get("setImmediate").As<Napi::Function>();
    set_immediate.Call({Napi::Function::New(within, turn)});
    turn_is_due_ = true;
  });
}

void Mailbox::hold() {
  if (holders_++ == 0) napi_ref_threadsafe_function(env_, wake_);
}

void Mailbox::let_go() {
  if (--holders_ == 0 && !closed_) napi_unref_threadsafe_function(env_, wake_);
}

void Mailbox::close() {
  std::vector<Letter> unopened;
  fetched_.clear();
  const std::lock_guard lock(mutex_);
  if (std::exchange(closed_, true)) return;
  unopened.swap(letters_);
  napi_release_threadsafe_function(wake_, napi_tsfn_abort);
}

}  // namespace nearside::addon
