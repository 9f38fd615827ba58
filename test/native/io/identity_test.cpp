#include "io/identity.hpp"

#include "io/files.hpp"
#include "io/openssl.hpp"
#include "loop.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>
#include <future>

namespace nearside::io {
namespace {

TEST(Fingerprint, IsPrintedAsOpenSshPrintsItAndReadBack) {
  unsigned char bytes[32] = {};
  for (unsigned char i = 0; i < 32; ++i) bytes[i] = i;
  const auto fingerprint = Fingerprint::of_bytes(bytes);
  EXPECT_EQ(fingerprint.text(), "SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  EXPECT_EQ(Fingerprint::parse(fingerprint.text()).value(), fingerprint);
}

TEST(Fingerprint, OtherSpellingsAreRefused) {
  const std::string good = "SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  for (const std::string& bad :
       {std::string(), good.substr(7), "sha256:" + good.substr(7), good + "=", good + "A",
        good.substr(0, good.size() - 1), good.substr(0, good.size() - 1) + "9",
        good.substr(0, 20) + " " + good.substr(21), "MD5:" + good.substr(7)}) {
    const auto parsed = Fingerprint::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().condition, Condition::kMisconfigured);
  }
}

TEST(Identity, IsMadeAtFirstUseAndPrivate) {
  const TemporaryFolder folder;
  const auto state = folder / "new/state";
  const auto made = load_or_make_identity(state);
  ASSERT_TRUE(made) << made.error().message;
  for (const char* name : {"identity.key", "identity.crt"}) {
    struct stat status {};
    ASSERT_EQ(::stat((state / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
  const auto again = load_or_make_identity(state);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->fingerprint, made->fingerprint);
  EXPECT_EQ(again->private_key_pem, made->private_key_pem);
  EXPECT_EQ(again->certificate_pem, made->certificate_pem);
}

TEST(Identity, HasACertificateForBothSidesThatNoCaCouldHaveIssued) {
  const TemporaryFolder folder;
  const auto made = load_or_make_identity(folder / "state").value();
  const auto chain = openssl::certificates_of(made.certificate_pem);
  ASSERT_EQ(chain.size(), 1u);
  X509* const leaf = chain[0].get();
  EXPECT_EQ(X509_get_version(leaf), X509_VERSION_3);
  EXPECT_EQ(X509_check_ca(leaf), 0);
  EXPECT_EQ(X509_get_key_usage(leaf), static_cast<std::uint32_t>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(leaf),
            static_cast<std::uint32_t>(XKU_SSL_CLIENT | XKU_SSL_SERVER));
  EXPECT_EQ(X509_verify(leaf, X509_get0_pubkey(leaf)), 1);
  char name[100] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, sizeof name);
  EXPECT_TRUE(std::string(name).starts_with("nearside "));
}

TEST(Identity, TheFingerprintStaysWhenTheCertificateIsMadeAgain) {
  const TemporaryFolder folder;
  const auto state = folder / "state";
  const auto before = load_or_make_identity(state).value();
  std::filesystem::remove(state / "identity.crt");
  const auto after = load_or_make_identity(state).value();
  EXPECT_EQ(after.fingerprint, before.fingerprint);
  EXPECT_NE(after.certificate_pem, before.certificate_pem);  // at least its serial number
}

TEST(Identity, ManyWhoMakeItAtTheSameMomentGetTheSame) {
  const TemporaryFolder folder;
  const auto state = folder / "state";
  std::vector<std::future<std::string>> made;
  for (int i = 0; i < 8; ++i)
    made.push_back(std::async(std::launch::async, [&] {
      const auto identity = load_or_make_identity(state);
      return identity ? identity->fingerprint.text() : identity.error().message;
    }));
  const std::string first = made[0].get();
  EXPECT_TRUE(first.starts_with("SHA256:")) << first;
  for (std::size_t i = 1; i < made.size(); ++i) EXPECT_EQ(made[i].get(), first);
}

TEST(Identity, AKeyThatOthersCanReadIsRefused) {
  const TemporaryFolder folder;
  const auto state = folder / "state";
  ASSERT_TRUE(load_or_make_identity(state));
  ::chmod((state / "identity.key").c_str(), 0644);
  const auto loaded = load_or_make_identity(state);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Errc::kPermissionsWrong);
  EXPECT_NE(loaded.error().message.find("identity.key"), std::string::npos);
}

TEST(Identity, DamageIsSaidAndNeverMendedByANewKey) {
  const TemporaryFolder folder;
  const auto state = folder / "state";
  const auto good = load_or_make_identity(state).value();
  const auto expect_fault = [&](const char* name) {
    const auto loaded = load_or_make_identity(state);
    ASSERT_FALSE(loaded) << name;
    EXPECT_EQ(loaded.error().code, Errc::kFileFailed);
    EXPECT_NE(loaded.error().message.find(name), std::string::npos) << loaded.error().message;
  };
  const auto half = good.private_key_pem.substr(0, good.private_key_pem.size() / 2);
  ASSERT_TRUE(write_private_file(state / "identity.key", half));
  expect_fault("identity.key");
  ASSERT_TRUE(write_private_file(state / "identity.key", ""));
  expect_fault("identity.key");
  std::filesystem::remove(state / "identity.key");
  expect_fault("identity.key");
  ASSERT_TRUE(write_private_file(state / "identity.key", good.private_key_pem));
  ASSERT_TRUE(write_private_file(state / "identity.crt", "rubbish"));
  expect_fault("identity.crt");
  const auto other = load_or_make_identity(folder / "other").value();
  ASSERT_TRUE(write_private_file(state / "identity.crt", other.certificate_pem));
  expect_fault("identity.crt");
}

TEST(Identity, AKeyOfAnotherKindIsRefused) {
  const TemporaryFolder folder;
  const auto state = folder / "state";
  ASSERT_TRUE(ensure_private_folder(state));
  const openssl::Key key(EVP_EC_gen("P-384"));
  const openssl::Bio out(BIO_new(BIO_s_mem()));
  ASSERT_EQ(
      PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr),
      1);
  ASSERT_TRUE(write_private_file(state / "identity.key", openssl::text_of(out)));
  EXPECT_EQ(load_or_make_identity(state).error().code, Errc::kFileFailed);
}

TEST(Identity, AStateFolderThatCannotBeMadeIsNamed) {
  const auto made = load_or_make_identity("/proc/nearside-state");
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("/proc/nearside-state"), std::string::npos);
}

