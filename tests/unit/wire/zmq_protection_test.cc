// Who gets in to a coordinator's planes, how often, and whether it is noticed that anybody does.
#include "wire/zmq_protection.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>

#include "tests/unit/wire/zmq_turns.h"
#include "wire/zmq_client.h"
#include "wire/zmq_self_test.h"

namespace groupctl {
namespace {

using namespace zmq_shell;
using Verdict = ZmqAuthenticator::Verdict;

constexpr const char* kAnyPort = "tcp://127.0.0.1:*";
constexpr std::uint64_t kKeysPatienceMs = 10'000;
const CoordinatorEndpoints kAnyPorts = {kAnyPort, kAnyPort, kAnyPort};

/// A protected listener behind an authenticator that judges so.
struct Judged {
  explicit Judged(ZmqAuthenticator::Judge judge)
      : context(make_zmq_context()),
        authenticator(context, std::move(judge)),
        router(make_socket(*context, zmq::socket_type::router, {1024, 1, 1})) {
    EXPECT_TRUE(protect(router, server.secret_key, "shop.member"));
    endpoint = *zmq_shell::bind(router, kAnyPort);
  }
  Status check() {
    return check_refuses_strangers(*context, endpoint, zmq::socket_type::dealer, server.public_key,
                                   draw_keys());
  }
  std::unique_ptr<StrangerTest> test() {
    return std::make_unique<StrangerTest>(*context, endpoint, zmq::socket_type::dealer,
                                          server.public_key, draw_keys());
  }

  const KeyPair server = draw_keys();
  std::shared_ptr<ZmqContext> context;
  ZmqAuthenticator authenticator;
  zmq::socket_t router;
  std::string endpoint;
};

// ---- whether strangers are kept out

TEST(ZmqProtection, F50_WhoRefusesStrangersIsFoundToDoSo) {
  Judged judged([](const auto&) { return Verdict::kNo; });
  EXPECT_TRUE(judged.check());
}

TEST(ZmqProtection, F50_WhoLetsInAnybodyIsFoundOut) {
  Judged judged([](const auto&) { return Verdict::kYes; });
  const Status checked = judged.check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnprotected);
  EXPECT_NE(checked.error().text.find("lets in a key that nobody knows"), std::string::npos);
}

TEST(ZmqProtection, F50_WithoutAnAuthenticatorNobodyGetsIn) {
  const KeyPair server = draw_keys();
  const auto context = make_zmq_context();
  auto router = make_socket(*context, zmq::socket_type::router, {1024, 1, 1});
  ASSERT_TRUE(protect(router, server.secret_key, "shop.member"));
  const std::string endpoint = *zmq_shell::bind(router, kAnyPort);
  auto client = ZmqClient::open(endpoint, ClientKeys{draw_keys(), server.public_key});
  ASSERT_TRUE(client);
  EXPECT_FALSE((*client)->connected(500));
}

/// The judge never comes back.
void serve_with_a_judge_that_hangs() {
  std::mutex mutex;
  std::condition_variable never;
  Judged judged([&](const auto&) {
    std::unique_lock lock(mutex);
    never.wait(lock, [] { return false; });
    return Verdict::kYes;
  });
  (void)judged.check();
}

TEST(ZmqProtectionDeathTest, F50_AProcessWhoseAuthenticatorHangsEnds) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(serve_with_a_judge_that_hangs(), "the authenticator answers");
}

// ---- the same, beside the work of a loop

TEST(SelfTest, F50_TriesAgainAndAgainAndFindsOutThatAnybodyGetsIn) {
  std::atomic<bool> open = false;
  std::atomic<int> asked = 0;
  Judged judged([&](const auto&) {
    ++asked;
    return open ? Verdict::kYes : Verdict::kNo;
  });
  std::optional<Error> found;
  SelfTest self_test(20, [&](const Error& error) { found = error; });
  const auto turn = [&] {
    self_test.turn([&] {
      SelfTest::Tests tests;
      tests.push_back(judged.test());
      return tests;
    });
  };
  EXPECT_TRUE(until([&] { return asked >= 3; }, turn));
  EXPECT_FALSE(found) << "it is refused";
  open = true;
  EXPECT_TRUE(until([&] { return found.has_value(); }, turn));
  EXPECT_EQ(found->code, ErrorCode::kUnprotected);
}

