// B4: a coordinator with a long log is killed; from the start of its process to its first durable
// reply, beside opening the same LMDB environment and reading its head.
#include "bench/lmdb_limit.h"
#include "bench/works.h"

namespace groupctl::bench {
namespace {

constexpr double kGoalUs = 50000;

}  // namespace

Result<Cases> run_b4(Bench& bench) {
  auto log = bench.long_log();
  if (!log) return tl::unexpected<Error>(log.error());
  LongLog& long_log = **log;
  Case one{"B4", "killed, to a reply, " + std::to_string(long_log.entries()) + " entries", "us",
           true, Goal{Goal::Of::kValue, kGoalUs}};
  for (int i = 0; i < bench.repetitions; ++i) {
    long_log.coordinator().kill();
    auto limit = lmdb_open_seconds(long_log.coordinator().log_dir());
    if (!limit) return tl::unexpected<Error>(limit.error());
    auto took = long_log.start_again();
    if (!took) return tl::unexpected<Error>(took.error());
    one.add(*took * kMicroseconds, *limit * kMicroseconds);
  }
  return Cases{std::move(one)};
}

}  // namespace groupctl::bench