class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value, 1);
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;
  ~EnvironmentVariable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(StateFolder, IsTheChosenOneElseXdgsElseInTheHomeOfPasswd) {
  const EnvironmentVariable home("HOME", "/wrong");
  EXPECT_EQ(state_folder("/chosen").value(), "/chosen");
  {
    const EnvironmentVariable xdg("XDG_STATE_HOME", "/xdg");
    EXPECT_EQ(state_folder(std::nullopt).value(), "/xdg/nearside");
  }
  const EnvironmentVariable relative("XDG_STATE_HOME", "relative");  // XDG: to be ignored
  const auto usual = state_folder(std::nullopt).value();
  EXPECT_TRUE(usual.is_absolute());
  EXPECT_TRUE(usual.string().ends_with("/.local/state/nearside"));
  EXPECT_FALSE(usual.string().starts_with("/wrong"));
}

Fingerprint some_fingerprint(unsigned char first) {
  unsigned char bytes[32] = {first};
  return Fingerprint::of_bytes(bytes);
}

TEST(PeerStore, KnowsNobodyAtFirst) {
  const TemporaryFolder folder;
  const PeerStore store(folder.path());
  EXPECT_TRUE(store.list().value().empty());
  EXPECT_FALSE(store.find(some_fingerprint(1), Peer::Role::kClient).value());
}

