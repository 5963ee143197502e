// B2: commands that are durable, published, received and acknowledged by all members, as the
// coordinator knows it; beside a bare publisher of the same bytes that nobody acknowledges. With
// keys and without, one after the other, so that the price of keys is a ratio of one run. Members
// that only listen leave the machine to the coordinator; those that apply what comes are real.
#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <vector>

#include "bench/acknowledged.h"
#include "bench/fan_out.h"
#include "bench/log_shape.h"
#include "bench/process_figures.h"
#include "bench/real_member.h"
#include "bench/swarm_process.h"
#include "bench/works.h"
#include "bench/zmq_limit.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kFanOutWindow = 1024;
constexpr std::uint64_t kCommandsTimesListeners = 4000000;
constexpr std::uint64_t kCommandsTimesMembers = 500000;
constexpr std::uint64_t kRealMembers = 10;
constexpr std::uint64_t kRealCommands = 50000;
// Of N = 100 and more, of the limit.
constexpr double kGoalWithKeys = 0.75;
constexpr double kGoalOpen = 0.8;
constexpr std::uint64_t kManyMembers = 100;

/// What runs while commands are sent, and ends with this.
struct Members {
  std::optional<SwarmProcess> swarm;
  std::vector<Child> real;
};

struct Fleet {
  std::uint64_t members;
  std::uint64_t commands;
  std::function<Status(Bench&, const CoordinatorProcess&, const std::string& dir, Members&)> start;
  bool listens = false;  ///< once all are in step
};

struct FanOut {
  double per_second = 0;
  double cpu_us = 0;  ///< of the coordinator, a command
};

Result<FanOut> fan_out(Bench& bench, const CoordinatorProcess& coordinator, const Fleet& fleet,
                       Members& members) {
  auto client = coordinator.admin().open();
  if (!client) return tl::unexpected<Error>(client.error());
  // Each join is an entry.
  auto joined = wait_acknowledged(**client, fleet.members, Sequence(fleet.members));
  if (!joined) return tl::unexpected<Error>(joined.error());
  if (fleet.listens) {
    if (auto told = members.swarm->only_listen(); !told) return tl::unexpected<Error>(told.error());
  }
  const std::uint64_t commands = bench.scaled(fleet.commands);
  auto cpu_before = cpu_seconds(coordinator.pid());
  if (!cpu_before) return tl::unexpected<Error>(cpu_before.error());
  auto seconds = fan_out_seconds(coordinator.admin(), fleet.members, commands, kFanOutWindow,
                                 bench.fresh_seeds(1));
  if (!seconds) return tl::unexpected<Error>(seconds.error());
  auto cpu_after = cpu_seconds(coordinator.pid());
  if (!cpu_after) return tl::unexpected<Error>(cpu_after.error());
  const auto count = static_cast<double>(commands);
  return FanOut{count / *seconds, (*cpu_after - *cpu_before) * kMicroseconds / count};
}

/// The rate is added to `into` with the limit for the bytes that they were.
Result<FanOut> measure(Bench& bench, const Fleet& fleet, Security security, Case& into) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir, security);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  FanOut run;
  {
    Members members;
    if (auto started = fleet.start(bench, *coordinator, dir, members); !started) {
      return tl::unexpected<Error>(started.error());
    }
    auto measured = fan_out(bench, *coordinator, fleet, members);
    if (!measured) return tl::unexpected<Error>(measured.error());
    run = *measured;
  }
  coordinator->stop();
  auto shape = read_log_shape(coordinator->log_dir());
  if (!shape) return tl::unexpected<Error>(shape.error());
  auto limit =
      published_bytes_per_second(fleet.members, static_cast<std::uint64_t>(shape->bytes), security);
  if (!limit) return tl::unexpected<Error>(limit.error());
  into.add(run.per_second, *limit / shape->bytes_an_entry());
  return run;
}

Status start_swarm(std::uint64_t count, const Bench& bench, const CoordinatorProcess& coordinator,
                   const std::string& dir, Members& members) {
  auto swarm = SwarmProcess::open(bench.swarm(), coordinator, count, dir + ".swarm.log");
  if (!swarm) return tl::unexpected<Error>(swarm.error());
  members.swarm.emplace(*std::move(swarm));
  return members.swarm->start_members();
}

Status start_real(Bench& bench, const CoordinatorProcess& coordinator, const std::string& dir,
                  Members& members) {
  auto started = RealMembers::started(bench, coordinator, dir + "-", kRealMembers);
  if (!started) return tl::unexpected<Error>(started.error());
  members.real = *std::move(started);
  return {};
}

/// The same with keys and without, and the ratio of the two.
Result<Cases> measure_both(Bench& bench, const Fleet& fleet, const std::string& what) {
  Case keys{"B2", what + ", keys", "commands/s"};
  Case open{"B2", what + ", open", "commands/s"};
  Case price{"B2", what + ", keys; limit: open", "commands/s"};
  Case cpu{"B2", what + ", CPU of the coordinator, keys; limit: open", "us", true};
  if (fleet.listens && fleet.members >= kManyMembers) {
    keys.goal = Goal{Goal::Of::kRatio, kGoalWithKeys};
    open.goal = Goal{Goal::Of::kRatio, kGoalOpen};
  }
  for (int i = 0; i < bench.repetitions; ++i) {
    auto with = measure(bench, fleet, Security::kKeys, keys);
    if (!with) return tl::unexpected<Error>(with.error());
    auto without = measure(bench, fleet, Security::kOpen, open);
    if (!without) return tl::unexpected<Error>(without.error());
    price.add(with->per_second, without->per_second);
    cpu.add(with->cpu_us, without->cpu_us);
  }
  return Cases{std::move(keys), std::move(open), std::move(price), std::move(cpu)};
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
  for (const std::uint64_t count : bench.fan_outs) {
    const auto swarm = [count](Bench& of, const CoordinatorProcess& coordinator,
                               const std::string& dir, Members& members) {
      return start_swarm(count, of, coordinator, dir, members);
    };
    const Fleet listeners{count, kCommandsTimesListeners / count, swarm, true};
    if (auto done = add(listeners, " that listen"); !done) {
      return tl::unexpected<Error>(done.error());
    }
    const Fleet cores{count, kCommandsTimesMembers / count, swarm};
    if (auto done = add(cores, " in memory"); !done) {
      return tl::unexpected<Error>(done.error());
    }
  }
  const Fleet real{kRealMembers, kRealCommands, start_real};
  if (auto done = add(real, " group-members on LMDB"); !done) {
    return tl::unexpected<Error>(done.error());
  }
  return all;
}

}  // namespace groupctl::bench
