// Thousands of connections that never become anything, and a group that is served beside them.
#include <gtest/gtest.h>

#include <zmq.hpp>

#include "daemon/random.h"
#include "tests/process/harness_flood.h"
#include "tests/process/harness_group.h"
#include "wire/zmq_client.h"

namespace groupctl::process_test {
namespace {

constexpr std::uint64_t kMostGrowthInAFlood = std::uint64_t{300} << 20;
constexpr std::size_t kPlaneCount = 3;
constexpr const char* kMechanism = "CURVE";

/// Hostile peers are on other machines: here they take what the coordinator leaves.
constexpr int kNiceness = 15;
constexpr std::uint64_t kServedMs = 60'000;

std::string local_door(const Group& group) {
  return "ipc://" + (group.state_dir() / "groups" / group.name() / "admin.sock").string();
}

/// What of this many is at each plane.
std::size_t part_of(std::size_t all) { return all / kPlaneCount + 1; }

/// So many peers of each kind, at all planes; one that was closed comes again.
std::vector<std::unique_ptr<Flood>> flood(const Group& group, std::size_t of_each,
                                          const std::vector<Hostility>& kinds) {
  std::vector<std::unique_ptr<Flood>> floods;
  int from = 0;
  for (const char* plane : {"member", "command", "admin"}) {
    const TcpAddress at = address_of(group.endpoint(plane));
    for (const Hostility kind : kinds) {
      const FloodOptions options{
          kind, part_of(of_each), kMechanism, true, "127.0.1." + std::to_string(++from), kNiceness};
      floods.push_back(std::make_unique<Flood>(at, options));
    }
  }
  return floods;
}

/// The most memory that the coordinator had at any look.
class Peak {
 public:
  explicit Peak(Group& group) : process_(group.coordinator()), before_(process_.private_memory()) {}
  void look() { most_ = std::max(most_, process_.private_memory()); }
  std::uint64_t growth() const { return most_ > before_ ? most_ - before_ : 0; }

 private:
  Process& process_;
  const std::uint64_t before_;
  std::uint64_t most_ = 0;
};

/// By its own word: asking the coordinator would be one more connection each time.
bool is_in_step(Group& group, const std::string& name) {
  const auto status = group.member(name).status();
  return status && status->value("phase", "") == "in_step";
}

/// Times are for people: the flood takes most of this machine.
void expect_served(Group& group, const std::string& newcomer, Peak& peak) {
  const std::uint64_t began = now_ms();
  group.start_member(newcomer);
  EXPECT_TRUE(eventually(
      [&] {
        peak.look();
        return is_in_step(group, newcomer);
      },
      kServedMs))
      << newcomer;
  const std::uint64_t joined = now_ms();
  EXPECT_TRUE(eventually(
      [&] {
        return group.ctl({"set", "k=" + newcomer}).exit_code == 0;
      },
      kServedMs))
      << "by TCP, with a key";
  const std::uint64_t set = now_ms();
  EXPECT_EQ(group.ctl_at(local_door(group), {"status"}).exit_code, 0);
  const std::uint64_t asked = now_ms();
  peak.look();
  std::cout << "joined after " << joined - began << " ms, set after " << set - joined
            << " ms, asked by ipc after " << asked - set << " ms, memory grew by "
            << (peak.growth() >> 20) << " MiB\n";
}

TEST(HostileLoad, F37_IdleAndHalfOpenConnectionsKeepNobodyOut) {
  Group group;
  ASSERT_TRUE(group.start_coordinator({{"--heartbeat", "2s"}}));
  group.start_members({"m1"});
  Peak peak(group);
  auto floods = flood(group, 4000, {Hostility::kIdle, Hostility::kGreeting});
  for (const auto& one : floods) {
    ASSERT_TRUE(eventually([&] { return one->closed() + one->held() > part_of(4000); }));
  }
  for (const char* newcomer : {"m2", "m3"}) expect_served(group, newcomer, peak);
  floods.clear();
  group.expect_converged({"m1", "m2", "m3"});
  EXPECT_LT(peak.growth(), kMostGrowthInAFlood);
  EXPECT_NE(group.logged("connections were ended"), 0U);
}

TEST(HostileLoad, F37_UnfinishedFramesCostABoundedMemory) {
  Group group;
  ASSERT_TRUE(group.start_coordinator({{"--heartbeat", "2s"}}));
  group.start_members({"m1"});
  Peak peak(group);
  auto floods = flood(group, 4000, {Hostility::kHalfFrame, Hostility::kGiantFrame});
  for (const auto& one : floods) {
    ASSERT_TRUE(eventually([&] { return one->closed() + one->held() > part_of(4000); }));
  }
  for (const char* newcomer : {"m2", "m3"}) expect_served(group, newcomer, peak);
  EXPECT_LT(peak.growth(), kMostGrowthInAFlood);
}

TEST(HostileLoad, F35_GiantFramesAreDroppedOnEveryPlane) {
  constexpr std::size_t kPeers = 300;
  constexpr std::uint64_t kMostOfEach = std::uint64_t{1} << 20;
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  for (const char* plane : {"member", "command", "admin"}) {
    Peak peak(group);
    const Flood giants(address_of(group.endpoint(plane)),
                       {Hostility::kGiantFrame, kPeers, kMechanism});
    EXPECT_TRUE(eventually([&] {
      peak.look();
      return giants.closed() == kPeers;
    })) << plane;
    // All of them together cost less than one may.
    EXPECT_LT(peak.growth(), kMostOfEach * 16) << plane;
    std::cout << plane << ": " << (peak.growth() >> 10) << " KiB for " << kPeers << " peers\n";
  }
  auto member = ZmqClient::open(group.endpoint("member"), group.keys_of("m9"));
  ASSERT_TRUE(member);
  ASSERT_TRUE((*member)->send(Bytes(1 << 20, 1), kServedMs));
  EXPECT_EQ((*member)->receive(kServedMs).error().code, ErrorCode::kUnreachable)
      << "a member's key does not help";
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  group.expect_converged({"m1"});
}

/// libzmq counts whole messages: one without an end is never counted.
TEST(HostileLoad, F35_WhoseMessageHasNoEndIsCutOff) {
  Group group("shop", Group::Keys::kOpen);
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});
  const std::vector<std::pair<const char*, EndlessMessage>> planes = {
      {"member", {}}, {"command", {"SUB", 256}}, {"admin", {}}};
  for (const auto& [plane, message] : planes) {
    Peak peak(group);
    const std::size_t said = say_without_end(address_of(group.endpoint(plane)), message);
    peak.look();
    EXPECT_LT(said, message.most) << plane << " takes all";
    EXPECT_LT(peak.growth(), kMostGrowthInAFlood) << plane;
    std::cout << plane << ": ended after " << (said >> 10) << " KiB\n";
  }
  EXPECT_EQ(group.logged("connections were ended", "no end to its messages"), 3U);
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0);
  group.expect_converged({"m1"});
}

