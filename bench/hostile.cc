// Thousands of connections that never become anything: how long a member takes to join and replies
// take beside them, and what they cost the coordinator of memory.
#include <algorithm>
#include <chrono>
#include <thread>

#include "bench/acknowledged.h"
#include "bench/latency.h"
#include "bench/paced_client.h"
#include "bench/process_figures.h"
#include "bench/real_member.h"
#include "bench/works.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kConnections = 4000;
constexpr std::uint64_t kJoins = 5;
constexpr std::uint64_t kToComeMs = 60'000;
constexpr double kMiB = 1 << 20;
constexpr double kMostJoinSeconds = 3;
constexpr double kMostMiB = 300;

/// What it is like at one time.
struct Look {
  double join_seconds = 0;  ///< the longest
  std::vector<double> reply_seconds;
};

/// A group whose members join one by one, with a client at work.
class HostileScene {
 public:
  static Result<HostileScene> make(Bench& bench) {
    std::string dir = bench.fresh_dir();
    auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
    if (!coordinator) return tl::unexpected<Error>(coordinator.error());
    return HostileScene(bench, std::move(dir), *std::move(coordinator));
  }

  Result<Look> look() {
    RealMembers members(bench_.member(), coordinator_, dir_ + "-");
    std::vector<std::string> names;
    for (std::uint64_t i = 1; i <= kJoins; ++i) {
      names.push_back("m" + std::to_string(children_.size() + i));
    }
    if (auto in = members.let_in(names); !in) return tl::unexpected<Error>(in.error());
    PacedClient client(coordinator_.admin(), bench_.fresh_seeds(1));
    Look found;
    for (const std::string& name : names) {
      auto seconds = join(members, name);
      if (!seconds) return tl::unexpected<Error>(seconds.error());
      found.join_seconds = std::max(found.join_seconds, *seconds);
    }
    auto took = client.stop();
    if (!took) return tl::unexpected<Error>(took.error());
    found.reply_seconds = *std::move(took);
    return found;
  }

  Result<double> memory() const { return private_bytes(coordinator_.pid()); }
  /// As long as it lives, so many strangers are there.
  Result<Child> flood() const {
    auto child =
        Child::start({bench_.flood(), std::to_string(kConnections), coordinator_.member_endpoint(),
                      coordinator_.command_endpoint(), coordinator_.admin().endpoint},
                     dir_ + ".flood.log", Child::Output::kLines);
    if (!child) return child;
    if (auto there = child->hear(kToComeMs); !there) return tl::unexpected<Error>(there.error());
    return child;
  }

 private:
  HostileScene(Bench& bench, std::string dir, CoordinatorProcess coordinator)
      : bench_(bench), dir_(std::move(dir)), coordinator_(std::move(coordinator)) {}

  /// From the start of its process until the coordinator has it in step.
  Result<double> join(const RealMembers& members, const std::string& name) {
    const Clock::time_point begin = Clock::now();
    auto child = members.start(name);
    if (!child) return tl::unexpected<Error>(child.error());
    children_.push_back(*std::move(child));
    auto client = coordinator_.admin().open();
    if (!client) return tl::unexpected<Error>(client.error());
    if (auto in = wait_acknowledged(**client, children_.size(), Sequence(1)); !in) {
      return tl::unexpected<Error>(in.error());
    }
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }

  Bench& bench_;
  std::string dir_;
  CoordinatorProcess coordinator_;
  std::vector<Child> children_;
};

struct HostileRows {
  Case join{"hostile", "join beside them, limit: without", "s", true,
            Goal{Goal::Of::kValue, kMostJoinSeconds}};
  Case p50{"hostile", "p50 of replies beside them, limit: without", "us", true};
  Case p99{"hostile", "p99 of replies beside them, limit: without", "us", true};
  Case memory{"hostile", "memory that they cost", "MiB", true, Goal{Goal::Of::kValue, kMostMiB}};
};

Status measure(Bench& bench, HostileRows& rows) {
  auto scene = HostileScene::make(bench);
  if (!scene) return tl::unexpected<Error>(scene.error());
  auto quiet = scene->look();
  if (!quiet) return tl::unexpected<Error>(quiet.error());
  auto before = scene->memory();
  if (!before) return tl::unexpected<Error>(before.error());
  auto flood = scene->flood();
  if (!flood) return tl::unexpected<Error>(flood.error());
  auto beside = scene->look();
  if (!beside) return tl::unexpected<Error>(beside.error());
  auto after = scene->memory();
  if (!after) return tl::unexpected<Error>(after.error());
  rows.join.add(beside->join_seconds, quiet->join_seconds);
  rows.p50.add(percentile_us(beside->reply_seconds, 50), percentile_us(quiet->reply_seconds, 50));
  rows.p99.add(percentile_us(beside->reply_seconds, 99), percentile_us(quiet->reply_seconds, 99));
  rows.memory.add((*after - *before) / kMiB);
  return {};
}

}  // namespace

Result<Cases> run_hostile(Bench& bench) {
  HostileRows rows;
  for (int i = 0; i < bench.repetitions; ++i) {
    if (auto done = measure(bench, rows); !done) return tl::unexpected<Error>(done.error());
  }
  return Cases{std::move(rows.join), std::move(rows.p50), std::move(rows.p99),
               std::move(rows.memory)};
}

}  // namespace groupctl::bench
