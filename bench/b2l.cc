// B2l: from the submit of a command until its ledger is closed: the last of N members has
// acknowledged it, and who watches the command is told so. At 200 commands a second, with members
// that only listen.
#include <chrono>

#include "bench/closing.h"
#include "bench/latency.h"
#include "bench/submit.h"
#include "bench/swarm_process.h"
#include "bench/works.h"

namespace groupctl::bench {
namespace {

constexpr std::chrono::milliseconds kBetween(5);
constexpr std::uint64_t kCommands = 2000;

Result<std::vector<double>> measure(Bench& bench, Security security) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir, security);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto client = coordinator->admin().open();
  if (!client) return tl::unexpected<Error>(client.error());
  auto swarm = SwarmProcess::joined(bench, *coordinator, **client, dir + ".swarm.log");
  if (!swarm) return tl::unexpected<Error>(swarm.error());
  if (auto told = swarm->only_listen(); !told) return tl::unexpected<Error>(told.error());
  const std::uint64_t seed = bench.fresh_seeds(1);
  Pcg pcg(seed);
  return time_commands(**client, [&](const RequestId& id) { return make_submit(id, pcg); },
                       {bench.scaled(kCommands), kBetween, seed});
}

}  // namespace

Result<Cases> run_b2l(Bench& bench) {
  const std::string members = "N = " + std::to_string(bench.latency_members);
  Cases rows;
  for (const char* percentile : {", p50", ", p99"}) {
    rows.push_back({"B2l", members + percentile + ", keys; limit: open", "us", true});
    rows.push_back({"B2l", members + percentile + ", open", "us", true});
  }
  for (int i = 0; i < bench.repetitions; ++i) {
    auto keys = measure(bench, Security::kKeys);
    if (!keys) return tl::unexpected<Error>(keys.error());
    auto open = measure(bench, Security::kOpen);
    if (!open) return tl::unexpected<Error>(open.error());
    std::size_t row = 0;
    for (const unsigned percent : {50U, 99U}) {
      const double without = percentile_us(*open, percent);
      rows[row++].add(percentile_us(*keys, percent), without);
      rows[row++].add(without);
    }
  }
  return rows;
}

}  // namespace groupctl::bench
