#include "near/dap_server.hpp"

#include <gtest/gtest.h>

namespace nearside::near_end {
namespace {

TEST(ListenAddress, MayBeALoopbackAddressOrAUnixSocket) {
  EXPECT_EQ(std::get<io::HostPort>(parse_listen_address("127.0.0.1:0")->where).text(),
            "127.0.0.1:0");
  EXPECT_EQ(std::get<io::HostPort>(parse_listen_address("[::1]:4711")->where).text(), "[::1]:4711");
  EXPECT_EQ(std::get<io::HostPort>(parse_listen_address("localhost:1")->where).text(),
            "127.0.0.1:1");
  EXPECT_EQ(std::get<std::filesystem::path>(parse_listen_address("unix:/tmp/a b")->where),
            "/tmp/a b");
}

TEST(ListenAddress, IsRefusedWhenANetworkCouldReachIt) {
  for (const char* text : {"0.0.0.0:1", "[::]:1", "192.168.1.2:1", "box:1", "10.0.0.1:4711"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message.find("loopback"), std::string::npos);
  }
}

TEST(ListenAddress, ThatIsNoneSaysWhatToWrite) {
  for (const char* text : {"", "unix:", "4711", "127.0.0.1", "127.0.0.1:x", "tls://127.0.0.1:1"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message.find("127.0.0.1:PORT"), std::string::npos);
  }
}

}  // namespace
}  // namespace nearside::near_end
