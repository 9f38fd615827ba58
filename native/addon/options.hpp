// The options and callbacks of a NearEnd, read from JavaScript and checked. Each fault is a
// TypeError that names the option.
#pragma once

#include "near/near_thread.hpp"

#include <napi.h>

namespace nearside::addon {

near_end::SessionRequest read_options(Napi::Env env, Napi::Value options);

struct Callbacks {
  Napi::FunctionReference on_message, on_writable, on_state, on_closed;
};
Callbacks read_callbacks(Napi::Env env, Napi::Value callbacks);

}  // namespace nearside::addon
