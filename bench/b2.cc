// B2: commands that are durable, published, received and acknowledged by all members, as the
// coordinator knows it; beside a bare publisher of the same bytes that nobody acknowledges.
#include <algorithm>

#include "bench/acknowledged.h"
#include "bench/append_client.h"
#include "bench/log_shape.h"
#include "bench/swarm_process.h"
#include "bench/works.h"
#include "bench/zmq_limit.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kFanOutWindow = 1024;
constexpr std::uint64_t kCommandsTimesMembers = 2000000;
constexpr std::uint64_t kRealMembers = 10;
constexpr std::uint64_t kRealCommands = 50000;
constexpr double kGoalForMany = 0.8;  // of N = 100 and more
constexpr std::uint64_t kManyMembers = 100;

using Seconds = std::chrono::duration<double>;

/// The members run; every one is in step before the first command.
Result<double> commands_per_second(Bench& bench, const CoordinatorProcess& coordinator,
                                   std::uint64_t members, std::uint64_t commands) {
  auto client = ZmqClient::open(coordinator.admin_endpoint());
  if (!client) return tl::unexpected<Error>(client.error());
  // Each join is an entry.
  auto joined = wait_acknowledged(**client, members, Sequence(members));
  if (!joined) return tl::unexpected<Error>(joined.error());
  auto run =
      run_appends(coordinator.admin_endpoint(), commands, kFanOutWindow, bench.fresh_seeds(1));
  if (!run) return tl::unexpected<Error>(run.error());
  auto acknowledged = wait_acknowledged(**client, members, run->last);
  if (!acknowledged) return tl::unexpected<Error>(acknowledged.error());
  const Seconds took = std::chrono::steady_clock::now() - run->begin;
  return static_cast<double>(commands) / took.count();
}

/// What has been measured, and the limit for the bytes that it was.
Status add_with_limit(double rate, CoordinatorProcess& coordinator, std::uint64_t members,
                      Case& into) {
  coordinator.stop();
  auto shape = read_log_shape(coordinator.log_dir());
  if (!shape) return tl::unexpected<Error>(shape.error());
  auto limit = published_bytes_per_second(members, static_cast<std::uint64_t>(shape->bytes));
  if (!limit) return tl::unexpected<Error>(limit.error());
  into.add(rate, *limit / shape->bytes_an_entry());
  return {};
}

Status measure_swarm(Bench& bench, Case& into) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  double rate = 0;
  {
    auto swarm = SwarmProcess::open(bench.swarm(), *coordinator, bench.fan_out, dir + ".swarm.log");
    if (!swarm) return tl::unexpected<Error>(swarm.error());
    if (auto started = swarm->start_members(); !started) return started;
    const std::uint64_t commands = bench.scaled(kCommandsTimesMembers / bench.fan_out);
    auto measured = commands_per_second(bench, *coordinator, bench.fan_out, commands);
    if (!measured) return tl::unexpected<Error>(measured.error());
    rate = *measured;
  }
  return add_with_limit(rate, *coordinator, bench.fan_out, into);
}

Result<std::vector<Child>> start_members(const Bench& bench, const CoordinatorProcess& coordinator,
                                         const std::string& dir) {
  std::vector<Child> members;
  for (std::uint64_t i = 1; i <= kRealMembers; ++i) {
    const std::string name = "member-" + std::to_string(i);
    auto member = Child::start(
        {bench.member(), "run", "--group", std::string(kGroup), "--name", name, "--coordinator",
         coordinator.member_endpoint(), "--state-dir", dir + "-" + name, "--root",
         dir + "-" + name + "-root", "--scan-interval", "0s"},
        dir + "-" + name + ".log");
    if (!member) return tl::unexpected<Error>(member.error());
    members.push_back(*std::move(member));
  }
  return members;
}

Status measure_real(Bench& bench, Case& into) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  double rate = 0;
  {
    auto members = start_members(bench, *coordinator, dir);
    if (!members) return tl::unexpected<Error>(members.error());
    auto measured =
        commands_per_second(bench, *coordinator, kRealMembers, bench.scaled(kRealCommands));
    if (!measured) return tl::unexpected<Error>(measured.error());
    rate = *measured;
  }
  return add_with_limit(rate, *coordinator, kRealMembers, into);
}

}  // namespace

Result<Cases> run_b2(Bench& bench) {
  Case swarm{"B2", "N = " + std::to_string(bench.fan_out) + ", members in one process",
             "commands/s"};
  if (bench.fan_out >= kManyMembers) swarm.goal = Goal{Goal::Of::kRatio, kGoalForMany};
  Case real{"B2", "N = 10, group-members on LMDB", "commands/s"};
  for (int i = 0; i < bench.repetitions; ++i) {
    if (auto done = measure_swarm(bench, swarm); !done) return tl::unexpected<Error>(done.error());
    if (auto done = measure_real(bench, real); !done) return tl::unexpected<Error>(done.error());
  }
  return Cases{std::move(swarm), std::move(real)};
}

}  // namespace groupctl::bench
