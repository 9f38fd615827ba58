// From JavaScript's calls to the near end's thread, and back.
#include "addon/near_end.hpp"

#include <utility>

namespace nearside::addon {
namespace {

Napi::Value to_javascript(Napi::Env env, const std::optional<Fault>& fault) {
  if (!fault) return env.Null();
  auto object = Napi::Object::New(env);
  object.Set("code", static_cast<int>(fault->code));
  object.Set("condition", std::string(to_string(fault->condition)));
  object.Set("message", fault->message);
  return object;
}

Napi::Value to_javascript(Napi::Env env, const std::vector<std::string>& lines) {
  auto array = Napi::Array::New(env);
  for (const auto& line : lines) array.Set(array.Length(), line);
  return array;
}

void set_count(Napi::Object object, const char* name, std::uint64_t value) {
  object.Set(name, static_cast<double>(value));
}

Napi::Value to_javascript(Napi::Env env, const inspect::InspectorCounters& counters) {
  auto commands = Napi::Object::New(env);
  for (const auto& [name, counted] : counters.commands) {
    auto one = Napi::Object::New(env);
    set_count(one, "hits", counted.hits);
    set_count(one, "joins", counted.joins);
    set_count(one, "misses", counted.misses);
    commands.Set(name, one);
  }
  auto object = Napi::Object::New(env);
  object.Set("commands", commands);
  set_count(object, "pushes", counters.pushes);
  set_count(object, "pushedBytes", counters.pushed_bytes);
  set_count(object, "pushesUsed", counters.pushes_used);
  set_count(object, "keptBytes", counters.kept_bytes);
  set_count(object, "evictions", counters.evictions);
  return object;
}

Napi::Value to_javascript(Napi::Env env, const inspect::Spread& spread) {
  auto object = Napi::Object::New(env);
  set_count(object, "median", spread.median());
  set_count(object, "p95", spread.p95());
  return object;
}

Napi::Value to_javascript(Napi::Env env, const inspect::TimeTable& times) {
  auto object = Napi::Object::New(env);
  for (std::size_t number = 0; number < inspect::command_count(); ++number) {
    const auto command = static_cast<inspect::CommandNumber>(number);
    const auto* const counted = times.find(command);
    if (counted == nullptr) continue;
    auto legs = Napi::Object::New(env);
    for (std::size_t at = 0; at < inspect::kLegs; ++at) {
      const auto leg = static_cast<inspect::Leg>(at);
      if (counted->leg(leg).count() > 0)
        legs.Set(std::string(to_string(leg)), to_javascript(env, counted->leg(leg)));
    }
    auto one = Napi::Object::New(env);
    set_count(one, "count", counted->count());
    set_count(one, "hits", counted->hits);
    set_count(one, "joined", counted->joined);
    set_count(one, "asked", counted->asked);
    one.Set("total", to_javascript(env, counted->whole));
    one.Set("legs", legs);
    object.Set(std::string(inspect::command_name(command)), one);
  }
  return object;
}

}  // namespace

Napi::Function NearEnd::define(Napi::Env env) {
  return DefineClass(
      env, "NearEnd",
      {InstanceMethod<&NearEnd::send>("send"), InstanceMethod<&NearEnd::retry_now>("retryNow"),
       InstanceMethod<&NearEnd::close>("close"), InstanceMethod<&NearEnd::counters>("counters"),
       InstanceMethod<&NearEnd::paths>("paths"),
       InstanceMethod<&NearEnd::explain_path>("explainPath")});
}

NearEnd::NearEnd(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NearEnd>(info) {
  const Napi::Env env = info.Env();
  const auto request = read_options(env, info[0]);
  callbacks_ = read_callbacks(env, info[1]);
  auto& environment = Environment::of(env);
  mailbox_ = environment.mailbox();
  auto session = environment.thread().open(request, handlers());
  if (!session) throw Napi::TypeError::New(env, "NearEnd: " + session.error().message);
  session_ = std::move(*session);
  Ref();
  mailbox_->hold();
}

near_end::ThreadedHandlers NearEnd::handlers() {
  const auto mailbox = mailbox_;
  return {
      .on_message =
          [this, mailbox](std::string body) {
            mailbox->put(
                [this, body = std::move(body)](Napi::Env env) { take_message(env, body); });
          },
      .on_writable =
          [this, mailbox] {
            mailbox->put([this](Napi::Env) {
              if (!callbacks_.on_writable.IsEmpty()) callbacks_.on_writable.Call({});
            });
          },
      .on_link_state =
          [this, mailbox](const near_end::LinkState& state) {
            mailbox->put([this, state](Napi::Env env) { take_state(env, state); });
          },
      .on_closed =
          [this, mailbox](std::optional<Fault> fault) {
            mailbox->put(
                [this, fault = std::move(fault)](Napi::Env env) { take_closed(env, fault); });
          },
  };
}

void NearEnd::take_message(Napi::Env env, const std::string& body) {
  session_->delivered(body.size());  // whatever the callback does, it has had it
  callbacks_.on_message.Call({Napi::String::New(env, body)});
}

void NearEnd::take_state(Napi::Env env, const near_end::LinkState& state) {
  if (callbacks_.on_state.IsEmpty()) return;
  auto object = Napi::Object::New(env);
  object.Set("kind", std::string(to_string(state.kind)));
  object.Set("target", state.target);
  object.Set("detail", state.detail);
  object.Set("security", state.security);
  if (!state.progress.empty()) object.Set("progress", state.progress);
  object.Set("attempt", state.attempt);
  set_count(object, "nextTry", static_cast<std::uint64_t>(state.next_try.count()));
  callbacks_.on_state.Call({object});
}

void NearEnd::take_closed(Napi::Env env, const std::optional<Fault>& fault) {
  closed_ = true;
  for (const auto& deferred : std::exchange(closing_, {})) deferred.Resolve(env.Undefined());
  // The callbacks may hold this object in a circle; nothing calls them any more.
  const auto on_closed = std::exchange(callbacks_, {}).on_closed;
  mailbox_->let_go();
  Unref();
  if (!on_closed.IsEmpty()) on_closed.Call({to_javascript(env, fault)});
}

Napi::Value NearEnd::send(const Napi::CallbackInfo& info) {
  if (!info[0].IsString())
    throw Napi::TypeError::New(info.Env(), "NearEnd.send: a message is a string of JSON");
  return Napi::Boolean::New(info.Env(), session_->send(info[0].As<Napi::String>().Utf8Value()));
}

Napi::Value NearEnd::retry_now(const Napi::CallbackInfo& info) {
  session_->retry_now();
  return info.Env().Undefined();
}

Napi::Value NearEnd::close(const Napi::CallbackInfo& info) {
  const auto deferred = Napi::Promise::Deferred::New(info.Env());
  if (closed_) {
    deferred.Resolve(info.Env().Undefined());
  } else {
    closing_.push_back(deferred);
    session_->close();
  }
  return deferred.Promise();
}

Napi::Value NearEnd::counters(const Napi::CallbackInfo& info) {
  const auto now = session_->counters();
  auto object = Napi::Object::New(info.Env());
  set_count(object, "messagesToAdapter", now.messages_to_adapter);
  set_count(object, "bytesToAdapter", now.bytes_to_adapter);
  set_count(object, "messagesToClient", now.messages_to_client);
  set_count(object, "bytesToClient", now.bytes_to_client);
  set_count(object, "droppedResponses", now.dropped_responses);
  const auto times = session_->times();
  object.Set("commands", times ? times->read([&](const auto& table) {
    return to_javascript(info.Env(), table);
  })
                               : Napi::Object::New(info.Env()));
  object.Set("inspector", to_javascript(info.Env(), session_->inspection()));
  return object;
}

Napi::Value NearEnd::paths(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto now = session_->rules();
  auto rules = Napi::Array::New(env);
  for (const auto& rule : now.rules()) {
    auto one = Napi::Object::New(env);
    one.Set("local", rule.local);
    one.Set("remote", rule.remote);
    one.Set("origin", std::string(to_string(rule.origin)));
    one.Set("source", rule.source);
    rules.Set(rules.Length(), one);
  }
  auto object = Napi::Object::New(env);
  object.Set("rules", rules);
  object.Set("warnings", to_javascript(env, now.warnings()));
  return object;
}

Napi::Value NearEnd::explain_path(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString())
    throw Napi::TypeError::New(env, "NearEnd.explainPath: a path is a string");
  const auto json = session_->explain(info[0].As<Napi::String>().Utf8Value());
  const auto parser = env.Global().Get("JSON").As<Napi::Object>();
  return parser.Get("parse").As<Napi::Function>().Call(parser, {Napi::String::New(env, json)});
}

}  // namespace nearside::addon
