// What `nearside.node` exports. extension/native.d.ts is its contract.
#include "addon/near_end.hpp"
#include "near/versions.hpp"

#include <napi.h>

namespace nearside::addon {
namespace {

Napi::Value openssl_version(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), near_end::openssl_version());
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Exports);  // Node's from here on
  exports.Set("NearEnd", NearEnd::define(env));
  exports.Set("version", std::string(near_end::product_version()));
  exports.Set("opensslVersion", Napi::Function::New<openssl_version>(env, "opensslVersion"));
  return exports;
}

}  // namespace

NODE_API_MODULE(nearside, initialize)

}  // namespace nearside::addon
