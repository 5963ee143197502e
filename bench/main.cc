// bench_works: runs works of tools/bench, prints one table, and writes bench.json.
// usage: bench_works PROGRAMS DATA JSON [--scale F] [--repeat N] [--members N] WORK...
//   PROGRAMS: the folder they were built into; DATA: an empty folder; see bench/README.md
#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string_view>

#include "bench/works.h"

namespace groupctl::bench {
namespace {

struct NamedWork {
  std::string_view name;
  Result<Cases> (*run)(Bench& bench);
};
constexpr std::array<NamedWork, 10> kWorks = {{{"B1", run_b1},
                                               {"B2", run_b2},
                                               {"B2l", run_b2l},
                                               {"B3", run_b3},
                                               {"B4", run_b4},
                                               {"B5", run_b5},
                                               {"B6", run_b6},
                                               {"plan", run_plan},
                                               {"exec", run_exec},
                                               {"hostile", run_hostile}}};

struct Order {
  Bench bench;
  std::string json;
  std::vector<NamedWork> works;
};

bool take_option(const std::string& name, const std::string& value, Bench& bench) {
  if (name == "--scale") bench.scale = std::stod(value);
  if (name == "--repeat") bench.repetitions = std::max(1, std::stoi(value));
  if (name == "--members") {
    bench.latency_members = std::max(1ULL, std::stoull(value));
    bench.fan_outs = {bench.latency_members};
  }
  return name == "--scale" || name == "--repeat" || name == "--members";
}

Result<Order> order_of(std::span<char*> words) {
  if (words.size() < 4) return fail(ErrorCode::kInvalid, "PROGRAMS DATA JSON WORK... are needed");
  Order order;
  order.bench.programs = words[0];
  order.bench.data = words[1];
  order.json = words[2];
  for (std::size_t i = 3; i < words.size(); ++i) {
    const std::string word = words[i];
    if (i + 1 < words.size() && take_option(word, words[i + 1], order.bench)) {
      ++i;
      continue;
    }
    const auto* work = std::find_if(kWorks.begin(), kWorks.end(),
                                    [&](const NamedWork& one) { return one.name == word; });
    if (work == kWorks.end()) return fail(ErrorCode::kInvalid, "no work " + word);
    order.works.push_back(*work);
  }
  return order;
}

/// A work that fails does not keep the others from being measured.
int run(Order& order) {
  Cases all;
  int code = 0;
  for (const NamedWork& work : order.works) {
    std::fprintf(stderr, "%s ...\n", std::string(work.name).c_str());
    auto cases = work.run(order.bench);
    if (cases) {
      all.insert(all.end(), cases->begin(), cases->end());
    } else {
      std::fprintf(stderr, "error: %s\n", cases.error().text.c_str());
      code = 1;
    }
  }
  std::fputs(as_table(all).c_str(), stdout);
  if (auto written = write_json(order.json, all); !written) {
    std::fprintf(stderr, "error: %s\n", written.error().text.c_str());
    return 1;
  }
  return code;
}

int main_of(std::span<char*> words) {
  auto order = order_of(words);
  if (order) return run(*order);
  std::fprintf(stderr, "error: %s\n", order.error().text.c_str());
  return 2;
}

}  // namespace

std::uint64_t Bench::scaled(std::uint64_t count) const {
  return std::max(std::uint64_t{1}, static_cast<std::uint64_t>(static_cast<double>(count) * scale));
}

Result<LongLog*> Bench::long_log() {
  constexpr std::uint64_t kEntries = 1000000;
  constexpr std::uint64_t kSeeds = 1000;  // more than the runs that fill it
  if (!long_log_) {
    auto made = LongLog::make(coordinator(), fresh_dir(), scaled(kEntries), fresh_seeds(kSeeds));
    if (!made) return tl::unexpected<Error>(made.error());
    long_log_.emplace(*std::move(made));
  }
  return &*long_log_;
}

}  // namespace groupctl::bench

int main(int argc, char** argv) {
  return groupctl::bench::main_of(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
}
