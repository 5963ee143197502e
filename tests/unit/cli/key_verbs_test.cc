// key list, accept, reject, revoke, token, new, rotate and fingerprint, against a coordinator by
// script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/key_files.h"
#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using What = ChangeKey::What;

constexpr const char* kAt = "tcp://127.0.0.1:1";

/// The way that a verb makes for itself to the same coordinator.
class BorrowedChannel : public AdminChannel {
 public:
  explicit BorrowedChannel(AdminChannel& lender) : lender_(lender) {}
  Status send(ByteView message, std::uint64_t timeout_ms) override {
    return lender_.send(message, timeout_ms);
  }
  Result<Bytes> receive(std::uint64_t timeout_ms) override { return lender_.receive(timeout_ms); }
  std::uint64_t now_ms() override { return lender_.now_ms(); }

 private:
  AdminChannel& lender_;
};

class KeyVerbs : public TypedLines {
 protected:
  KeyVerbs()
      : TypedLines([this](const AdminRequest& request) { return answer(request); }),
        folder(std::filesystem::path(::testing::TempDir()) /
               ("key_verbs_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder);
    ::setenv("GROUPCTL_KEY_DIR", folder.c_str(), 1);
    hello = hello_reply();
    hello.role = KeyRole::kAdmin;
  }
  ~KeyVerbs() override {
    ::unsetenv("GROUPCTL_KEY_DIR");
    std::filesystem::remove_all(folder);
  }

  std::vector<AdminReply> answer(const AdminRequest& request) {
    if (const auto* query = std::get_if<KeysQuery>(&request)) return {page_after(query->after)};
    if (const auto* change = std::get_if<ChangeKey>(&request)) return {changed(*change)};
    if (std::holds_alternative<AdminHello>(request)) {
      if (connected_as && refused_keys.contains(connected_as->own.public_key)) {
        return {QueryRefused{ErrorCode::kKeyRefused, "this key is not let in"}};
      }
      return {hello};
    }
    if (std::holds_alternative<StatusQuery>(request)) {
      StatusReply status;
      status.hello = hello;
      status.endpoint_members = "tcp://0.0.0.0:7400";
      return {status};
    }
    if (std::holds_alternative<Enrol>(request)) return enrolled;
    if (std::holds_alternative<RotateKey>(request)) return rotated;
    return {};
  }
  /// One a page.
  KeysReply page_after(const PublicKey& after) const {
    KeysReply page;
    const auto next = known.upper_bound(after);
    if (next != known.end()) page.rows.push_back(next->second);
    page.more = next != known.end() && std::next(next) != known.end();
    return page;
  }
  AdminReply changed(const ChangeKey& change) {
    if (refuses_change) return QueryRefused{*refuses_change, "web-1 has another key, 1234"};
    KeyInfo info = known.contains(change.key) ? known[change.key] : KeyInfo{};
    info.key = change.key;
    if (!change.name.empty()) info.name = change.name;
    if (change.role) info.role = *change.role;
    info.uses_left = change.uses;
    info.state = change.what == What::kReject   ? KeyState::kRejected
                 : change.what == What::kRevoke ? KeyState::kRevoked
                                                : KeyState::kAccepted;
    return info;
  }
  KeyInfo& knows(std::uint8_t number, std::string name, KeyState state) {
    KeyInfo info;
    info.key.bytes.fill(number);
    info.name = std::move(name);
    info.state = state;
    return known[info.key] = info;
  }

  Said run_words(std::vector<std::string> words) {
    words.insert(words.end(), {"-E", kAt});
    err.clear();
    return TypedLines::run_words(words);
  }
  void surround(Surroundings& around) override {
    around.connect_as = [this](const std::optional<ClientKeys>& as) {
      connected_as = as;
      return std::make_unique<BorrowedChannel>(coordinator);
    };
  }

  std::vector<ChangeKey> changes() const { return coordinator.requests_of<ChangeKey>(); }
  KeyPair own() const { return *read_secret_key(secret_file(folder, kGroupctlKey)); }
  PublicKey pin_server() {
    const KeyPair server = draw_keys();
    EXPECT_TRUE(write_public_key(public_file(folder, kCoordinatorKey), server.public_key));
    return server.public_key;
  }

  std::filesystem::path folder;
  HelloReply hello;
  std::map<PublicKey, KeyInfo> known;
  std::set<PublicKey> refused_keys;
  std::vector<AdminReply> enrolled = {Enrolled{KeyState::kPending, ""}};
  std::vector<AdminReply> rotated = {Enrolled{KeyState::kAccepted, ""}};
  std::optional<ErrorCode> refuses_change;
  std::optional<ClientKeys> connected_as;
};

TEST_F(KeyVerbs, ListReadsAllPages) {
  knows(1, "ana", KeyState::kAccepted).role = KeyRole::kAdmin;
  knows(2, "web-2", KeyState::kPending).from = "10.0.0.9";
  knows(3, "web-1", KeyState::kPending);
  const Said text = run_words({"key", "list"});
  EXPECT_EQ(text.exit_code, 0) << err;
  EXPECT_EQ(coordinator.requests_of<KeysQuery>().size(), 3U);
  EXPECT_LT(text.out.find("web-1"), text.out.find("web-2"));
  EXPECT_LT(text.out.find("web-2"), text.out.find("ana"));
  const auto list = nlohmann::json::parse(run_words({"key", "list", "-o", "json"}).out);
  EXPECT_EQ(list["keys"][1]["from"], "10.0.0.9");
  EXPECT_EQ(list["keys"][2]["role"], "admin");
}

TEST_F(KeyVerbs, AcceptSaysWhichKeyAndHow) {
  const PublicKey key = knows(3, "web-1", KeyState::kPending).key;
  const Said said = run_words({"key", "accept", "web-1", "--role", "reader", "-m", "new",
                               "--replace", "--fingerprint", fingerprint(key)});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_EQ(said.out, "web-1, " + fingerprint(key) + ", is let in as reader\n");
  ASSERT_EQ(changes().size(), 1U);
  ChangeKey wanted;
  wanted.what = What::kAccept;
  wanted.key = key;
  wanted.name = "web-1";
  wanted.role = KeyRole::kReader;
  wanted.issuer = "ana@bastion";
  wanted.message = "new";
  wanted.replace = true;
  EXPECT_EQ(changes()[0], wanted);
  refuses_change = ErrorCode::kConflict;
  EXPECT_EQ(run_words({"key", "accept", "web-1"}).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("--replace"));
}

TEST_F(KeyVerbs, AnotherFingerprintChangesNothing) {
  knows(3, "web-1", KeyState::kPending);
  const std::string other = fingerprint(knows(4, "web-2", KeyState::kPending).key);
  EXPECT_EQ(run_words({"key", "accept", "web-1", "--fingerprint", other}).exit_code, 7);
  EXPECT_TRUE(changes().empty());
  EXPECT_EQ(run_words({"key", "accept", "web-9"}).exit_code, 3);
}

TEST_F(KeyVerbs, AKeyThatNobodyAskedForIsAdded) {
  const std::string hex(64, 'a');
  EXPECT_EQ(run_words({"key", "accept", "bo", "--public-key", hex, "--role", "admin"}).exit_code, 0)
      << err;
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].what, What::kAdd);
  EXPECT_EQ(changes()[0].key.hex(), hex);
  EXPECT_EQ(changes()[0].name, "bo");
  EXPECT_EQ(run_words({"key", "accept", "bo", "--public-key", hex}).exit_code, 2) << "no role";
  EXPECT_EQ(run_words({"key", "accept", "bo", "--public-key", "a", "--role", "admin"}).exit_code,
            2);
}

