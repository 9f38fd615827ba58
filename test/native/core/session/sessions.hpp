// Sessions that have come some way, for tests that begin there.
#pragma once

#include "transcript.hpp"

#include <gtest/gtest.h>

namespace nearside::session {

#define EXPECT_TRANSCRIPT(session, script) EXPECT_EQ(tidy(script), play_session(session, script))

/// A session with client 1 attached.
inline Session attached() {
  Session session;
  EXPECT_TRUE(session.attach(1));
  return session;
}

/// What the adapter is told of a client that declared this: always also what makes answers old.
inline std::string as_declared(const std::string& capabilities) {
  return R"({"supportsMemoryEvent":true,"supportsInvalidatedEvent":true,)" + capabilities.substr(1);
}

/// …and initialized; the adapter has seen seq 1.
inline Session initialized(
    const std::string& capabilities = R"({"supportsRunInTerminalRequest":true})",
    const std::string& answer = R"({"supportTerminateDebuggee":true})") {
  auto session = attached();
  const auto script = ">> client #1 request initialize " + capabilities +
                      "\n<< adapter #1 request initialize " + as_declared(capabilities) +
                      "\n>> adapter #0 response to 1 initialize " + answer +
                      "\n<< client #0 response to 1 initialize " + answer + "\n";
  EXPECT_TRANSCRIPT(session, script);
  return session;
}

inline Session launched() {
  auto session = initialized();
  EXPECT_TRANSCRIPT(session, R"(
    >> client #2 request launch {"program":"/p"}
    << adapter #2 request launch {"program":"/p"}
    >> adapter #0 response to 2 launch
    << client #0 response to 2 launch
  )");
  return session;
}

/// Of an adapter whose answers are kept, and launched; it has seen seq 2.
inline Session inspecting(const std::string& client = "nvim", inspect::InspectWish wish = {}) {
  auto session = attached();
  session.set_adapter(AdapterKind::kDelve);
  session.set_inspection(1, wish);
  play_session(session, ">> client #1 request initialize {\"clientID\":\"" + client + R"("}
    >> adapter #0 response to 1 initialize {"supportTerminateDebuggee":true}
    >> client #2 request launch {"program":"/p"}
    >> adapter #0 response to 2 launch
  )");
  return session;
}

inline constexpr auto kStopped = R"(
  >> adapter #0 event stopped {"reason":"step","threadId":1,"allThreadsStopped":true}
)";

}  // namespace nearside::session
