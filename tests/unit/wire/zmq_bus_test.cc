// The transport over real sockets: loopback on drawn ports, and ipc.
#include "wire/zmq_bus.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "tests/unit/wire/zmq_turns.h"
#include "wire/zmq_client.h"

namespace groupctl {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kPatienceMs = 10000;
const CoordinatorEndpoints kAnywhere = {"tcp://127.0.0.1:*", "tcp://127.0.0.1:*",
                                        "tcp://127.0.0.1:*"};

Bytes bytes_of(std::string_view text) { return copy_bytes(as_bytes(text)); }
std::string text_of(ByteView bytes) { return std::string(as_text(bytes)); }

/// A coordinator's end that keeps what comes.
struct Coordinator {
  std::unique_ptr<ZmqCoordinatorBus> bus;
  std::vector<std::pair<Peer, std::string>> members, admins;
  int subscribers = 0;

  explicit Coordinator(const CoordinatorEndpoints& endpoints = kAnywhere) {
    auto opened = ZmqCoordinatorBus::open(endpoints, topic());
    EXPECT_TRUE(opened) << opened.error().text;
    if (opened) bus = std::move(*opened);
  }
  void turn(std::uint64_t timeout_ms = 5) {
    bus->wait(timeout_ms, {[&](const Peer& p, ByteView b) { members.emplace_back(p, text_of(b)); },
                           [&](const Peer& p, ByteView b) { admins.emplace_back(p, text_of(b)); },
                           [&] { ++subscribers; }});
  }
};

struct Member {
  std::unique_ptr<ZmqMemberBus> bus;
  std::vector<std::string> replies, publications;
  std::vector<std::pair<Peer, std::string>> local;

