// Counts what the heap is asked for while messages pass through both ends' own code, from the
// client's bytes to the adapter's and back: front, inspector, link, session. One JSON object on
// stdout, for test/bench/allocations.ts. Sockets, TLS and the path mapper are not in it.
#include "core/dap/build.hpp"
#include "core/dap/frame.hpp"
#include "core/inspect/inspector.hpp"
#include "core/link/link.hpp"
#include "core/session/front.hpp"
#include "core/session/session.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <new>
#include <string>
#include <vector>

namespace {

std::uint64_t allocated = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocated;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace nearside;
using nlohmann::json;

constexpr link::Time kNow{1'000};

/// What each part asked the heap for, and how many messages it was given.
struct Parts {
  std::map<std::string, std::uint64_t> counts;

  template <typename Work>
  auto count(const std::string& part, Work work) {
    auto& counter = counts[part];
    const auto before = allocated;
    auto result = work();
    counter += allocated - before;
    return result;
  }
};

link::LinkOptions options(link::End end) {
  link::LinkOptions options;
  options.end = end;
  if (end == link::End::kNear) options.link_id = std::string(32, 'a');
  return options;
}

class Way {
 public:
  Way() : near_(options(link::End::kNear), kNow), far_(options(link::End::kFar), kNow) {
    carry(near_, far_);
    carry(far_, near_);
    channel_ = near_.open_channel("{}", kNow).value();
    carry(near_, far_);
    session_.attach(1).value();
    session_.set_inspection(1, inspect::InspectWish{.prefetch = false});
    ask("initialize", {{"clientID", "bench"}}, json::object());
    ask("launch", {{"program", "/p"}}, json::object());
    event(
        R"({"seq":0,"type":"event","event":"stopped","body":{"reason":"step","threadId":1,"allThreadsStopped":true}})");
  }

  void ask(const std::string& command, const json& arguments, const json& body) {
    auto request = dap::Message::parse(dap::make_request(command, arguments)).value();
    request.set_seq(++seq_);
    const auto bytes = dap::encode_frame(request.bytes());
    const auto answer = dap::make_response(++adapter_seq_, command, body);
    to_adapter(bytes);
    to_client(answer);
  }
  void event(const std::string& bytes) { to_client(bytes); }
  Parts parts;

 private:
  void to_adapter(const std::string& bytes) {
    auto body = parts.count("client's framing", [&] {
      client_.feed(bytes);
      return *client_.next().value();
    });
    auto message = parts.count("envelope", [&] { return dap::Message::take(body).value(); });
    auto fronted =
        parts.count("front", [&] { return front_.handle_client_message(std::move(message)); });
    inspect::InspectorOutput out;
    parts.count("inspector", [&] {
      inspector_.from_client(std::move(fronted.to_adapter.at(0)), out);
      return 0;
    });
    for (auto& [view, request] : out.to_adapter) {
      send(near_, std::move(request).take_bytes());
      auto arrived = carry(near_, far_);
      auto parsed =
          parts.count("envelope", [&] { return dap::Message::parse(std::move(arrived)); });
      auto commands = parts.count(
          "session", [&] { return session_.handle_client_message(1, *std::move(parsed)); });
      for (auto& command : commands) {
        if (const auto* to = std::get_if<session::SendToAdapter>(&command))
          parts.count("adapter's framing", [&] { return dap::encode_frame(to->bytes); });
      }
    }
  }

  void to_client(const std::string& bytes) {
    const auto frame = dap::encode_frame(bytes);
    auto body = parts.count("adapter's framing", [&] {
      adapter_.feed(frame);
      return *adapter_.next().value();
    });
    auto message = parts.count("envelope", [&] { return dap::Message::parse(std::move(body)); });
    auto commands = parts.count(
        "session", [&] { return session_.handle_adapter_message(*std::move(message)); });
    for (auto& command : commands) {
      auto* const to = std::get_if<session::SendToClient>(&command);
      if (to == nullptr) continue;
      send(far_, std::move(to->bytes));
      auto arrived = carry(far_, near_);
      auto parsed =
          parts.count("envelope", [&] { return dap::Message::parse(std::move(arrived)); });
      inspect::InspectorOutput out;
      parts.count("inspector", [&] {
        inspector_.from_adapter(*std::move(parsed), out);
        return 0;
      });
      for (auto& answer : out.to_client) {
        auto said =
            parts.count("front", [&] { return front_.handle_adapter_message(std::move(answer)); });
        for (const auto& one : said.to_client)
          parts.count("client's framing", [&] { return dap::encode_frame(one); });
      }
    }
  }

  void send(link::Link& from, std::string bytes) {
    parts.count("link", [&] {
      return from.send(channel_, link::MessageKind::kDap, std::move(bytes), kNow).has_value();
    });
  }
  /// The last message that came out.
  std::string carry(link::Link& from, link::Link& to) {
    return parts.count("link", [&] {
      std::string message;
      buffer_.clear();
      while (from.poll_output(buffer_, 64 * 1024, kNow)) {
        to.handle_bytes(buffer_, kNow);
        buffer_.clear();
        while (auto event = to.poll_event()) {
          auto* const received = std::get_if<link::MessageReceived>(&*event);
          if (received == nullptr) continue;
          message = std::move(received->bytes);
          to.consumed(channel_, message.size(), kNow);
        }
      }
      return message;
    });
  }

  link::Link near_, far_;
  link::ChannelId channel_ = 0;
  std::string buffer_;
  dap::FrameDecoder client_, adapter_;
  session::Front front_;
  inspect::Inspector inspector_{{}};
  session::Session session_;
  std::int64_t seq_ = 0, adapter_seq_ = 0;
};

json variables(int count) {
  auto list = json::array();
  for (int i = 0; i < count; ++i)
    list.push_back({{"name", "n" + std::to_string(i)},
                    {"value", std::to_string(i)},
                    {"type", "int"},
                    {"variablesReference", 0}});
  return {{"variables", list}};
}

/// Of the middle of many: what grows once has grown.
template <typename Once>
json measure(Once once) {
  constexpr int kTimes = 400;
  Way way;
  for (int i = 0; i < kTimes; ++i) once(way, i);
  way.parts.counts.clear();
  for (int i = 0; i < kTimes; ++i) once(way, kTimes + i);
  json result = json::object();
  for (const auto& [part, count] : way.parts.counts)
    result[part] = static_cast<double>(count) / kTimes;
  return result;
}

}  // namespace

int main() {
  const auto small = variables(1), large = variables(2'000);
  const json result{
      {"an output event", measure([](Way& way, int) {
         way.event(
             R"({"seq":0,"type":"event","event":"output","body":{"category":"stdout","output":"hello\n"}})");
       })},
      {"a request that is not understood, and its answer", measure([](Way& way, int) {
         way.ask("completions", {{"text", "a"}, {"column", 1}}, {{"targets", json::array()}});
       })},
      {"`variables`, 1 of them", measure([&](Way& way, int i) {
         way.ask("variables", {{"variablesReference", i + 1}}, small);
       })},
      {"`variables`, 2,000 of them", measure([&](Way& way, int i) {
         way.ask("variables", {{"variablesReference", i + 1}}, large);
       })}};
  std::cout << result.dump(2) << '\n';
}
