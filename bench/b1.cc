// B1: durable ordered append, every reply awaited, beside bare LMDB at the batch size that arose.
// usage: bench_b1 PROGRAM DIR JSON     PROGRAM: group-coordinator; DIR: an empty folder for the
// data
#include <cmath>
#include <cstdio>
#include <string>

#include "bench/append_client.h"
#include "bench/coordinator_process.h"
#include "bench/lmdb_limit.h"
#include "bench/report.h"
#include "log/lmdb_store.h"

namespace groupctl::bench {
namespace {

constexpr int kRepetitions = 3;
constexpr double kLimitSeconds = 2;

struct Work {
  std::uint64_t window;
  std::uint64_t commands;
};

/// Entries a batch, over the whole log of a coordinator that has ended.
Result<double> mean_batch(const std::string& dir) {
  auto store = LmdbStore::open(dir + "/groups/bench/log", {});
  if (!store) return tl::unexpected<Error>(store.error());
  auto frames = (*store)->read_frames(Sequence(1), std::size_t{1} << 40);
  if (!frames) return tl::unexpected<Error>(frames.error());
  const double entries = static_cast<double>(frames->back()->header().last.value);
  return entries / static_cast<double>(frames->size());
}

Status measure(const std::string& program, const std::string& dir, const Work& work,
               std::uint64_t seed, Case& into) {
  double rate = 0;
  {
    auto coordinator = CoordinatorProcess::start(program, dir);
    if (!coordinator) return tl::unexpected<Error>(coordinator.error());
    auto run = run_appends(coordinator->admin_endpoint(), work.commands, work.window, seed);
    if (!run) return tl::unexpected<Error>(run.error());
    rate = run->per_second();
  }
  auto batch = mean_batch(dir);
  if (!batch) return tl::unexpected<Error>(batch.error());
  const auto size = static_cast<std::uint64_t>(std::max(1.0, std::round(*batch)));
  auto limit = lmdb_appends_per_second(dir + ".limit", size, kLimitSeconds);
  if (!limit) return tl::unexpected<Error>(limit.error());
  into.values.push_back(rate);
  into.limits.push_back(*limit);
  into.name =
      "1 client, window " + std::to_string(work.window) + ", batches of " + std::to_string(size);
  return {};
}

int run(const std::string& program, const std::string& dir, const std::string& json) {
  std::vector<Case> cases;
  std::uint64_t seed = 1;
  for (const Work& work : {Work{1, 4000}, Work{512, 200000}}) {
    Case one{"B1", "", "commands/s", {}, {}};
    for (int i = 0; i < kRepetitions; ++i, ++seed) {
      auto done = measure(program, dir + "/b1-" + std::to_string(seed), work, seed, one);
      if (done) continue;
      std::fprintf(stderr, "error: %s\n", done.error().text.c_str());
      return 1;
    }
    cases.push_back(std::move(one));
  }
  std::fputs(as_table(cases).c_str(), stdout);
  if (auto written = write_json(json, cases); !written) {
    std::fprintf(stderr, "error: %s\n", written.error().text.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace groupctl::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_b1 PROGRAM DIR JSON\n");
    return 2;
  }
  return groupctl::bench::run(argv[1], argv[2], argv[3]);
}