TEST_F(KeyVerbs, AllThatWaitAreAcceptedOnceConfirmed) {
  knows(3, "web-1", KeyState::kPending);
  knows(4, "web-2", KeyState::kPending);
  knows(5, "web-3", KeyState::kRejected);
  EXPECT_EQ(run_words({"key", "accept", "--all"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("Let in 2 keys: web-1, web-2?"));
  EXPECT_TRUE(changes().empty());
  typed = "yes";
  EXPECT_EQ(run_words({"key", "accept", "--all"}).exit_code, 0) << err;
  EXPECT_EQ(changes().size(), 2U);
  refuses_change = ErrorCode::kConflict;
  EXPECT_EQ(run_words({"key", "accept", "--all", "-y"}).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("warning: web-2: "));
  known.clear();
  EXPECT_EQ(run_words({"key", "accept", "--all", "-y"}).exit_code, 3);
}

TEST_F(KeyVerbs, RevokingIsConfirmedAndSaysWhatItMeans) {
  pin_server();
  const KeyPair mine = *read_or_make_key(folder, kGroupctlKey);
  KeyInfo info = knows(3, "web-1", KeyState::kAccepted);
  info.key = mine.public_key;
  info.name = "ana";
  info.role = KeyRole::kAdmin;
  known[info.key] = info;
  EXPECT_EQ(run_words({"key", "revoke", "ana"}).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("It is your own. No admin is left"));
  EXPECT_TRUE(changes().empty());
  const Said said = run_words({"key", "revoke", "web-1", "-y", "-m", "gone"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr("is revoked"));
  EXPECT_EQ(changes()[0].message, "gone");
  EXPECT_EQ(changes()[0].what, What::kRevoke);
}

TEST_F(KeyVerbs, TheOwnKeyIsRevokedLast) {
  pin_server();
  const KeyPair mine = *read_or_make_key(folder, kGroupctlKey);
  for (const std::uint8_t number : std::initializer_list<std::uint8_t>{1, 255})
    knows(number, "ana", KeyState::kAccepted);
  KeyInfo info = known.begin()->second;
  info.key = mine.public_key;
  known[info.key] = info;
  EXPECT_EQ(run_words({"key", "revoke", "ana", "-y"}).exit_code, 0) << err;
  ASSERT_EQ(changes().size(), 3U);
  EXPECT_EQ(changes()[2].key, mine.public_key);
}

TEST_F(KeyVerbs, RejectIsForOneThatWaits) {
  knows(3, "web-1", KeyState::kPending);
  EXPECT_THAT(run_words({"key", "reject", "web-1"}).out, HasSubstr("is rejected"));
  EXPECT_EQ(changes()[0].what, What::kReject);
}

TEST_F(KeyVerbs, ATokenIsShownOnceAndKnownByItsPublicHalf) {
  EXPECT_EQ(run_words({"key", "token"}).exit_code, 4) << "no server key is known";
  EXPECT_THAT(err, HasSubstr("--server-key KEY"));
  EXPECT_TRUE(changes().empty());
  const PublicKey server = pin_server();
  const Said said = run_words({"key", "token", "--ttl", "10m", "--uses", "5", "-o", "json"});
  ASSERT_EQ(said.exit_code, 0) << said.out;
  const auto token = nlohmann::json::parse(said.out);
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].role, KeyRole::kToken);
  EXPECT_EQ(changes()[0].ttl_ms, 600'000U);
  EXPECT_EQ(changes()[0].uses, 5U);
  const std::string secret = token["token"];
  EXPECT_EQ(public_key_of(*parse_secret_key(secret)), changes()[0].key);
  EXPECT_EQ(token["join"], "group-member join tcp://127.0.0.1:7400 --group shop --server-key " +
                               server.hex() + " --token " + secret);
  EXPECT_EQ(run_words({"key", "token", "--ttl", "0s"}).exit_code, 2);
  EXPECT_EQ(run_words({"key", "token", "--uses", "0"}).exit_code, 2);
  EXPECT_EQ(err.find(secret), std::string::npos);
}

TEST_F(KeyVerbs, NewMakesAKeyAndAsksAsAGuest) {
  const PublicKey server = pin_server();
  const Said said = run_words({"key", "new"});
  EXPECT_EQ(said.exit_code, 0) << err;
  const std::string mark = fingerprint(own().public_key);
  EXPECT_THAT(said.out, HasSubstr("groupctl key accept ana --role operator --fingerprint " + mark));
  ASSERT_TRUE(connected_as);
  EXPECT_EQ(connected_as->own.public_key, guest_keys(server).public_key);
  ASSERT_EQ(coordinator.requests_of<Enrol>().size(), 1U);
  EXPECT_EQ(coordinator.requests_of<Enrol>()[0].key, own().public_key);
  EXPECT_EQ(coordinator.requests_of<Enrol>()[0].group, "") << "whichever is there";
  EXPECT_TRUE(coordinator.requests_of<AdminHello>().empty()) << "a guest may not";
  EXPECT_THAT(run_words({"key", "new", "--name", "bo"}).out, HasSubstr("was there already"));
  EXPECT_EQ(coordinator.requests_of<Enrol>()[1].key, own().public_key) << "asked again";
  enrolled = {Enrolled{KeyState::kAccepted, ""}};
  EXPECT_THAT(run_words({"key", "new"}).out, HasSubstr("ana is let in at"));
  enrolled = {Enrolled{KeyState::kRejected, ""}};
  EXPECT_EQ(run_words({"key", "new"}).exit_code, 4);
}

TEST_F(KeyVerbs, NewIsNeverOverAKeyThatIsThere) {
  const Said first = run_words({"key", "new"});
  EXPECT_EQ(first.exit_code, 0) << err;
  EXPECT_THAT(first.out, HasSubstr("the server key is not known here"));
  const PublicKey made = own().public_key;
  EXPECT_EQ(run_words({"key", "new"}).exit_code, 7);
  EXPECT_EQ(own().public_key, made);
}

TEST_F(KeyVerbs, NewSaysHowToAskLater) {
  pin_server();
  coordinator.reachable = false;
  const Said said = run_words({"key", "new"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr("next: groupctl key new --name ana -E tcp://127.0.0.1:1\n"));
  EXPECT_THAT(said.out, HasSubstr("nobody answered at tcp://127.0.0.1:1 (from --endpoint)"));
  const Said again = run_words({"key", "new"});
  EXPECT_EQ(again.exit_code, 0) << err;
  EXPECT_EQ(again.out.substr(again.out.find("\nfingerprint")),
            said.out.substr(said.out.find("\nfingerprint")));
}

TEST_F(KeyVerbs, NewSaysWhoLetsAKeyInThatWasRevoked) {
  pin_server();
  enrolled = {Enrolled{KeyState::kRevoked, "stolen"}};
  EXPECT_EQ(run_words({"key", "new", "--name", "bo"}).exit_code, 4);
  const std::string mark = fingerprint(own().public_key);
  EXPECT_THAT(err, HasSubstr(mark + ", is revoked: stolen"));
  EXPECT_THAT(err, HasSubstr("groupctl key accept " + mark)) << "it may have another name";
}

TEST_F(KeyVerbs, NewSaysAsWhomAKeyIsLetInAlready) {
  pin_server();
  enrolled = {QueryRefused{ErrorCode::kConflict, "that key is let in, and not for this"}};
  KeyInfo mine = knows(1, "ana", KeyState::kAccepted);
  mine.key = read_or_make_key(folder, kGroupctlKey)->public_key;
  mine.role = KeyRole::kReader;
  known[mine.key] = mine;
  EXPECT_EQ(run_words({"key", "new", "--name", "bo"}).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("is let in already, as the reader ana"));
  EXPECT_THAT(err, HasSubstr("groupctl key new --name ana, or a key of its own: --key FILE"));
  refused_keys = {mine.key};
  EXPECT_EQ(run_words({"key", "new"}).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("is let in already, as a member"));
  EXPECT_THAT(err, HasSubstr("--key FILE"));
}

TEST_F(KeyVerbs, NewSaysWhatAnAdminDoesWhereNobodyMayAsk) {
  pin_server();
  enrolled = {QueryRefused{ErrorCode::kKeyRefused, "refused this key"}};
  const Said said = run_words({"key", "new"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr("lets nobody ask\nnext, an admin: groupctl key accept ana "));
}

TEST_F(KeyVerbs, AFileThatIsNoKeyIsAWrongCommandLine) {
  pin_server();
  std::filesystem::create_directories(folder / "dir");
  std::ofstream(folder / "junk") << "junk\n";
  std::ofstream(folder / "zeros") << std::string(64, '0') << "\n";
  for (const char* name : {"dir", "junk", "zeros"}) {
    std::filesystem::permissions(folder / name, std::filesystem::perms(0700));
    EXPECT_EQ(run_words({"key", "new", "--key", folder / name}).exit_code, 2) << name << err;
    EXPECT_EQ(run_words({"key", "fingerprint", "--key", folder / name}).exit_code, 2) << name;
  }
  EXPECT_THAT(err, HasSubstr("is no key: 64 zeros are no key"));
}

TEST_F(KeyVerbs, RotateKeepsTheNewKeyBeforeItIsTold) {
  pin_server();
  const KeyPair old = *read_or_make_key(folder, kGroupctlKey);
  rotated = {};
  EXPECT_EQ(run_words({"key", "rotate", "--timeout", "1s"}).exit_code, 9);
  EXPECT_EQ(own().public_key, old.public_key) << "nobody knows whether it was taken";
  const std::string file = secret_file(folder, kGroupctlKey);
  const PublicKey next = read_secret_key(next_key_file(file))->public_key;
  KeyInfo& info = knows(3, "ana", KeyState::kAccepted);
  info.key = old.public_key;
  info.until = GroupTime(86'400'000);
  rotated = {Enrolled{KeyState::kAccepted, ""}};
  const Said said = run_words({"key", "rotate"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr("let in until 1970-01-02"));
  for (const RotateKey& rotation : coordinator.requests_of<RotateKey>()) {
    EXPECT_EQ(rotation.key, next) << "the same one";
  }
  EXPECT_EQ(own().public_key, next);
  EXPECT_EQ(read_secret_key(file + ".old")->public_key, old.public_key);
  EXPECT_FALSE(std::filesystem::exists(next_key_file(file)));
}

TEST_F(KeyVerbs, RotateSaysWhenTheFormerKeyEndsWhichIsInTheWay) {
  pin_server();
  const std::string file = secret_file(folder, kGroupctlKey);
  ASSERT_TRUE(read_or_make_key(folder, kGroupctlKey));
  const KeyPair former = draw_keys();
  ASSERT_TRUE(write_new_secret_key(former_key_file(file), former));
  KeyInfo info = knows(3, "ana", KeyState::kAccepted);
  info.key = former.public_key;
  info.until = GroupTime(86'400'000);
  known[info.key] = info;
  rotated = {QueryRefused{ErrorCode::kConflict, "the key before this one is let in still"}};
  EXPECT_EQ(run_words({"key", "rotate"}).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("it ends 1970-01-02 00:00:00, or now by an admin: groupctl key "
                             "revoke " +
                             fingerprint(former.public_key)));
  EXPECT_FALSE(has_next_key(file));
}

TEST_F(KeyVerbs, RotateGoesOnAfterTheOldKeyHasEnded) {
  pin_server();
  const KeyPair old = *read_or_make_key(folder, kGroupctlKey);
  refused_keys = {old.public_key};
  EXPECT_EQ(run_words({"key", "rotate"}).exit_code, 4) << "it was not begun";
  const KeyPair next = *read_or_make_next_key(secret_file(folder, kGroupctlKey));
  EXPECT_EQ(run_words({"key", "rotate"}).exit_code, 0) << err;
  EXPECT_EQ(own().public_key, next.public_key);
}

TEST_F(KeyVerbs, FingerprintAsksNobody) {
  EXPECT_EQ(run_words({"key", "fingerprint"}).exit_code, 3);
  const PublicKey server = pin_server();
  const KeyPair mine = *read_or_make_key(folder, kGroupctlKey);
  const Said said = run_words({"key", "fingerprint"});
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(said.out, HasSubstr(fingerprint(mine.public_key)));
  EXPECT_THAT(said.out, HasSubstr("server key  " + server.hex() + "\nfrom        " +
                                  public_file(folder, kCoordinatorKey)));
  EXPECT_THAT(said.out, Not(HasSubstr(mine.secret_key.hex())));
  ::setenv("GROUPCTL_SERVER_KEY", server.hex().c_str(), 1);
  EXPECT_THAT(run_words({"key", "fingerprint"}).out, HasSubstr("from        GROUPCTL_SERVER_KEY"));
  ::unsetenv("GROUPCTL_SERVER_KEY");
  EXPECT_TRUE(coordinator.requests.empty());
}

TEST_F(KeyVerbs, WordsThatMeanNothingAreRefused) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"key"},
                                             {"key", "accept"},
                                             {"key", "accept", "x", "--role", "guest"},
                                             {"key", "accept", "x", "--fingerprint", ""},
                                             {"key", "accept", "x", "--fingerprint="},
                                             {"key", "reject", "x", "--fingerprint", ""},
                                             {"key", "revoke", "x", "--fingerprint", ""},
                                             {"key", "accept", "x", "--all"},
                                             {"key", "accept", "--all", "--role", "admin"},
                                             {"key", "new", "--name", "No Name"}}) {
    EXPECT_EQ(run_words(words).exit_code, 2) << words.back();
  }
  EXPECT_TRUE(coordinator.requests.empty());
}

TEST_F(KeyVerbs, WhoRefusesAtTheHandshakeIsAskedOnce) {
  class Refusing : public BorrowedChannel {
   public:
    using BorrowedChannel::BorrowedChannel;
    Status send(ByteView, std::uint64_t) override {
      ++sent;
      return fail(ErrorCode::kKeyRefused, "refused this key");
    }
    int sent = 0;
  } refusing(coordinator);
  Client client(refusing, [] { return false; });
  const auto answer = client.hello(2000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kKeyRefused);
  EXPECT_EQ(refusing.sent, 1);
}

}  // namespace
}  // namespace groupctl
