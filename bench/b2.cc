// B2: commands that are durable, published, received and acknowledged by all members, as the
// coordinator knows it; beside a bare publisher of the same bytes that nobody acknowledges. With
// keys and without, one after the other, so that the price of keys is a ratio of one run.
#include <algorithm>
#include <functional>
#include <iterator>
#include <variant>

#include "bench/acknowledged.h"
#include "bench/append_client.h"
#include "bench/log_shape.h"
#include "bench/real_member.h"
#include "bench/swarm_process.h"
#include "bench/works.h"
#include "bench/zmq_limit.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kFanOutWindow = 1024;
constexpr std::uint64_t kCommandsTimesMembers = 2000000;
constexpr std::uint64_t kRealMembers = 10;
constexpr std::uint64_t kRealCommands = 50000;
// Of N = 100 and more, of the limit.
constexpr double kGoalWithKeys = 0.75;
constexpr double kGoalOpen = 0.8;
constexpr std::uint64_t kManyMembers = 100;

using Seconds = std::chrono::duration<double>;

/// The members run; every one is in step before the first command.
Result<double> commands_per_second(Bench& bench, const CoordinatorProcess& coordinator,
                                   std::uint64_t members, std::uint64_t commands) {
  auto client = coordinator.admin().open();
  if (!client) return tl::unexpected<Error>(client.error());
  // Each join is an entry.
  auto joined = wait_acknowledged(**client, members, Sequence(members));
  if (!joined) return tl::unexpected<Error>(joined.error());
  auto run = run_appends(coordinator.admin(), commands, kFanOutWindow, bench.fresh_seeds(1));
  if (!run) return tl::unexpected<Error>(run.error());
  auto acknowledged = wait_acknowledged(**client, members, run->last);
  if (!acknowledged) return tl::unexpected<Error>(acknowledged.error());
  const Seconds took = std::chrono::steady_clock::now() - run->begin;
  return static_cast<double>(commands) / took.count();
}

/// What runs while commands are sent, and ends with this.
using Members = std::variant<SwarmProcess, std::vector<Child>>;
using StartMembers =
    std::function<Result<Members>(Bench&, const CoordinatorProcess&, const std::string& dir)>;

struct Fleet {
  std::uint64_t members;
  std::uint64_t commands;
  StartMembers start;
};

/// Commands a second, added to `into` with the limit for the bytes that they were.
Result<double> measure(Bench& bench, const Fleet& fleet, Security security, Case& into) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir, security);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  double rate = 0;
  {
    auto members = fleet.start(bench, *coordinator, dir);
    if (!members) return tl::unexpected<Error>(members.error());
    auto measured =
        commands_per_second(bench, *coordinator, fleet.members, bench.scaled(fleet.commands));
    if (!measured) return tl::unexpected<Error>(measured.error());
    rate = *measured;
  }
  coordinator->stop();
  auto shape = read_log_shape(coordinator->log_dir());
  if (!shape) return tl::unexpected<Error>(shape.error());
  auto limit =
      published_bytes_per_second(fleet.members, static_cast<std::uint64_t>(shape->bytes), security);
  if (!limit) return tl::unexpected<Error>(limit.error());
  into.add(rate, *limit / shape->bytes_an_entry());
  return rate;
}

Result<Members> start_swarm(std::uint64_t members, const Bench& bench,
                            const CoordinatorProcess& coordinator, const std::string& dir) {
  auto swarm = SwarmProcess::open(bench.swarm(), coordinator, members, dir + ".swarm.log");
  if (!swarm) return tl::unexpected<Error>(swarm.error());
  if (auto started = swarm->start_members(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return Members(*std::move(swarm));
}

Result<Members> start_real(Bench& bench, const CoordinatorProcess& coordinator,
                           const std::string& dir) {
  std::vector<std::string> names;
  for (std::uint64_t i = 1; i <= kRealMembers; ++i) names.push_back("member-" + std::to_string(i));
  RealMembers real(bench.member(), coordinator, dir + "-");
  if (auto in = real.let_in(names); !in) return tl::unexpected<Error>(in.error());
  std::vector<Child> members;
  for (const std::string& name : names) {
    auto member = real.start(name);
    if (!member) return tl::unexpected<Error>(member.error());
    members.push_back(*std::move(member));
  }
  return Members(std::move(members));
}

/// The same with keys and without, and the ratio of the two.
Result<Cases> measure_both(Bench& bench, const Fleet& fleet, const std::string& what) {
  Case keys{"B2", what + ", keys", "commands/s"};
  Case open{"B2", what + ", open", "commands/s"};
  Case price{"B2", what + ", keys; limit: open", "commands/s"};
  if (fleet.members >= kManyMembers) {
    keys.goal = Goal{Goal::Of::kRatio, kGoalWithKeys};
    open.goal = Goal{Goal::Of::kRatio, kGoalOpen};
  }
  for (int i = 0; i < bench.repetitions; ++i) {
    auto with = measure(bench, fleet, Security::kKeys, keys);
    if (!with) return tl::unexpected<Error>(with.error());
    auto without = measure(bench, fleet, Security::kOpen, open);
    if (!without) return tl::unexpected<Error>(without.error());
    price.add(*with, *without);
  }
  return Cases{std::move(keys), std::move(open), std::move(price)};
}

}  // namespace

Result<Cases> run_b2(Bench& bench) {
  Cases all;
  const auto add = [&](const Fleet& fleet, const std::string& what) -> Status {
    auto cases = measure_both(bench, fleet, "N = " + std::to_string(fleet.members) + what);
    if (!cases) return tl::unexpected<Error>(cases.error());
    std::move(cases->begin(), cases->end(), std::back_inserter(all));
    return {};
  };
  for (const std::uint64_t members : bench.fan_outs) {
    const StartMembers swarm = [members](Bench& of, const CoordinatorProcess& coordinator,
                                         const std::string& dir) {
      return start_swarm(members, of, coordinator, dir);
    };
    const Fleet fleet{members, kCommandsTimesMembers / members, swarm};
    if (auto done = add(fleet, ", in one process"); !done) {
      return tl::unexpected<Error>(done.error());
    }
  }
  if (auto done = add({kRealMembers, kRealCommands, start_real}, ", group-members on LMDB");
      !done) {
    return tl::unexpected<Error>(done.error());
  }
  return all;
}

}  // namespace groupctl::bench
