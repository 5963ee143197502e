// B3: members that were away fetch what they missed from the log; beside a bare ROUTER that hands
// out the same bytes, and a cursor over the same log. Then the same with a client at work.
#include <algorithm>
#include <chrono>
#include <thread>

#include "bench/append_client.h"
#include "bench/latency.h"
#include "bench/lmdb_limit.h"
#include "bench/log_shape.h"
#include "bench/paced_client.h"
#include "bench/swarm_process.h"
#include "bench/works.h"
#include "bench/zmq_limit.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kEntries = 100000;
constexpr std::uint64_t kCatchUpWindow = 512;
constexpr std::uint64_t kAtOnce = 20;
constexpr std::chrono::seconds kQuiet(2);  // with a client at work, and nobody catching up

/// A group with members that can be sent away and called back.
struct Scene {
  Bench& bench;
  CoordinatorProcess coordinator;
  std::uint64_t members;
  SwarmProcess swarm;

  static Result<Scene> make(Bench& bench, std::uint64_t members) {
    const std::string dir = bench.fresh_dir();
    auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
    if (!coordinator) return tl::unexpected<Error>(coordinator.error());
    auto swarm = SwarmProcess::open(bench.swarm(), *coordinator, members, dir + ".swarm.log");
    if (!swarm) return tl::unexpected<Error>(swarm.error());
    if (auto started = swarm->start_members(); !started) {
      return tl::unexpected<Error>(started.error());
    }
    // Each join is an entry.
    auto joined = swarm->wait(Sequence(members));
    if (!joined) return tl::unexpected<Error>(joined.error());
    return Scene{bench, *std::move(coordinator), members, *std::move(swarm)};
  }

  /// All members go away, and the log grows: its last sequence.
  Result<Sequence> fall_behind() {
    if (auto gone = swarm.stop_members(); !gone) return tl::unexpected<Error>(gone.error());
    auto run = run_appends(coordinator.admin(), bench.scaled(kEntries), kCatchUpWindow,
                           bench.fresh_seeds(1));
    if (!run) return tl::unexpected<Error>(run.error());
    return run->last;
  }
  /// Entries a second of all together, from the first welcome until the last has it all.
  Result<double> catch_up(Sequence last) {
    if (auto back = swarm.start_members(); !back) return tl::unexpected<Error>(back.error());
    auto seconds = swarm.wait(last);
    if (!seconds) return tl::unexpected<Error>(seconds.error());
    return static_cast<double>(bench.scaled(kEntries) * members) / *seconds;
  }
};

struct Limits {
  double router = 0;  ///< entries a second
  double cursor = 0;
};

Result<Limits> measure_limits(Scene& scene) {
  if (auto gone = scene.swarm.stop_members(); !gone) return tl::unexpected<Error>(gone.error());
  scene.coordinator.stop();
  auto shape = read_log_shape(scene.coordinator.log_dir());
  if (!shape) return tl::unexpected<Error>(shape.error());
  auto cursor = lmdb_read_bytes_per_second(scene.coordinator.log_dir());
  if (!cursor) return tl::unexpected<Error>(cursor.error());
  auto router = BareRouter::open(scene.bench.bare_router(), scene.bench.fresh_dir() + ".log");
  if (!router) return tl::unexpected<Error>(router.error());
  if (auto there = router->connect(scene.members); !there) {
    return tl::unexpected<Error>(there.error());
  }
  const double bytes = shape->bytes_an_entry() * static_cast<double>(scene.bench.scaled(kEntries));
  auto fetched = router->fetched_bytes_per_second(static_cast<std::uint64_t>(bytes));
  if (!fetched) return tl::unexpected<Error>(fetched.error());
  return Limits{*fetched / shape->bytes_an_entry(), *cursor / shape->bytes_an_entry()};
}

Result<double> stop_for_p99(PacedClient& client) {
  auto took = client.stop();
  if (!took) return tl::unexpected<Error>(took.error());
  if (took->empty()) return fail(ErrorCode::kTimeout, "nothing was submitted meanwhile");
  return percentile_us(*std::move(took), 99);
}

/// Replies to a client at work: while all members catch up, beside while none does.
Status measure_latency(Scene& scene, Case& into) {
  PacedClient quiet(scene.coordinator.admin(), scene.bench.fresh_seeds(1));
  std::this_thread::sleep_for(kQuiet * std::min(scene.bench.scale, 1.0));
  auto without = stop_for_p99(quiet);
  if (!without) return tl::unexpected<Error>(without.error());
  auto last = scene.fall_behind();
  if (!last) return tl::unexpected<Error>(last.error());
  PacedClient busy(scene.coordinator.admin(), scene.bench.fresh_seeds(1));
  if (auto rate = scene.catch_up(*last); !rate) return tl::unexpected<Error>(rate.error());
  auto during = stop_for_p99(busy);
  if (!during) return tl::unexpected<Error>(during.error());
  into.add(*during, *without);
  return {};
}

struct Rows {
  Case one{"B3", "catch-up, 1 member", "entries/s", false, Goal{Goal::Of::kRatio, 0.5}};
  Case cursor{"B3", "bare cursor over the same log", "entries/s"};
  Case many{"B3", "catch-up, 20 members in all", "entries/s", false, Goal{Goal::Of::kValue, 1.5e6}};
  Case latency{"B3", "p99 of replies beside it, limit: without", "us", true,
               Goal{Goal::Of::kRatio, 1.5}};
};

Status measure_one(Bench& bench, Rows& rows) {
  auto scene = Scene::make(bench, 1);
  if (!scene) return tl::unexpected<Error>(scene.error());
  auto last = scene->fall_behind();
  if (!last) return tl::unexpected<Error>(last.error());
  auto rate = scene->catch_up(*last);
  if (!rate) return tl::unexpected<Error>(rate.error());
  auto limits = measure_limits(*scene);
  if (!limits) return tl::unexpected<Error>(limits.error());
  rows.one.add(*rate, limits->router);
  rows.cursor.add(limits->cursor);
  return {};
}

Status measure_many(Bench& bench, Rows& rows) {
  auto scene = Scene::make(bench, kAtOnce);
  if (!scene) return tl::unexpected<Error>(scene.error());
  auto last = scene->fall_behind();
  if (!last) return tl::unexpected<Error>(last.error());
  auto rate = scene->catch_up(*last);
  if (!rate) return tl::unexpected<Error>(rate.error());
  if (auto done = measure_latency(*scene, rows.latency); !done) return done;
  auto limits = measure_limits(*scene);
  if (!limits) return tl::unexpected<Error>(limits.error());
  rows.many.add(*rate, limits->router);
  return {};
}

}  // namespace

Result<Cases> run_b3(Bench& bench) {
  Rows rows;
  for (int i = 0; i < bench.repetitions; ++i) {
    if (auto done = measure_one(bench, rows); !done) return tl::unexpected<Error>(done.error());
    if (auto done = measure_many(bench, rows); !done) return tl::unexpected<Error>(done.error());
  }
  return Cases{std::move(rows.one), std::move(rows.cursor), std::move(rows.many),
               std::move(rows.latency)};
}

}  // namespace groupctl::bench
