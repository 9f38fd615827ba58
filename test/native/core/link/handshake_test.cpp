// The handshake as a playbook: what comes in (>>), what is said and told (<<).
#include "core/link/handshake.hpp"

#include "wire.hpp"

#include <gtest/gtest.h>

namespace nearside::link {
namespace {

const std::string kHello =
    R"({"capabilities":["zstd"],"link":"0123456789abcdef0123456789abcdef","product":"near-product/1",)"
    R"("protocol":[1,1],"received":0})";
const std::string kWelcome =
    R"({"capabilities":["zstd"],"product":"far-product/1","protocol":1,"received":0})";
const std::string kProof(64, 'a');
const std::string kPair = R"({"name":"laptop","proof":")" + kProof + R"("})";

LinkOptions far_with(Standing standing) {
  auto options = testing::far_options();
  options.standing = standing;
  return options;
}

/// A hello with one thing changed.
std::string hello_with(std::string_view from, std::string_view to) {
  auto hello = kHello;
  hello.replace(hello.find(from), from.size(), to);
  return hello;
}

std::string_view code_name(const Fault& fault, Errc code) {
  return fault.code == code ? "as expected" : "another code";
}

void expect_refusal(const HandshakeCommands& commands, Errc code, std::string_view words) {
  ASSERT_EQ(commands.size(), 2u);
  const auto& send = std::get<SendFrame>(commands[0]);
  EXPECT_EQ(send.type, FrameType::kRefused);
  EXPECT_NE(send.payload.find(words), std::string::npos) << send.payload;
  const auto& fault = std::get<Finish>(commands[1]).fault;
  ASSERT_TRUE(fault);
  EXPECT_EQ(code_name(*fault, code), "as expected") << fault->message;
}

void expect_break(const HandshakeCommands& commands, Errc code, std::string_view words) {
  ASSERT_EQ(commands.size(), 1u);
  const auto& fault = std::get<Break>(commands[0]).fault;
  EXPECT_EQ(code_name(fault, code), "as expected") << fault.message;
  EXPECT_NE(fault.message.find(words), std::string::npos) << fault.message;
}

// --- Far end ---

TEST(FarHandshake, WelcomesATrustedHello) {
  Handshake far_end(testing::far_options());
  EXPECT_EQ(far_end.begin(), HandshakeCommands{});
  const HandshakeCommands expected{
      SendFrame{FrameType::kWelcome, kWelcome},
      Report{LinkEstablished{std::string(testing::kLinkId), 1, true, false, "near-product/1"}}};
  EXPECT_EQ(far_end.handle_frame({FrameType::kHello, kHello}), expected);
}

TEST(FarHandshake, IgnoresWhatANewerHelloSaysInAddition) {
  for (const auto& hello :
       {hello_with(R"([1,1])", R"([1,9])"), hello_with(R"(["zstd"])", R"(["lz5","zstd",7])"),
        hello_with(R"("received")", R"("more":{"a":[]},"received")")}) {
    Handshake far_end(testing::far_options());
    const auto commands = far_end.handle_frame({FrameType::kHello, hello});
    ASSERT_EQ(commands.size(), 2u) << hello;
    EXPECT_EQ(commands[0], HandshakeCommand(SendFrame{FrameType::kWelcome, kWelcome}));
  }
}

TEST(FarHandshake, RefusesAnotherVersionAndSaysWhichEndToUpdate) {
  Handshake newer_near(testing::far_options());
  expect_refusal(newer_near.handle_frame({FrameType::kHello, hello_with("[1,1]", "[2,3]")}),
                 Errc::kVersionUnsupported,
                 "The agent (far-product/1) speaks version 1 of the link protocol, the near end "
                 "(near-product/1) versions 2 to 3: update nearside at the agent's end.");
  Handshake older_near(testing::far_options());
  expect_refusal(older_near.handle_frame({FrameType::kHello, hello_with("[1,1]", "[0,0]")}),
                 Errc::kVersionUnsupported, "update nearside at the near end.");
}

TEST(FarHandshake, RefusesAnUnknownPeerWithoutReadingItsWords) {
  for (const auto& hello : {kHello, std::string("not even JSON")}) {
    Handshake far_end(far_with(Standing::kUnpinned));
    expect_refusal(far_end.handle_frame({FrameType::kHello, hello}), Errc::kPeerUnknown,
                   "run `nearside agent pair` over there");
  }
}

TEST(FarHandshake, RefusesARevokedPeerWhateverItSays) {
  for (const auto type : {FrameType::kHello, FrameType::kPair}) {
    Handshake far_end(far_with(Standing::kRevoked));
    expect_refusal(far_end.handle_frame({type, "{}"}), Errc::kPeerRevoked, "revoked");
  }
}

TEST(FarHandshake, AsksItsOwnerAboutALinkThatIsToGoOn) {
  const std::string secret = "00112233445566778899aabbccddeeff";
  const auto hello =
      hello_with(R"("received":0)", R"("received":5,"resume":true,"secret":")" + secret + "\"");
  Handshake far_end(testing::far_options());
  const auto commands = far_end.handle_frame({FrameType::kHello, hello});
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0],
            HandshakeCommand(Report{ResumeRequested{std::string(testing::kLinkId), secret, 5}}));
  expect_refusal(far_end.refuse_resume({Errc::kLinkUnknown, Condition::kUnreachable, "gone"}),
                 Errc::kLinkUnknown, "gone");
}