TEST(SelfTest, F37_WhoDoesNotAnswerInTimeIsNotSaidToLetAnybodyIn) {
  Judged judged([](const auto&) { return Verdict::kLater; });
  bool found = false;
  int begun = 0;
  SelfTest self_test(100, [&](const Error&) { found = true; });
  EXPECT_TRUE(until([&] { return begun == 5; },
                    [&] {
                      self_test.turn([&] {
                        ++begun;
                        SelfTest::Tests tests;
                        tests.push_back(judged.test());
                        return tests;
                      });
                    }));
  EXPECT_FALSE(found);
}

// ---- a bus with keys

/// A coordinator's end with two members, one operator and the guests.
struct KeyedBus {
  explicit KeyedBus(std::uint64_t self_test_ms = 0) {
    admissions[member.public_key] = {.member = true, .command = true};
    admissions[other.public_key] = {.member = true, .command = true};
    admissions[admin.public_key] = {.admin = true};
    admissions[guest.public_key] = {.member = true, .admin = true, .shared = true};
    PlaneKeys keys{server, "shop", std::make_shared<Admissions>(admissions),
                   [this](const auto&, const PublicKey&, std::uint64_t n) { refused += n; },
                   [this](const auto&, const PublicKey&, std::uint64_t n) { limited += n; }};
    BusOptions options;
    options.self_test_ms = self_test_ms;
    options.on_unprotected = [this](const Error&) { unprotected = true; };
    options.on_cut = [this](const CutReport& cut) { cuts.push_back(cut); };
    auto opened = ZmqCoordinatorBus::open(kAnyPorts, topic(), keys, options);
    EXPECT_TRUE(opened) << opened.error().text;
    bus = *std::move(opened);
  }
  void turn() {
    const auto hear = [this](const Peer& peer, ByteView) { heard.push_back(peer); };
    bus->wait(5, {hear, hear, [this] { ++subscribers; }});
  }
  ClientKeys keys_of(const KeyPair& who) const { return {who, server.public_key}; }

  const KeyPair server = draw_keys();
  const KeyPair member = draw_keys();
  const KeyPair other = draw_keys();
  const KeyPair admin = draw_keys();
  const KeyPair guest = draw_keys();
  Admissions admissions;
  std::uint64_t refused = 0;
  std::uint64_t limited = 0;
  bool unprotected = false;
  std::vector<CutReport> cuts;
  std::vector<Peer> heard;
  int subscribers = 0;
  std::unique_ptr<ZmqCoordinatorBus> bus;
};

TEST(ZmqProtection, F49_AKeyIsLetInWhereItBelongsAndRefusedElsewhere) {
  KeyedBus keyed;
  auto admin = ZmqClient::open(keyed.bus->endpoints().admin, keyed.keys_of(keyed.admin));
  EXPECT_TRUE((*admin)->connected(kKeysPatienceMs));
  for (const auto& [endpoint, who] : {std::pair{keyed.bus->endpoints().member, keyed.admin},
                                      std::pair{keyed.bus->endpoints().admin, keyed.member},
                                      std::pair{keyed.bus->endpoints().admin, draw_keys()}}) {
    auto client = ZmqClient::open(endpoint, keyed.keys_of(who));
    ASSERT_TRUE(client);
    EXPECT_EQ((*client)->send(Bytes(1), kKeysPatienceMs).error().code, ErrorCode::kKeyRefused);
  }
  keyed.turn();
  EXPECT_EQ(keyed.refused, 1U) << "said once a minute an address";
}

TEST(ZmqProtection, F37_AGuestThatConnectsTooOftenIsPutOffAndGetsInInTheEnd) {
  KeyedBus keyed;
  std::vector<std::unique_ptr<ZmqClient>> clients;
  for (std::uint64_t i = 0; i < kHandshakes.burst + 10; ++i) {
    auto client = ZmqClient::open(keyed.bus->endpoints().member, keyed.keys_of(keyed.guest));
    ASSERT_TRUE(client);
    clients.push_back(*std::move(client));
  }
  EXPECT_TRUE(until([&] { return keyed.limited != 0; }, [&] { keyed.turn(); }));
  EXPECT_EQ(keyed.limited, 1U) << "said once a minute";
  for (auto& client : clients) {
    EXPECT_TRUE(until([&] { return client->connected(); }, [&] { keyed.turn(); }));
  }
}

