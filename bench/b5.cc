// B5: what a command takes on the disk; what a connected member takes of the coordinator's memory,
// beside a peer of a bare ROUTER; what a long log takes of it after a restart.
#include "bench/acknowledged.h"
#include "bench/process_figures.h"
#include "bench/set_command.h"
#include "bench/swarm_process.h"
#include "bench/works.h"
#include "bench/zmq_limit.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kMembers = 200;
constexpr double kDiskGoal = 380;
constexpr double kMemberGoal = 45000;
constexpr double kMemoryGoal = 30e6;

Result<double> bytes_a_peer(Bench& bench, std::uint64_t peers) {
  auto router = BareRouter::open(bench.bare_router(), bench.fresh_dir() + ".log");
  if (!router) return tl::unexpected<Error>(router.error());
  if (auto first = router->connect(1); !first) return tl::unexpected<Error>(first.error());
  auto before = private_bytes(router->pid());
  if (auto others = router->connect(peers); !others) return tl::unexpected<Error>(others.error());
  auto after = private_bytes(router->pid());
  if (!before || !after) return fail(ErrorCode::kNotFound, "the bare ROUTER has ended");
  return (*after - *before) / static_cast<double>(peers);
}

Result<double> bytes_a_member(Bench& bench, std::uint64_t members) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto client = coordinator->admin().open();
  if (!client) return tl::unexpected<Error>(client.error());
  if (auto asked = wait_acknowledged(**client, 0, {}); !asked) {
    return tl::unexpected<Error>(asked.error());
  }
  auto before = private_bytes(coordinator->pid());
  auto swarm = SwarmProcess::open(bench.swarm(), *coordinator, members, dir + ".swarm.log");
  if (!swarm) return tl::unexpected<Error>(swarm.error());
  if (auto started = swarm->start_members(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  // Each join is an entry.
  if (auto joined = wait_acknowledged(**client, members, Sequence(members)); !joined) {
    return tl::unexpected<Error>(joined.error());
  }
  auto after = private_bytes(coordinator->pid());
  if (!before || !after) return fail(ErrorCode::kNotFound, "the coordinator has ended");
  return (*after - *before) / static_cast<double>(members);
}

Result<Case> measure_members(Bench& bench) {
  const std::uint64_t members = bench.scaled(kMembers);
  Case one{"B5", "memory a member, " + std::to_string(members) + " of them", "bytes", true,
           Goal{Goal::Of::kValue, kMemberGoal}};
  for (int i = 0; i < bench.repetitions; ++i) {
    auto value = bytes_a_member(bench, members);
    if (!value) return tl::unexpected<Error>(value.error());
    auto limit = bytes_a_peer(bench, members);
    if (!limit) return tl::unexpected<Error>(limit.error());
    one.add(*value, *limit);
  }
  return one;
}

}  // namespace

Result<Cases> run_b5(Bench& bench) {
  auto log = bench.long_log();
  if (!log) return tl::unexpected<Error>(log.error());
  CoordinatorProcess& coordinator = (*log)->coordinator();
  const double entries = static_cast<double>((*log)->entries());
  Case disk{"B5", "disk a command", "bytes", true, Goal{Goal::Of::kValue, kDiskGoal}};
  Case memory{"B5", "memory after a restart with them", "bytes", true,
              Goal{Goal::Of::kValue, kMemoryGoal}};
  for (int i = 0; i < bench.repetitions; ++i) {
    coordinator.kill();
    disk.add(disk_bytes(coordinator.log_dir()) / entries, static_cast<double>(kValueBytes));
    if (auto back = (*log)->start_again(); !back) return tl::unexpected<Error>(back.error());
    auto bytes = private_bytes(coordinator.pid());
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    memory.add(*bytes);
  }
  auto member = measure_members(bench);
  if (!member) return tl::unexpected<Error>(member.error());
  return Cases{std::move(disk), *std::move(member), std::move(memory)};
}

}  // namespace groupctl::bench