TEST(PeerStore, KeepsWhoIsAuthorizedInWhichRole) {
  const TemporaryFolder folder;
  PeerStore store(folder.path());
  ASSERT_TRUE(store.authorize({some_fingerprint(1), Peer::Role::kClient, "laptop \xFF", 42, true}));
  const PeerStore reopened(folder.path());
  const auto found = reopened.find(some_fingerprint(1), Peer::Role::kClient).value();
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->revoked);
  EXPECT_EQ(found->since, 42);
  EXPECT_TRUE(found->name.starts_with("laptop"));
  EXPECT_FALSE(reopened.find(some_fingerprint(1), Peer::Role::kAgent).value());
  EXPECT_FALSE(reopened.find(some_fingerprint(2), Peer::Role::kClient).value());
  ASSERT_TRUE(store.authorize({some_fingerprint(1), Peer::Role::kClient, "renamed", 0, false}));
  EXPECT_EQ(reopened.list().value().size(), 1u);
  EXPECT_GT(reopened.list().value()[0].since, 0);
}

TEST(PeerStore, ARevocationIsKeptForBothRolesUntilTheNextPairing) {
  const TemporaryFolder folder;
  PeerStore store(folder.path());
  ASSERT_TRUE(store.authorize({some_fingerprint(1), Peer::Role::kClient, "laptop", 1, false}));
  EXPECT_TRUE(store.revoke(some_fingerprint(1)).value());
  EXPECT_TRUE(store.find(some_fingerprint(1), Peer::Role::kClient).value()->revoked);
  EXPECT_TRUE(store.find(some_fingerprint(1), Peer::Role::kAgent).value()->revoked);
  ASSERT_TRUE(store.authorize({some_fingerprint(1), Peer::Role::kClient, "laptop", 1, false}));
  EXPECT_FALSE(store.find(some_fingerprint(1), Peer::Role::kClient).value()->revoked);
}

TEST(PeerStore, AStrangerCanBeRevokedBeforeItComes) {
  const TemporaryFolder folder;
  PeerStore store(folder.path());
  EXPECT_FALSE(store.revoke(some_fingerprint(9)).value());
  EXPECT_TRUE(store.find(some_fingerprint(9), Peer::Role::kClient).value()->revoked);
}

TEST(PeerStore, ADamagedListIsAFaultAndNotAnEmptyList) {
  const TemporaryFolder folder;
  PeerStore store(folder.path());
  for (
      const char* text :
      {"", "[]", "{", "{}", R"({"peers":[1]})",
       R"({"peers":[{"fingerprint":"x","role":"client"}]})",
       R"({"peers":[{"fingerprint":"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","role":"king"}]})",
       R"({"peers":[{"fingerprint":"SHA256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","role":"agent","revoked":"no"}]})"}) {
    ASSERT_TRUE(write_private_file(folder / "peers.json", text));
    ASSERT_FALSE(store.list()) << text;
    EXPECT_EQ(store.list().error().code, Errc::kFileFailed);
    EXPECT_FALSE(store.authorize({some_fingerprint(1), Peer::Role::kClient, "", 0, false}));
    EXPECT_FALSE(store.revoke(some_fingerprint(1)));
    EXPECT_EQ(read_file(folder / "peers.json", 1000).value(), text);
  }
}

TEST(PeerStore, TwoWhoChangeItAtTheSameMomentLoseNothing) {
  const TemporaryFolder folder;
  std::vector<std::future<bool>> done;
  for (unsigned char i = 1; i <= 12; ++i)
    done.push_back(std::async(std::launch::async, [&folder, i] {
      return PeerStore(folder.path())
          .authorize({some_fingerprint(i), Peer::Role::kClient, "", 0, false})
          .has_value();
    }));
  for (auto& one : done) EXPECT_TRUE(one.get());
  EXPECT_EQ(PeerStore(folder.path()).list().value().size(), 12u);
}

}  // namespace
}  // namespace nearside::io