TEST(ZmqProtection, F37_AMessageOfASharedKeySaysSo) {
  KeyedBus keyed;
  auto guest = ZmqClient::open(keyed.bus->endpoints().member, keyed.keys_of(keyed.guest));
  auto member = ZmqClient::open(keyed.bus->endpoints().member, keyed.keys_of(keyed.member));
  for (auto* client : {&guest, &member}) {
    ASSERT_TRUE((**client)->send(Bytes(1), kKeysPatienceMs));
    const std::size_t before = keyed.heard.size();
    ASSERT_TRUE(until([&] { return keyed.heard.size() > before; }, [&] { keyed.turn(); }));
    EXPECT_EQ(keyed.heard.back().shared, client == &guest);
  }
}

TEST(ZmqProtection, F50_ABusTestsItselfWhileItWorks) {
  KeyedBus keyed(20);
  auto client = ZmqClient::open(keyed.bus->endpoints().admin, keyed.keys_of(keyed.admin));
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE((*client)->send(Bytes(1), kKeysPatienceMs));
    const std::size_t before = keyed.heard.size();
    ASSERT_TRUE(until([&] { return keyed.heard.size() > before; }, [&] { keyed.turn(); }));
  }
  EXPECT_FALSE(keyed.unprotected);
  EXPECT_EQ(keyed.refused, 0U) << "of its own stranger nothing is said";
}

// ---- connections of a bus

TEST(ZmqGate, F51_TheOldestConnectionOfOneKeyMakesWay) {
  constexpr std::size_t kOfAKey = 16;
  KeyedBus keyed;
  std::vector<std::unique_ptr<ZmqClient>> clients;
  for (std::size_t i = 0; i < kOfAKey + 1; ++i) {
    auto client = ZmqClient::open(keyed.bus->endpoints().member, keyed.keys_of(keyed.member));
    ASSERT_TRUE((*client)->send(Bytes(1), kKeysPatienceMs));
    ASSERT_TRUE(until([&] { return keyed.heard.size() == i + 1; }, [&] { keyed.turn(); }));
    clients.push_back(*std::move(client));
  }
  EXPECT_EQ(clients.front()->receive(kKeysPatienceMs).error().code, ErrorCode::kUnreachable);
  EXPECT_EQ(clients.back()->receive(0).error().code, ErrorCode::kTimeout);
  ASSERT_EQ(keyed.cuts.size(), 1U);
  EXPECT_EQ(keyed.cuts[0].plane, "member");
  EXPECT_EQ(keyed.cuts[0].key, keyed.member.public_key);
}

TEST(ZmqGate, F38_WhoAsksAndDoesNotTakeTheAnswersIsEnded) {
  constexpr std::size_t kMost = 64 << 20;
  const Bytes answer(120 * 1024);
  KeyedBus keyed;
  const auto context = make_zmq_context();
  auto idle = make_socket(*context, zmq::socket_type::dealer, {1 << 20, 1, 1});
  use_keys(idle, keyed.admin, keyed.server.public_key);
  ASSERT_TRUE(zmq_shell::connect(idle, keyed.bus->endpoints().admin));
  ASSERT_TRUE(until([&] { return !keyed.heard.empty(); },
                    [&] {
                      send_now(idle, Bytes(1));
                      keyed.turn();
                    }));
  const Peer of_idle = keyed.heard.back();
  std::size_t given = 0;
  EXPECT_TRUE(until([&] { return !keyed.cuts.empty(); },
                    [&] {
                      for (int i = 0; i < 20; ++i) keyed.bus->to_admin(of_idle, answer);
                      given += 20 * answer.size();
                      keyed.turn();
                    }));
  EXPECT_GT(given, kMost);
  ASSERT_EQ(keyed.cuts.size(), 1U);
  EXPECT_EQ(keyed.cuts[0].key, keyed.admin.public_key);

  // Who takes them may have as many as it likes.
  auto honest = ZmqClient::open(keyed.bus->endpoints().admin, keyed.keys_of(keyed.admin));
  ASSERT_TRUE((*honest)->send(Bytes(1), kKeysPatienceMs));
  const std::size_t before = keyed.heard.size();
  ASSERT_TRUE(until([&] { return keyed.heard.size() > before; }, [&] { keyed.turn(); }));
  const Peer of_honest = keyed.heard.back();
  for (std::size_t had = 0; had < 2 * kMost; had += answer.size()) {
    keyed.bus->to_admin(of_honest, answer);
    ASSERT_TRUE((*honest)->receive(kKeysPatienceMs));
    if (had % (100 * answer.size()) == 0) keyed.turn();
  }
  EXPECT_EQ(keyed.cuts.size(), 1U);
}

