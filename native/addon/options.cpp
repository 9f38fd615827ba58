// Reads options one by one; what is undefined or null counts as left out.
#include "addon/options.hpp"

#include <dlfcn.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <string>

namespace nearside::addon {
namespace {

[[noreturn]] void refuse(Napi::Env env, const std::string& what) {
  throw Napi::TypeError::New(env, "NearEnd: " + what);
}

Napi::Object as_object(Napi::Env env, Napi::Value value, const char* what) {
  if (!value.IsObject()) refuse(env, std::string(what) + " must be an object");
  return value.As<Napi::Object>();
}

std::optional<Napi::Value> read(Napi::Object object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined() || value.IsNull()) return std::nullopt;
  return value;
}

std::optional<std::string> read_text(Napi::Object options, const char* name) {
  const auto value = read(options, name);
  if (!value) return std::nullopt;
  if (!value->IsString())
    refuse(options.Env(), std::string("options.") + name + " must be a string");
  auto text = value->As<Napi::String>().Utf8Value();
  if (text.empty() || text.find('\0') != std::string::npos)
    refuse(options.Env(), std::string("options.") + name + " must not be empty or hold a NUL");
  return text;
}

std::string require_text(Napi::Object options, const char* name) {
  auto text = read_text(options, name);
  if (!text) refuse(options.Env(), std::string("options.") + name + " is missing");
  return std::move(*text);
}

std::vector<std::string> read_texts(Napi::Object options, const char* name) {
  const auto value = read(options, name);
  if (!value) return {};
  const std::string complaint = std::string("options.") + name + " must be an array of strings";
  if (!value->IsArray()) refuse(options.Env(), complaint);
  const auto array = value->As<Napi::Array>();
  std::vector<std::string> texts;
  for (std::uint32_t at = 0; at < array.Length(); ++at) {
    const Napi::Value element = array.Get(at);
    if (!element.IsString()) refuse(options.Env(), complaint);
    texts.push_back(element.As<Napi::String>().Utf8Value());
  }
  return texts;
}

std::vector<paths::Rule> read_rules(Napi::Object options, const char* name) {
  const auto value = read(options, name);
  if (!value) return {};
  const std::string complaint =
      std::string("options.") + name + " must be an array of {local: string, remote: string}";
  if (!value->IsArray()) refuse(options.Env(), complaint);
  const auto array = value->As<Napi::Array>();
  std::vector<paths::Rule> rules;
  for (std::uint32_t at = 0; at < array.Length(); ++at) {
    const Napi::Value element = array.Get(at);
    if (!element.IsObject()) refuse(options.Env(), complaint);
    const auto rule = element.As<Napi::Object>();
    const Napi::Value local = rule.Get("local"), remote = rule.Get("remote");
    if (!local.IsString() || !remote.IsString()) refuse(options.Env(), complaint);
    rules.push_back({local.As<Napi::String>().Utf8Value(), remote.As<Napi::String>().Utf8Value(),
                     paths::Origin::kUser, "settings"});
  }
  return rules;
}

bool read_flag(Napi::Object options, const char* name, bool otherwise) {
  const auto value = read(options, name);
  if (!value) return otherwise;
  if (!value->IsBoolean())
    refuse(options.Env(), std::string("options.") + name + " must be a boolean");
  return value->As<Napi::Boolean>().Value();
}

/// A whole number of `unit` from 1 on, at most as many as make `most`.
std::uint64_t read_limit(Napi::Object options, const char* name, std::uint64_t unit,
                         std::uint64_t most, std::uint64_t otherwise) {
  const auto value = read(options, name);
  if (!value) return otherwise;
  const double number = value->IsNumber() ? value->As<Napi::Number>().DoubleValue() : 0;
  if (!(number >= 1 && number <= static_cast<double>(most / unit)) ||
      std::floor(number) != number) {
    refuse(options.Env(), std::string("options.") + name + " must be a whole number from 1 to " +
                              std::to_string(most / unit));
  }
  return static_cast<std::uint64_t>(number) * unit;
}

inspect::InspectOptions read_inspection(Napi::Object options) {
  inspect::InspectOptions inspection;
  auto& limits = inspection.wish.limits;
  inspection.cache = read_flag(options, "cache", true);
  inspection.wish.prefetch = read_flag(options, "prefetch", true);
  inspection.wish.pure_watches = read_flag(options, "pureWatches", false);
  inspection.cache_bytes = read_limit(options, "cacheSize", 1024UL * 1024, inspect::kMostCacheBytes,
                                      inspect::kDefaultCacheBytes);
  limits.requests = static_cast<std::uint32_t>(
      read_limit(options, "prefetchRequests", 1, limits.requests, limits.requests));
  limits.bytes = read_limit(options, "prefetchBytes", 1024, limits.bytes, limits.bytes);
  const auto most_time = static_cast<std::uint64_t>(limits.time.count());
  limits.time =
      std::chrono::milliseconds(read_limit(options, "prefetchTime", 1, most_time, most_time));
  if (const auto value = read(options, "prefetchFrom")) {
    const double number = value->IsNumber() ? value->As<Napi::Number>().DoubleValue() : -1;
    const auto most = static_cast<double>(inspect::kMostRoundTrip.count());
    if (!(number >= 0 && number <= most) || std::floor(number) != number)
      refuse(options.Env(), "options.prefetchFrom must be a whole number from 0 to 10000");
    inspection.wish.least_round_trip = std::chrono::milliseconds(static_cast<std::int64_t>(number));
  }
  auto load = inspect::parse_load_limits(read_text(options, "loadLimits").value_or(""));
  if (!load) refuse(options.Env(), "options.loadLimits: " + load.error().message);
  inspection.load = *load;
  return inspection;
}

std::optional<std::chrono::seconds> read_seconds(
    Napi::Object options, const char* name, std::chrono::seconds least = std::chrono::seconds(0),
    std::chrono::seconds most = session::kLongestLinger) {
  const auto value = read(options, name);
  if (!value) return std::nullopt;
  const double number = value->IsNumber() ? value->As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= static_cast<double>(least.count()) &&
        number <= static_cast<double>(most.count())) ||
      number != std::floor(number))
    refuse(options.Env(),
           std::string("options.") + name + " must be a whole number of seconds from " +
               std::to_string(least.count()) + " to " + std::to_string(most.count()));
  return std::chrono::seconds(static_cast<std::int64_t>(number));
}

