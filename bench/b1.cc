// B1: durable ordered append, every reply awaited, beside bare LMDB at the batch size that arose.
#include <algorithm>
#include <cmath>

#include "bench/append_client.h"
#include "bench/lmdb_limit.h"
#include "bench/log_shape.h"
#include "bench/works.h"

namespace groupctl::bench {
namespace {

constexpr double kLimitSeconds = 2;

struct Work {
  std::uint64_t window;
  std::uint64_t commands;
};

Status measure(Bench& bench, const Work& work, Case& into) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto run = run_appends(coordinator->admin(), bench.scaled(work.commands), work.window,
                         bench.fresh_seeds(1));
  if (!run) return tl::unexpected<Error>(run.error());
  coordinator->stop();
  auto shape = read_log_shape(coordinator->log_dir());
  if (!shape) return tl::unexpected<Error>(shape.error());
  const auto batch =
      static_cast<std::uint64_t>(std::max(1.0, std::round(shape->entries_a_frame())));
  auto limit = lmdb_appends_per_second(dir + ".limit", batch, kLimitSeconds * bench.scale);
  if (!limit) return tl::unexpected<Error>(limit.error());
  into.add(run->per_second(), *limit);
  into.name =
      "1 client, window " + std::to_string(work.window) + ", batches of " + std::to_string(batch);
  return {};
}

}  // namespace

Result<Cases> run_b1(Bench& bench) {
  Cases cases;
  for (const Work& work : {Work{1, 4000}, Work{512, 200000}}) {
    Case one{"B1", "", "commands/s", false, Goal{Goal::Of::kRatio, 0.7}};
    for (int i = 0; i < bench.repetitions; ++i) {
      if (auto done = measure(bench, work, one); !done) return tl::unexpected<Error>(done.error());
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace groupctl::bench
