#include "core/session/wire.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nearside::session {
namespace {

using nlohmann::json;

template <typename Decode>
void expect_refused(Decode decode, std::string_view text, std::string_view what) {
  const auto decoded = decode(text);
  ASSERT_FALSE(decoded) << "accepted: " << text;
  EXPECT_EQ(decoded.error().code, Errc::kMessageInvalid);
  EXPECT_EQ(decoded.error().condition, Condition::kPeerViolation);
  EXPECT_NE(decoded.error().message.find(what), std::string::npos) << decoded.error().message;
}

TEST(Opening, ComesBackAsItWent) {
  const std::vector<Opening> openings{
      SessionOpening{},
      SessionOpening{"dlv", "/src/a b", std::nullopt, "vscode"},
      SessionOpening{"stdio:python3 -m x", "", std::map<std::string, std::string>{}, ""},
      SessionOpening{"x\"\n", "C:\\src",
                     std::map<std::string, std::string>{{"PATH", "/bin"}, {"", "="}, {"Ü", "\x1b"}},
                     "é"},
      SessionOpening{.adapter = "dlv",
                     .working_directory = {},
                     .environment = {},
                     .client = {},
                     .inspect =
                         inspect::InspectWish{
                             .prefetch = false,
                             .limits = {7, 8, std::chrono::milliseconds(9)},
                             .least_round_trip = std::chrono::milliseconds(20),
                             .pure_watches = true,
                         },
                     .workspace = "/home/you/shop",
                     .restore = true},
      ControlOpening{}};
  for (const auto& opening : openings) {
    const auto decoded = decode_opening(encode(opening));
    if (const auto* session = std::get_if<SessionOpening>(&opening);
        session != nullptr && session->adapter.empty()) {
      EXPECT_FALSE(decoded);
      continue;
    }
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, opening);
  }
}

TEST(Opening, MayHoldMembersOfANewerPeer) {
  const auto decoded =
      decode_opening(R"({"kind":"session","adapter":"dlv","color":["blue"],"environment":null})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<SessionOpening>(*decoded), (SessionOpening{"dlv", "", std::nullopt, ""}));
  EXPECT_TRUE(decode_opening(R"({"kind":"control","since":7})"));
}

TEST(Opening, IsRefusedByNameWhenItIsNone) {
  for (const std::string_view text :
       {"", "x", "[]", "null", "{", "\"session\"", "{\"kind\":\"\xff\"}"}) {
    expect_refused(decode_opening, text, "no JSON object");
  }
  expect_refused(decode_opening, "{}", "unknown kind ''");
  expect_refused(decode_opening, R"({"kind":7})", "unknown kind ''");
  expect_refused(decode_opening, R"({"kind":"tunnel"})", "unknown kind 'tunnel'");
  expect_refused(decode_opening, R"({"kind":"session"})", "without an adapter");
  expect_refused(decode_opening, R"({"kind":"session","adapter":["dlv"]})", "without an adapter");
  expect_refused(decode_opening, R"({"kind":"session","adapter":"dlv","environment":[]})",
                 "environment is no object");
  expect_refused(decode_opening, R"({"kind":"session","adapter":"dlv","environment":{"A":1}})",
                 "that is no text");
}

TEST(Opening, IsRefusedWhenItIsNestedTooDeep) {
  expect_refused(
      decode_opening,
      R"({"kind":"control","x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}",
      "no JSON object");
}

TEST(Opening, QuotesABoundedPieceOfAnUnknownKind) {
  const auto decoded = decode_opening(R"({"kind":")" + std::string(100'000, 'x') + "\"}");
  ASSERT_FALSE(decoded);
  EXPECT_LT(decoded.error().message.size(), 200U);
}

TEST(SessionControl, ComesBackAsItWent) {
  const std::vector<SessionControl> messages{
      SessionReady{"0123456789abcdef", "dlv (/usr/bin/dlv)", ""},
      SessionReady{"", "", "debugpy has open ports"},
      SessionFailed{{Errc::kAdapterMissing, Condition::kMisconfigured,
                     "dlv was not found in /usr/bin. Install it."}},
      SourcesSeen{},
      SourcesSeen{{{"/src/main.go", true, std::string(64, 'a')},
                   {"C:\\src\\a b.go", true, ""},
                   {"example.com/mod/\"é\".go", false, ""}}}};
  for (const auto& message : messages) {
    const auto decoded = decode_session_control(encode(message));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, message);
  }
}

TEST(SessionControl, SaysOnWhichMachineTheAdapterIs) {
  SessionReady ready{"0123456789abcdef", "dlv", ""};
  ready.host.os = "linux";
  ready.host.go_path = {"/home/you/go"};
  const auto decoded = decode_session_control(encode(SessionControl(ready)));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<SessionReady>(*decoded).host, ready.host);
  const auto older = decode_session_control(R"({"type":"ready","session":"1","host":[1]})");
  ASSERT_TRUE(older);
  EXPECT_EQ(std::get<SessionReady>(*older).host, paths::HostFacts{});
}