  explicit Member(const std::string& endpoint, const std::string& local_endpoint = "") {
    auto opened = ZmqMemberBus::open(endpoint, local_endpoint);
    EXPECT_TRUE(opened) << opened.error().text;
    if (opened) bus = std::move(*opened);
  }
  void turn(std::uint64_t timeout_ms = 5) {
    bus->wait(timeout_ms, {[&](ByteView b) { replies.push_back(text_of(b)); },
                           [&](ByteView e, ByteView f) {
                             publications.push_back(text_of(e) + "|" + text_of(f));
                           },
                           [&](const Peer& p, ByteView b) { local.emplace_back(p, text_of(b)); },
                           [](LinkTrouble) {}});
  }
};

/// A directory that goes with the test.
class TempDir {
 public:
  TempDir() : path_((std::filesystem::temp_directory_path() / "groupctl-XXXXXX").string()) {
    EXPECT_NE(::mkdtemp(path_.data()), nullptr);
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string socket(const std::string& name) const { return "ipc://" + path_ + "/" + name; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Says it until it has been heard: a member is not connected at once.
bool say_until_heard(Member& member, Coordinator& coordinator, const std::string& text) {
  return until(
      [&] { return !coordinator.members.empty() && coordinator.members.back().second == text; },
      [&] {
        member.bus->to_coordinator(bytes_of(text));
        member.turn();
        coordinator.turn();
      });
}

TEST(ZmqBus, MemberAndCoordinatorTalk) {
  Coordinator coordinator;
  Member member(coordinator.bus->endpoints().member);
  ASSERT_TRUE(say_until_heard(member, coordinator, "hello"));
  const Peer peer = coordinator.members.back().first;
  EXPECT_FALSE(peer.key);
  coordinator.bus->to_member(peer, bytes_of("offer"));
  EXPECT_TRUE(until([&] { return !member.replies.empty(); }, [&] { member.turn(); }));
  EXPECT_THAT(member.replies, testing::ElementsAre("offer"));
}

TEST(ZmqBus, BeforeAConnectionNothingIsQueued) {
  Member member("tcp://127.0.0.1:1");
  member.bus->to_coordinator(bytes_of("nobody hears this"));
  EXPECT_EQ(member.bus->counters().unroutable, 1U);
}

TEST(ZmqBus, PublicationsReachSubscribersOfTheTopicOnly) {
  Coordinator coordinator;
  const CoordinatorEndpoints& at = coordinator.bus->endpoints();
  Member member(at.member), other(at.member), second(at.member);
  LogId another_topic;
  ASSERT_TRUE(member.bus->subscribe(at.command, topic()));
  ASSERT_TRUE(other.bus->subscribe(at.command, another_topic));
  ASSERT_TRUE(until([&] { return coordinator.subscribers == 1; }, [&] { coordinator.turn(); }));
  ASSERT_TRUE(second.bus->subscribe(at.command, topic()));
  ASSERT_TRUE(until([&] { return coordinator.subscribers == 2; }, [&] { coordinator.turn(); }))
      << "the second subscriber to the same topic is reported too";
  coordinator.bus->publish(bytes_of("envelope"), bytes_of("frame"));
  coordinator.bus->publish(bytes_of("heartbeat"), {});
  EXPECT_TRUE(
      until([&] { return member.publications.size() == 2 && second.publications.size() == 2; },
            [&] {
              member.turn();
              second.turn();
              other.turn();
            }));
  EXPECT_THAT(member.publications, testing::ElementsAre("envelope|frame", "heartbeat|"));
  EXPECT_THAT(other.publications, testing::IsEmpty());
}

TEST(ZmqBus, F17_RepliesDoNotWaitBehindABurstOfPublications) {
  constexpr std::size_t kBurst = 200;
  constexpr std::size_t kMostATurn = 8;
  Coordinator coordinator;
  Member member(coordinator.bus->endpoints().member);
  ASSERT_TRUE(member.bus->subscribe(coordinator.bus->endpoints().command, topic()));
  ASSERT_TRUE(until([&] { return coordinator.subscribers == 1; }, [&] { coordinator.turn(); }));
  for (std::size_t i = 0; i < kBurst; ++i) coordinator.bus->publish(bytes_of("e"), bytes_of("f"));
  std::size_t most = 0;
  EXPECT_TRUE(until([&] { return member.publications.size() == kBurst; },
                    [&] {
                      const std::size_t before = member.publications.size();
                      member.turn();
                      most = std::max(most, member.publications.size() - before);
                    }));
  EXPECT_LE(most, kMostATurn) << "of a turn in which replies are taken too";
}

TEST(ZmqBus, ANewSubscriptionReplacesTheFormer) {
  Coordinator first, second;
  Member member(first.bus->endpoints().member);
  ASSERT_TRUE(member.bus->subscribe(first.bus->endpoints().command, topic()));
  ASSERT_TRUE(until([&] { return first.subscribers == 1; }, [&] { first.turn(); }));
  ASSERT_TRUE(member.bus->subscribe(second.bus->endpoints().command, topic()));
  ASSERT_TRUE(until([&] { return second.subscribers == 1; }, [&] { second.turn(); }));
  first.bus->publish(bytes_of("old"), {});
  second.bus->publish(bytes_of("new"), {});
  EXPECT_TRUE(until([&] { return !member.publications.empty(); }, [&] { member.turn(); }));
  EXPECT_THAT(member.publications, testing::ElementsAre("new|"));
}

TEST(ZmqBus, AClientAsksTheAdminPlane) {
  Coordinator coordinator;
  auto client = ZmqClient::open(coordinator.bus->endpoints().admin);
  ASSERT_TRUE(client) << client.error().text;
  ASSERT_TRUE((*client)->send(bytes_of("one"), kPatienceMs));
  ASSERT_TRUE((*client)->send(bytes_of("two"), kPatienceMs));
  ASSERT_TRUE(until([&] { return coordinator.admins.size() == 2; }, [&] { coordinator.turn(); }));
  for (const auto& [peer, text] : coordinator.admins) {
    coordinator.bus->to_admin(peer, bytes_of("re " + text));
  }
  EXPECT_EQ(text_of((*client)->receive(kPatienceMs).value()), "re one");
  EXPECT_EQ(text_of((*client)->receive(kPatienceMs).value()), "re two");
  EXPECT_EQ((*client)->receive(0).error().code, ErrorCode::kTimeout);
}

TEST(ZmqBus, AClientKnowsWhetherItWasSent) {
  auto nobody = ZmqClient::open("tcp://127.0.0.1:1");
  ASSERT_TRUE(nobody);
  auto unsent = (*nobody)->request(bytes_of("x"), 50);
  ASSERT_FALSE(unsent);
  EXPECT_EQ(unsent.error().code, ErrorCode::kUnreachable);
  EXPECT_EQ(unsent.error().text, "nobody answered at tcp://127.0.0.1:1 within 50 ms");

  Coordinator silent;
  auto client = ZmqClient::open(silent.bus->endpoints().admin);
  ASSERT_TRUE(client);
  ASSERT_TRUE((*client)->connected(kPatienceMs));
  auto unanswered = (*client)->request(bytes_of("x"), 50);
  ASSERT_FALSE(unanswered);
  EXPECT_EQ(unanswered.error().code, ErrorCode::kTimeout);
}

TEST(ZmqBus, AClientHearsThatItsConnectionWasLost) {
  auto coordinator = std::make_unique<Coordinator>();
  auto client = ZmqClient::open(coordinator->bus->endpoints().admin);
  ASSERT_TRUE(client);
  ASSERT_TRUE((*client)->send(bytes_of("x"), kPatienceMs));
  coordinator.reset();
  auto lost = (*client)->receive(kPatienceMs);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::kUnreachable);
}

/// A listener that accepts and says nothing.
class MuteListener {
 public:
  MuteListener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd_, raw, size), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    EXPECT_EQ(::getsockname(fd_, raw, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~MuteListener() { ::close(fd_); }
  MuteListener(const MuteListener&) = delete;
  MuteListener& operator=(const MuteListener&) = delete;
  std::string endpoint() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  int port_ = 0;
};

TEST(ZmqBus, AnAcceptedConnectionIsNotYetAnAnswer) {
  MuteListener mute;
  auto client = ZmqClient::open(mute.endpoint());
  ASSERT_TRUE(client);
  EXPECT_FALSE((*client)->connected(300));
  EXPECT_EQ((*client)->send(bytes_of("x"), 50).error().code, ErrorCode::kUnreachable);
}

TEST(ZmqBus, WakeEndsAWaitFromAnotherThread) {
  Coordinator coordinator;
  Member member(coordinator.bus->endpoints().member);
  const auto began = Clock::now();
  std::thread waker([&] {
    coordinator.bus->wake();
    member.bus->wake();
  });
  coordinator.turn(kPatienceMs);
  member.turn(kPatienceMs);
  waker.join();
  EXPECT_LT(Clock::now() - began, std::chrono::milliseconds(kPatienceMs));
}

TEST(ZmqBus, AnUnroutablePeerIsCountedAndDropped) {
  Coordinator coordinator;
  coordinator.bus->to_member(Peer{std::string("\0\1\2\3\4", 5), {}}, bytes_of("x"));
  coordinator.bus->to_admin(Peer{"nobody", {}}, bytes_of("x"));
  EXPECT_EQ(coordinator.bus->counters().unroutable, 2U);
}

TEST(ZmqBus, OnlyLoopbackAndOneOwnerOfAnAddress) {
  CoordinatorEndpoints endpoints = kAnywhere;
  endpoints.command = "tcp://0.0.0.0:*";
  EXPECT_EQ(ZmqCoordinatorBus::open(endpoints, topic()).error().code, ErrorCode::kRefused);
  EXPECT_EQ(ZmqMemberBus::open("tcp://10.0.0.5:7400", "").error().code, ErrorCode::kRefused);
  EXPECT_EQ(ZmqClient::open("tcp://10.0.0.5:7400").error().code, ErrorCode::kKeysWanted);
  Coordinator first;
  auto second = ZmqCoordinatorBus::open(first.bus->endpoints(), topic());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kInUse);
  Member member(first.bus->endpoints().member);
  EXPECT_EQ(member.bus->subscribe("tcp://10.0.0.5:1", topic()).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(member.bus->subscribe("tcp://127.0.0.1:*", topic()).error().code, ErrorCode::kInvalid);
}

TEST(ZmqBus, F35_AnOversizedMessageCostsItsSenderTheConnectionOnly) {
  Coordinator coordinator;
  const std::string& at = coordinator.bus->endpoints().member;
  Member good(at);
  ASSERT_TRUE(say_until_heard(good, coordinator, "good"));
  auto hostile = ZmqClient::open(at);
  ASSERT_TRUE(hostile);
  ASSERT_TRUE((*hostile)->send(Bytes(300 * 1024, 1), kPatienceMs));
  auto cut = (*hostile)->receive(kPatienceMs);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kUnreachable) << "the sender is disconnected";
  ASSERT_TRUE(say_until_heard(good, coordinator, "still there"));
  for (const auto& [peer, text] : coordinator.members) EXPECT_LT(text.size(), 100U);
  coordinator.bus->to_member(coordinator.members.back().first, bytes_of("yes"));
  EXPECT_TRUE(until([&] { return !good.replies.empty(); }, [&] { good.turn(); }));
}

TEST(ZmqBus, LoopbackOfIpv6) {
  const std::string any = "tcp://[::1]:*";
  auto opened = ZmqCoordinatorBus::open({any, any, any}, topic());
  if (!opened) GTEST_SKIP() << "no IPv6 here: " << opened.error().text;
  Coordinator coordinator({any, any, any});
  EXPECT_EQ(coordinator.bus->endpoints().member.substr(0, 12), "tcp://[::1]:");
  Member member(coordinator.bus->endpoints().member);
  EXPECT_TRUE(say_until_heard(member, coordinator, "hello"));
}

TEST(ZmqBus, MessagesUpToTheBoundPass) {
  Coordinator coordinator;
  Member member(coordinator.bus->endpoints().member);
  EXPECT_TRUE(say_until_heard(member, coordinator, std::string(kMaxMessageBytes, 'x')));
}

TEST(ZmqBus, MembersReconnectToACoordinatorThatIsBack) {
  auto coordinator = std::make_unique<Coordinator>();
  const CoordinatorEndpoints at = coordinator->bus->endpoints();
  Member member(at.member);
  ASSERT_TRUE(member.bus->subscribe(at.command, topic()));
  ASSERT_TRUE(say_until_heard(member, *coordinator, "before"));
  coordinator.reset();
  coordinator = std::make_unique<Coordinator>(at);
  ASSERT_NE(coordinator->bus, nullptr);
  EXPECT_EQ(coordinator->bus->endpoints(), at);
  ASSERT_TRUE(say_until_heard(member, *coordinator, "after"));
  ASSERT_TRUE(until([&] { return coordinator->subscribers == 1; }, [&] { coordinator->turn(); }));
  coordinator->bus->publish(bytes_of("back"), {});
  EXPECT_TRUE(until([&] { return !member.publications.empty(); }, [&] { member.turn(); }));
}

TEST(ZmqBus, LocalCommandsOverAPrivateSocketFile) {
  TempDir dir;
  Coordinator coordinator({dir.socket("m"), dir.socket("c"), dir.socket("a")});
  Member member(coordinator.bus->endpoints().member, dir.socket("local"));
  ASSERT_TRUE(say_until_heard(member, coordinator, "over ipc"));
  auto client = ZmqClient::open(dir.socket("local"));
  ASSERT_TRUE(client);
  ASSERT_TRUE((*client)->send(bytes_of("status"), kPatienceMs));
  ASSERT_TRUE(until([&] { return !member.local.empty(); }, [&] { member.turn(); }));
  EXPECT_EQ(member.local[0].second, "status");
  member.bus->to_local(member.local[0].first, bytes_of("in step"));
  EXPECT_EQ(text_of((*client)->receive(kPatienceMs).value()), "in step");
  for (const char* name : {"m", "c", "a", "local"}) {
    struct stat status {};
    ASSERT_EQ(::stat(dir.path(name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST(ZmqBus, OneTalkativeAdminDoesNotStarveMembers) {
  Coordinator coordinator;
  Member member(coordinator.bus->endpoints().member);
  ASSERT_TRUE(say_until_heard(member, coordinator, "first"));
  auto client = ZmqClient::open(coordinator.bus->endpoints().admin);
  ASSERT_TRUE(client);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE((*client)->send(bytes_of("x"), kPatienceMs));
  member.bus->to_coordinator(bytes_of("second"));
  const auto heard_member = [&] { return coordinator.members.back().second == "second"; };
  const auto turn_once = [&] {
    const std::size_t before = coordinator.admins.size();
    coordinator.turn();
    EXPECT_LE(coordinator.admins.size() - before, 256U) << "a turn takes a bounded number";
  };
  EXPECT_TRUE(
      until([&] { return heard_member() && coordinator.admins.size() == 1000; }, turn_once));
}

}  // namespace
}  // namespace groupctl