TEST(FarHandshake, BreaksOffAtAResumptionWithoutASecretOrANumber) {
  for (const char* words :
       {R"("received":5,"resume":true)", R"("received":5,"resume":true,"secret":"guess")",
        R"("received":-1,"resume":true,"secret":"00112233445566778899aabbccddeeff")"}) {
    Handshake far_end(testing::far_options());
    const auto commands =
        far_end.handle_frame({FrameType::kHello, hello_with(R"("received":0)", words)});
    ASSERT_EQ(commands.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<Break>(commands[0])) << words;
  }
}

TEST(FarHandshake, BreaksOffAtAHelloThatIsNone) {
  const std::string deep = R"({"x":)" + std::string(10, '[') + std::string(10, ']') + "}";
  for (const auto& [hello, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "not valid JSON"},
           {"[]", "not a JSON object"},
           {"{", "not valid JSON"},
           {"{}", "protocol versions"},
           {"{\"product\":\"\xff\"}", "not valid JSON"},
           {deep, "too deep"},
           {std::string(kMaxHandshakePayload, '['), "too deep"},
           {hello_with("[1,1]", "[1]"), "protocol versions"},
           {hello_with("[1,1]", "[-1,1]"), "protocol versions"},
           {hello_with("[1,1]", "[2,1]"), "protocol versions"},
           {hello_with("[1,1]", "[1.5,2]"), "protocol versions"},
           {hello_with("[1,1]", "[1,99999999999]"), "protocol versions"},
           {hello_with("0123456789abcdef0", "0"), "names no link"},
           {hello_with("0123456789abcdef0", "X123456789abcdef0"), "names no link"},
           {hello_with("\"0123456789abcdef0123456789abcdef\"", "7"), "names no link"}}) {
    Handshake far_end(testing::far_options());
    expect_break(far_end.handle_frame({FrameType::kHello, hello}), Errc::kFrameMalformed, words);
  }
}