session::LingerWish read_linger(Napi::Object options) {
  session::LingerWish wish;
  wish.left = read_seconds(options, "lingerLeft");
  wish.lost = read_seconds(options, "lingerLost");
  if (const auto word = read_text(options, "lingerEnd")) {
    wish.end = session::linger_end_from(*word);
    if (!wish.end)
      refuse(options.Env(), "options.lingerEnd must be as-started, keep, disconnect or terminate");
  }
  return wish;
}

/// `nearside` in the folder that this addon was loaded from.
std::string executable_beside_addon() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&executable_beside_addon), &info) == 0)
    return "nearside";
  const std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/') + 1) + "nearside";
}

Napi::FunctionReference read_function(Napi::Object callbacks, const char* name) {
  const auto value = read(callbacks, name);
  if (!value) return {};
  if (!value->IsFunction())
    refuse(callbacks.Env(), std::string("callbacks.") + name + " must be a function");
  return Napi::Persistent(value->As<Napi::Function>());
}

}  // namespace

near_end::SessionRequest read_options(Napi::Env env, Napi::Value value) {
  const auto options = as_object(env, value, "options");
  near_end::SessionRequest request;
  request.target = require_text(options, "target");
  request.session = read_text(options, "session").value_or("");
  request.adapter = request.session.empty() ? require_text(options, "adapter") : std::string();
  if (const auto role = read_text(options, "role")) {
    request.role = session::role_from(*role);
    if (!request.role) refuse(env, "options.role is \"observer\", \"controller\" or \"owner\"");
  }
  request.linger = read_linger(options);
  request.silence_limit =
      read_seconds(options, "silenceLimit",
                   std::chrono::duration_cast<std::chrono::seconds>(link::kLeastSilenceLimit),
                   std::chrono::duration_cast<std::chrono::seconds>(link::kMostSilenceLimit));
  request.working_directory = read_text(options, "workingDirectory").value_or("");
  request.client = read_text(options, "client").value_or("node");
  request.state = read_text(options, "state");
  request.executable = read_text(options, "executable").value_or(executable_beside_addon());
  request.ca_file = read_text(options, "ca");
  request.allowed_names = read_texts(options, "allow");
  request.workspace = read_text(options, "workspace").value_or("");
  request.restore = read_flag(options, "restore", false);
  request.path_rules = read_rules(options, "pathRules");
  request.inspect = read_inspection(options);
  if (request.ca_file && request.allowed_names.empty())
    refuse(env, "options.ca alone would trust everybody whom that CA knows: add options.allow");
  if (!request.ca_file && !request.allowed_names.empty())
    refuse(env, "options.allow says who may come with a CA's certificate: add options.ca");
  return request;
}

Callbacks read_callbacks(Napi::Env env, Napi::Value value) {
  const auto object = as_object(env, value, "callbacks");
  Callbacks callbacks;
  callbacks.on_message = read_function(object, "onMessage");
  if (callbacks.on_message.IsEmpty()) refuse(env, "callbacks.onMessage is missing");
  callbacks.on_writable = read_function(object, "onWritable");
  callbacks.on_state = read_function(object, "onState");
  callbacks.on_closed = read_function(object, "onClosed");
  return callbacks;
}

}  // namespace nearside::addon
