// sim: runs seeds of the simulator by hand.
//   sim --seed N [--trace [LINES]]     one seed, with the tail of its trace
//   sim --seeds A..B                   a range; stops at the first broken invariant
//   sim --open ...                     without keys, whatever the seed says
//   sim --mute ...                     without what is barred (I12)
//   sim --groups N [--alone I] ...     that many in a process; or one of them by itself (I13)
//   sim --planted BUG ...              in the planted build: with that bug switched on
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "log/planted_bug.h"
#include "tests/simulation/world/simulation.h"

namespace groupctl::sim {
namespace {

struct Wish {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  SimulationWish how;
  bool in_process = false;
  ProcessWish process;
  std::uint64_t planted = 0;
};

std::uint64_t number_in(const char* text) { return std::strtoull(text, nullptr, 10); }

bool read_wish(int argc, char** argv, Wish& wish) {
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    const bool has_value = i + 1 < argc && argv[i + 1][0] != '-';
    if (option == "--trace") {
      wish.how.trace_lines = has_value ? number_in(argv[++i]) : 200;
    } else if (option == "--groups" && has_value) {
      wish.process.groups = number_in(argv[++i]);
      wish.in_process = true;
    } else if (option == "--alone" && has_value) {
      wish.process.alone = number_in(argv[++i]);
    } else if (option == "--open") {
      wish.how.open = true;
    } else if (option == "--mute") {
      wish.how.mute_the_barred = true;
    } else if (option == "--seed" && has_value) {
      wish.first = wish.last = number_in(argv[++i]);
    } else if (option == "--seeds" && has_value) {
      const std::string range = argv[++i];
      wish.first = number_in(range.c_str());
      const auto dots = range.find("..");
      if (dots == std::string::npos) return false;
      wish.last = number_in(range.c_str() + dots + 2);
    } else if (option == "--planted" && has_value) {
      wish.planted = number_in(argv[++i]);
    } else {
      return false;
    }
  }
  return true;
}

bool plant(std::uint64_t bug) {
#ifdef GROUPCTL_PLANTED_BUGS
  planted_bug = static_cast<PlantedBug>(bug);
  return true;
#else
  return bug == 0;
#endif
}

std::vector<SimulationResult> results_of(std::uint64_t seed, const Wish& wish) {
  if (!wish.in_process) return {simulate(seed, wish.how)};
  ProcessWish process = wish.process;
  process.trace_lines = wish.how.trace_lines;
  return simulate_process(seed, process);
}

void show(const SimulationResult& result) {
  std::printf("%s, trace %016llx\n", report(result).c_str(),
              static_cast<unsigned long long>(result.trace_hash));
  for (const auto& [what, count] : result.sometimes) {
    std::printf("  %s: %llu\n", what.c_str(), static_cast<unsigned long long>(count));
  }
}

int run(const Wish& wish) {
  const std::clock_t begin = std::clock();
  std::uint64_t seeds = 0;
  std::uint64_t events = 0;
  bool broken = false;
  for (std::uint64_t seed = wish.first; seed <= wish.last && !broken; ++seed) {
    ++seeds;
    for (const SimulationResult& result : results_of(seed, wish)) {
      events += result.events;
      broken = broken || result.violation.has_value();
      for (const std::string& line : result.trace) std::printf("%s\n", line.c_str());
      if (result.violation || wish.first == wish.last) show(result);
    }
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%llu seeds, %llu events, %.1f seeds a second\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(events),
              static_cast<double>(seeds) / (seconds > 0 ? seconds : 1));
  return broken ? 1 : 0;
}

}  // namespace
}  // namespace groupctl::sim

int main(int argc, char** argv) {
  groupctl::sim::Wish wish;
  if (!groupctl::sim::read_wish(argc, argv, wish) || !groupctl::sim::plant(wish.planted)) {
    std::fprintf(stderr,
                 "usage: sim --seed N [--trace [LINES]] | --seeds A..B [--open] [--mute] "
                 "[--groups N [--alone I]] [--planted BUG]\n");
    return 2;
  }
  return groupctl::sim::run(wish);
}