/// A member that hears the command plane.
struct Subscriber {
  Subscriber(KeyedBus& keyed, const KeyPair& who) {
    const CoordinatorEndpoints& at = keyed.bus->endpoints();
    bus = *ZmqMemberBus::open(at.member, "", keyed.keys_of(who));
    EXPECT_TRUE(bus->subscribe(at.command, topic()));
  }
  void turn() {
    bus->wait(0, {[](ByteView) {}, [this](ByteView, ByteView) { ++heard; },
                  [](const Peer&, ByteView) {}, [](LinkTrouble) {}});
  }
  std::unique_ptr<ZmqMemberBus> bus;
  int heard = 0;
};

TEST(ZmqGate, F49_WhoLosesItsPlaceHearsNothingMoreAndTheOthersKeepTheirConnection) {
  KeyedBus keyed;
  Subscriber member(keyed, keyed.member);
  Subscriber other(keyed, keyed.other);
  const auto turn = [&] {
    keyed.turn();
    member.turn();
    other.turn();
  };
  ASSERT_TRUE(until([&] { return keyed.subscribers == 2; }, turn));
  keyed.bus->publish(Bytes(1), {});
  ASSERT_TRUE(until([&] { return member.heard == 1 && other.heard == 1; }, turn));

  keyed.admissions.erase(keyed.member.public_key);
  keyed.bus->admit(std::make_shared<Admissions>(keyed.admissions));
  ASSERT_TRUE(until([&] { return keyed.refused != 0; }, turn)) << "it comes back, and is refused";
  keyed.bus->publish(Bytes(1), {});
  ASSERT_TRUE(until([&] { return other.heard == 2; }, turn));
  EXPECT_EQ(member.heard, 1);
  EXPECT_EQ(keyed.subscribers, 2) << "nobody had to come again";
  ASSERT_EQ(keyed.cuts.size(), 1U);
  EXPECT_EQ(keyed.cuts[0].plane, "command");
  EXPECT_EQ(keyed.cuts[0].key, keyed.member.public_key);
}

TEST(ZmqGate, F51_BeyondTheBudgetTheNewestGoesAndTheOthersStay) {
  const auto budget = std::make_shared<ConnectionBudget>(1000);
  std::vector<CutReport> cuts;
  BusOptions options;
  options.connections = budget;
  options.on_cut = [&](const CutReport& cut) { cuts.push_back(cut); };
  auto bus = ZmqCoordinatorBus::open(kAnyPorts, topic(), std::nullopt, options);
  ASSERT_TRUE(bus);
  budget->measured(992);  // four of the eight that are left
  ASSERT_EQ(budget->most(), 4U);
  std::size_t heard = 0;
  const auto turn = [&] {
    const auto hear = [&](const Peer&, ByteView) { ++heard; };
    (*bus)->wait(5, {hear, hear, [] {}});
  };
  std::vector<std::unique_ptr<ZmqClient>> clients;
  for (std::size_t i = 0; i < 4; ++i) {
    auto client = ZmqClient::open((*bus)->endpoints().admin);
    ASSERT_TRUE((*client)->send(Bytes(1), kKeysPatienceMs));
    ASSERT_TRUE(until([&] { return heard == i + 1; }, turn));
    clients.push_back(*std::move(client));
  }
  auto late = ZmqClient::open((*bus)->endpoints().member);
  EXPECT_TRUE(until([&] { return !cuts.empty(); }, turn));
  EXPECT_EQ(cuts[0].plane, "member");
  for (auto& client : clients) EXPECT_EQ(client->receive(0).error().code, ErrorCode::kTimeout);
}

/// Connects and leaves at once.
void knock_and_leave(const std::string& endpoint) {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port =
      htons(static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1))));
  // sockaddr is C's way to say "any of these".
  ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
}

TEST(ZmqGate, F37_EventsThatNobodyReadsDoNotHoldUpOtherConnections) {
  KeyedBus keyed;
  for (int i = 0; i < 4000; ++i) knock_and_leave(keyed.bus->endpoints().member);
  auto client = ZmqClient::open(keyed.bus->endpoints().member, keyed.keys_of(keyed.member));
  EXPECT_TRUE((*client)->connected(kKeysPatienceMs)) << "no turn was taken";
}

}  // namespace
}  // namespace groupctl
