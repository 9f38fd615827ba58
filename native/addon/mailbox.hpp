// What the near end's thread has to tell JavaScript: letters, put in by any thread, opened on
// JavaScript's, in order. One ThreadSafeFunction wakes JavaScript once for all that has come
// meanwhile; what takes longer than kTurnLimit goes on after the event loop's other business. How
// much can come is bounded by the link's credit: a session gets no more until JavaScript has taken
// what it was given. Outlives the environment as long as a thread holds it.
#pragma once

#include <napi.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace nearside::addon {

/// Letters are opened for so long, then timers, sockets and the user's typing have their turn. Half
/// of what a frame at 120 Hz has.
inline constexpr std::chrono::milliseconds kTurnLimit{4};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  /// Opened on JavaScript's thread, in a handle scope of its own. What it throws becomes an
  /// uncaught exception, as from a timer.
  using Letter = std::function<void(Napi::Env)>;

  static std::shared_ptr<Mailbox> make(Napi::Env env);

  /// From any thread. After close() letters are thrown away unopened.
  void put(Letter letter);

  // On JavaScript's thread:
  /// While anybody holds on, the process does not end by itself.
  void hold();
  void let_go();
  /// Before the environment goes.
  void close();

 private:
  explicit Mailbox(Napi::Env env) : env_(env) {}
  static void wake(napi_env env, napi_value, void* context, void*);
  /// Fetches what has come and opens it, as far as this turn goes.
  void take_turn(Napi::Env env);
  void open(Napi::Env env, const Letter& letter);
  void go_on_later(Napi::Env env);

  Napi::Env env_;
  napi_threadsafe_function wake_ = nullptr;
  std::size_t holders_ = 0;
  std::deque<Letter> fetched_;  ///< JavaScript's thread only.
  bool turn_is_due_ = false;    ///< A setImmediate() of ours is under way.
  std::mutex mutex_;
  std::vector<Letter> letters_;
  bool closed_ = false;
};

}  // namespace nearside::addon