/// A subscriber of very many topics, with a member's key.
class GreedySubscriber {
 public:
  GreedySubscriber(const Group& group, const std::string& name, std::size_t topics)
      : socket_(context_, zmq::socket_type::sub) {
    constexpr std::size_t kTopicBytes = 200;
    const ClientKeys keys = group.keys_of(name);
    const auto buffer = [](const auto& key) {
      return zmq::const_buffer(key.bytes.data(), key.bytes.size());
    };
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::curve_serverkey, buffer(keys.server));
    socket_.set(zmq::sockopt::curve_publickey, buffer(keys.own.public_key));
    socket_.set(zmq::sockopt::curve_secretkey, buffer(keys.own.secret_key));
    for (std::size_t i = 0; i < topics; ++i) {
      std::string topic = std::to_string(random_number());
      while (topic.size() < kTopicBytes) topic += topic;
      socket_.set(zmq::sockopt::subscribe, topic.substr(0, kTopicBytes));
    }
    socket_.connect(group.endpoint("command"));
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
};

TEST(HostileLoad, F37_ASubscriberOfAHundredThousandTopicsIsCutOff) {
  constexpr std::size_t kTopics = 100'000;
  constexpr std::uint64_t kMost = std::uint64_t{32} << 20;
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  Peak peak(group);
  const GreedySubscriber greedy(group, "m9", kTopics);
  // By what is read of it, or by what is not read yet, whichever is noticed first.
  const auto said = [&group](const char* why) { return group.logged("plane=command", why); };
  EXPECT_TRUE(eventually([&] {
    peak.look();
    return said("too many messages") + said("no end to its messages") != 0;
  }));
  // It comes back, and is cut off again.
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(group.ctl({"set", "k=" + std::to_string(i)}).exit_code, 0);
    peak.look();
  }
  group.expect_converged({"m1", "m2"});
  peak.look();
  EXPECT_LT(peak.growth(), kMost);
  EXPECT_LE(said("too many messages"), 1U) << "said once a minute";
  EXPECT_LE(said("no end to its messages"), 1U);
  std::cout << "memory grew by " << (peak.growth() >> 10) << " KiB\n";
}

}  // namespace
}  // namespace groupctl::process_test