TEST(SessionControl, NamesWhatIsWrongWithSources) {
  const auto sources = [](const json& files) {
    return json{{"type", "sources"}, {"files", files}}.dump();
  };
  const auto expect = [&](const json& file, std::string_view what) {
    expect_refused(decode_session_control, sources(json::array({file})), what);
  };
  expect_refused(decode_session_control, R"({"type":"sources"})", "sources without a list");
  expect_refused(decode_session_control, sources("x"), "sources without a list");
  expect(7, "no object");
  expect({{"exists", true}}, "path is missing");
  expect({{"path", 7}, {"exists", true}}, "path is missing");
  expect({{"path", std::string(65 * 1024, 'x')}, {"exists", true}}, "longer than any path");
  expect({{"path", "/a"}}, "whether it exists");
  expect({{"path", "/a"}, {"exists", 1}}, "whether it exists");
  for (const auto& digest : {std::string("abc"), std::string(64, 'A'), std::string(65, 'a')})
    expect({{"path", "/a"}, {"exists", true}, {"digest", digest}}, "no SHA-256");

  const json file{{"path", "/a"}, {"exists", true}, {"size", 7}};
  EXPECT_TRUE(decode_session_control(sources(json(4096, file))));
  expect_refused(decode_session_control, sources(json(4097, file)), "more than 4096 sources");
}

TEST(SessionControl, IsRefusedWhenItsTypeIsUnknown) {
  expect_refused(decode_session_control, R"({"type":"paused"})", "'paused'");
  expect_refused(decode_session_control, "{}", "unknown type");
  expect_refused(decode_session_control, "nonsense", "no JSON object");
}

TEST(Opening, AsksForNoMoreThanTheAgentGives) {
  const auto decoded = decode_opening(
      R"({"kind":"session","adapter":"dlv","inspect":{"requests":99999999999,"bytes":-1,"milliseconds":"x"}})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<SessionOpening>(*decoded).inspect, inspect::InspectWish{});
  expect_refused(decode_opening, R"({"kind":"session","adapter":"dlv","inspect":1})", "inspect");
}

TEST(ClientView, ComesBackAsItWent) {
  for (const auto& view :
       {inspect::ClientView{}, inspect::ClientView{7, {3, 1, 2}, 1000}, inspect::ClientView{1}}) {
    const auto decoded = decode_client_view(encode(view));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, view);
  }
}

TEST(ClientView, IsRefusedWhenItIsNone) {
  for (const auto* const text :
       {"[]", R"({"type":"other","processed":1})", R"({"type":"view"})",
        R"({"type":"view","processed":-1})", R"({"type":"view","processed":1,"used":7})",
        R"({"type":"view","processed":1,"used":[-7]})",
        R"({"type":"view","processed":1,"scopesFrame":"x"})"})
    expect_refused(decode_client_view, text, "sent");
}

TEST(AgentRequest, ComesBackAsItWent) {
  const AgentRequest request{"authorize", json{{"fingerprint", "SHA256:x"}}};
  const auto decoded = decode_agent_request(encode(request));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->request, request.request);
  EXPECT_EQ(decoded->arguments, request.arguments);
  EXPECT_EQ(decode_agent_request(R"({"request":"status"})")->arguments, json::object());
}

TEST(AgentRequest, IsRefusedWithoutANameOrWithArgumentsThatAreNone) {
  expect_refused(decode_agent_request, "{}", "without a name");
  expect_refused(decode_agent_request, R"({"request":{}})", "without a name");
  expect_refused(decode_agent_request, R"({"request":"stop","arguments":[1]})",
                 "arguments are no object");
}

TEST(AgentAnswer, IsABodyOrAFault) {
  const auto body =
      decode_agent_answer(encode(AgentAnswer(AgentReply{json{{"links", json::array()}}})));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->body, (json{{"links", json::array()}}));
  const Fault fault{Errc::kPeerUnknown, Condition::kAuthRejected, "No such peer."};
  const auto refused = decode_agent_answer(encode(AgentAnswer(fault)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), fault);
}

TEST(FaultOnTheWire, OfANewerPeerIsStillAFault) {
  const auto fault = fault_from_json(
      json{{"code", 999}, {"condition", "new_word"}, {"message", "Something new."}});
  EXPECT_EQ(static_cast<int>(fault.code), 999);
  EXPECT_EQ(fault.condition, Condition::kInternal);
  EXPECT_EQ(fault.message, "Something new.");
}

TEST(FaultOnTheWire, WithoutAReasonSaysSo) {
  for (const auto& broken :
       {json(), json(7), json::object(), json{{"code", "x"}, {"message", 1}}}) {
    EXPECT_EQ(fault_from_json(broken).message, "The peer gave no reason.") << broken;
  }
}

}  // namespace
}  // namespace nearside::session