TEST(FarHandshake, ShowsNoControlCharactersAndNoEndlessProducts) {
  Handshake far_end(testing::far_options());
  const auto commands = far_end.handle_frame(
      {FrameType::kHello, hello_with("near-product/1", "a\\u001b[31m\\u009bb\\n")});
  const auto& report = std::get<Report>(commands.at(1));
  EXPECT_EQ(std::get<LinkEstablished>(report.event).peer_product, "a [31m  b ");
  Handshake other(testing::far_options());
  const auto endless = other.handle_frame(
      {FrameType::kHello, hello_with("near-product/1", std::string(5'000, 'x'))});
  EXPECT_EQ(std::get<LinkEstablished>(std::get<Report>(endless.at(1)).event).peer_product,
            "an unnamed product");
}

TEST(FarHandshake, HasNoPlaceForFramesOfTheOtherEndOrOfLaterPhases) {
  for (const auto type :
       {FrameType::kWelcome, FrameType::kRefused, FrameType::kPaired, FrameType::kData,
        FrameType::kAck, FrameType::kCredit, FrameType::kPing, FrameType::kPong}) {
    Handshake far_end(far_with(Standing::kUnpinned));
    expect_break(far_end.handle_frame({type, "{}"}), Errc::kFrameUnexpected, to_string(type));
  }
}

TEST(FarHandshake, AsksTheOwnerAboutAPairingAndSaysItsProof) {
  for (const auto standing : {Standing::kUnpinned, Standing::kTrusted}) {
    Handshake far_end(far_with(standing));
    const HandshakeCommands asked{Report{PairingRequested{kProof, "laptop"}}};
    EXPECT_EQ(far_end.handle_frame({FrameType::kPair, kPair}), asked);
    const HandshakeCommands answered{
        SendFrame{FrameType::kPaired, R"({"proof":")" + std::string(64, 'b') + R"("})"}, Finish{}};
    EXPECT_EQ(far_end.answer_pairing(std::string(64, 'b')), answered);
    EXPECT_EQ(far_end.answer_pairing(std::string(64, 'b')), HandshakeCommands{}) << "once";
  }
}

TEST(FarHandshake, RefusesAPairingWithTheOwnersReason) {
  Handshake far_end(far_with(Standing::kUnpinned));
  far_end.handle_frame({FrameType::kPair, kPair});
  expect_refusal(far_end.answer_pairing(Fault{Errc::kPairingRefused, Condition::kAuthRejected,
                                              "The code has expired."}),
                 Errc::kPairingRefused, "The code has expired.");
}

TEST(FarHandshake, GivesAPeerOneAttemptToPair) {
  for (const auto type : {FrameType::kPair, FrameType::kHello}) {
    Handshake far_end(far_with(Standing::kUnpinned));
    far_end.handle_frame({FrameType::kPair, kPair});
    expect_break(far_end.handle_frame({type, kPair}), Errc::kFrameUnexpected, "no place");
  }
}

TEST(FarHandshake, BreaksOffAtAPairThatIsNone) {
  for (const std::string& pair :
       {std::string("{}"), R"({"name":"x","proof":"abc"})" + std::string(),
        R"({"name":"x","proof":")" + std::string(64, 'G') + R"("})",
        R"({"proof":")" + kProof + R"("})",
        R"({"name":")" + std::string(129, 'n') + R"(","proof":")" + kProof + R"("})"}) {
    Handshake far_end(far_with(Standing::kUnpinned));
    expect_break(far_end.handle_frame({FrameType::kPair, pair}), Errc::kFrameMalformed, "pair");
  }
}

TEST(FarHandshake, AnswersNoPairingThatNobodyAskedFor) {
  Handshake far_end(testing::far_options());
  EXPECT_EQ(far_end.answer_pairing(std::string(64, 'b')), HandshakeCommands{});
}

// --- Near end ---

TEST(NearHandshake, SaysHelloAndTakesTheWelcome) {
  Handshake near_end(testing::near_options());
  EXPECT_EQ(near_end.begin(), (HandshakeCommands{SendFrame{FrameType::kHello, kHello}}));
  const HandshakeCommands expected{
      Report{LinkEstablished{std::string(testing::kLinkId), 1, true, false, "far-product/1"}}};
  EXPECT_EQ(near_end.handle_frame({FrameType::kWelcome, kWelcome}), expected);
}

TEST(NearHandshake, TellsOfARefusalAndEndsWithIt) {
  Handshake near_end(testing::near_options());
  near_end.begin();
  const Fault fault{Errc::kPeerUnknown, Condition::kAuthRejected, "Who are you?"};
  const HandshakeCommands expected{Report{LinkRefused{fault}}, Finish{fault}};
  EXPECT_EQ(near_end.handle_frame(
                {FrameType::kRefused,
                 R"({"code":300,"condition":"auth_rejected","message":"Who are you?"})"}),
            expected);
}

TEST(NearHandshake, BreaksOffAtAnAnswerThatIsNone) {
  for (const auto& [type, payload, words] :
       std::vector<std::tuple<FrameType, std::string, std::string>>{
           {FrameType::kWelcome, "{}", "names no protocol version"},
           {FrameType::kWelcome, R"({"protocol":"1"})", "names no protocol version"},
           {FrameType::kRefused, "{}", "readable fault"},
           {FrameType::kRefused, R"({"code":-1,"condition":"internal","message":""})",
            "readable fault"}}) {
    Handshake near_end(testing::near_options());
    near_end.begin();
    expect_break(near_end.handle_frame({type, payload}), Errc::kFrameMalformed, words);
  }
}

TEST(NearHandshake, RefusesAVersionThatItDoesNotSpeak) {
  Handshake near_end(testing::near_options());
  near_end.begin();
  expect_break(
      near_end.handle_frame({FrameType::kWelcome, R"({"protocol":2,"product":"far-product/2"})"}),
      Errc::kVersionUnsupported, "The agent (far-product/2) speaks version 2");
}

TEST(NearHandshake, RefusesACapabilityThatItDidNotOffer) {
  auto options = testing::near_options();
  options.compress = false;
  Handshake near_end(options);
  near_end.begin();
  expect_break(near_end.handle_frame({FrameType::kWelcome, kWelcome}), Errc::kFrameMalformed,
               "not offered");
}

TEST(NearHandshake, HasNoPlaceForFramesOfTheOtherEnd) {
  for (const auto type :
       {FrameType::kHello, FrameType::kPair, FrameType::kPaired, FrameType::kData}) {
    Handshake near_end(testing::near_options());
    near_end.begin();
    expect_break(near_end.handle_frame({type, "{}"}), Errc::kFrameUnexpected, to_string(type));
  }
}

TEST(NearHandshake, PairsInThePlaceOfHello) {
  Handshake near_end(testing::near_options());
  near_end.request_pairing(kProof, "laptop");
  EXPECT_EQ(near_end.begin(), (HandshakeCommands{SendFrame{FrameType::kPair, kPair}}));
  const HandshakeCommands expected{Report{PairingAccepted{kProof}}, Finish{}};
  EXPECT_EQ(near_end.handle_frame({FrameType::kPaired, R"({"proof":")" + kProof + R"("})"}),
            expected);
}

TEST(NearHandshake, TakesNoWelcomeForAPairing) {
  Handshake near_end(testing::near_options());
  near_end.request_pairing(kProof, "laptop");
  near_end.begin();
  expect_break(near_end.handle_frame({FrameType::kWelcome, kWelcome}), Errc::kFrameUnexpected,
               "welcome");
}

}  // namespace
}  // namespace nearside::link
