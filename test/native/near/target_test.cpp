#include "near/target.hpp"

#include <gtest/gtest.h>

namespace nearside::near_end {
namespace {

TEST(Target, IsReadAndWrittenInTheSameForm) {
  for (const char* text :
       {"local", "tls://build-box:4711", "tls://[::1]:4711", "exec:ip netns exec a nearside agent",
        "ssh:box", "ssh:me@box", "ssh:me@box:2222", "ssh:box:22", "ssh:me@[::1]:22", "ssh:::1",
        "docker:web-1", "wsl:Ubuntu-22.04", "kubectl:default/api-7c9/app",
        "kubectl:default/api-7c9", "reverse:0.0.0.0:4711", "reverse:[::]:4711"}) {
    const auto target = parse_target(text);
    ASSERT_TRUE(target) << text << ": " << target.error().message;
    EXPECT_EQ(to_string(*target), text);
  }
}

TEST(Target, HasOneFormHoweverItWasWritten) {
  const std::pair<const char*, const char*> forms[] = {{"ssh://me@box:2222", "ssh:me@box:2222"},
                                                       {"ssh://box", "ssh:box"},
                                                       {"ssh:[::1]", "ssh:::1"},
                                                       {"reverse:4711", "reverse:127.0.0.1:4711"}};
  for (const auto& [written, form] : forms) {
    const auto target = parse_target(written);
    ASSERT_TRUE(target) << written;
    EXPECT_EQ(to_string(*target), form);
  }
}

TEST(Target, OfAnUnknownFormIsRefusedWithTheFormsThereAre) {
  for (const char* text : {"",
                           "Local",
                           "tls:box:1",
                           "tls://box",
                           "tls://box:0",
                           "tls://:4711",
                           "tls://box:99999",
                           "http://box:80",
                           "tls://a b:1",
                           "exec:",
                           "exec:  ",
                           "ssh:",
                           "ssh:@box",
                           "ssh:box:",
                           "ssh:box:0",
                           "ssh:box:22x",
                           "docker:",
                           "wsl:",
                           "kubectl:",
                           "kubectl:pod",
                           "kubectl:/pod",
                           "kubectl:ns/",
                           "kubectl:ns/pod/",
                           "kubectl:ns/pod/a/b",
                           "reverse:",
                           "reverse:0",
                           "reverse:here:0",
                           "reverse:box"}) {
    const auto target = parse_target(text);
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().condition, Condition::kMisconfigured);
    EXPECT_NE(target.error().message.find("tls://HOST:PORT"), std::string::npos);
    EXPECT_NE(target.error().message.find("ssh:[USER@]HOST[:PORT]"), std::string::npos);
  }
}

TEST(Target, WhoseNameCouldBeAnOptionOrMoreThanANameIsRefused) {
  for (const char* text : {"ssh:-oProxyCommand=x",
                           "ssh:-v@box",
                           "ssh:me@-box",
                           "ssh://-box:22",
                           "ssh:a b",
                           "ssh:a;b",
                           "ssh:$(a)",
                           "ssh:`a`",
                           "ssh:a|b",
                           "ssh:'a'",
                           "ssh:a\nb",
                           "ssh:me;x@box",
                           "ssh:box/tmp",
                           "docker:-it",
                           "docker:a b",
                           "docker:a;b",
                           "docker:a/b",
                           "wsl:--exec",
                           "wsl:a\"b",
                           "wsl:a b",
                           "kubectl:-n/pod",
                           "kubectl:ns/--as=root",
                           "kubectl:ns/pod/-c",
                           "kubectl:ns/po d"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
  EXPECT_FALSE(parse_target(std::string_view("exec:a\0b", 8)));
  EXPECT_FALSE(parse_target("docker:" + std::string(254, 'a')));
}

}  // namespace
}  // namespace nearside::near_end
