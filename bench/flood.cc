// bench_flood: connections that never become anything, as if they came from other machines.
// usage: bench_flood COUNT ENDPOINT...
// Of COUNT a quarter says nothing, a quarter a greeting, a quarter half of a frame and a quarter
// the head of one of 4 GiB, spread over the endpoints; what is closed comes again. Says "there"
// when so many have come, and stays until it is told to end.
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>
#include <memory>
#include <span>
#include <thread>

#include "tests/process/harness_flood.h"

namespace groupctl::bench {
namespace {

using process_test::Flood;
using process_test::FloodOptions;
using process_test::Hostility;

constexpr std::array<Hostility, 4> kKinds = {Hostility::kIdle, Hostility::kGreeting,
                                             Hostility::kHalfFrame, Hostility::kGiantFrame};
constexpr std::chrono::milliseconds kBetweenLooks(5);

int run(std::size_t count, const std::vector<std::string>& endpoints) {
  const std::size_t each = count / (kKinds.size() * endpoints.size()) + 1;
  std::vector<std::unique_ptr<Flood>> floods;
  for (const std::string& endpoint : endpoints) {
    for (const Hostility kind : kKinds) {
      FloodOptions options;
      options.hostility = kind;
      options.count = each;
      options.mechanism = "CURVE";
      options.again = true;
      options.from = "127.0.1." + std::to_string(floods.size() + 1);
      options.niceness = 19;  // They take what the machine leaves.
      floods.push_back(std::make_unique<Flood>(process_test::address_of(endpoint), options));
    }
  }
  for (const auto& flood : floods) {
    while (flood->held() + flood->closed() < each) std::this_thread::sleep_for(kBetweenLooks);
  }
  std::cout << "there" << std::endl;
  ::pause();
  return 0;
}

}  // namespace
}  // namespace groupctl::bench

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (words.size() < 3) {
    std::cerr << "usage: bench_flood COUNT ENDPOINT...\n";
    return 2;
  }
  return groupctl::bench::run(std::stoull(words[1]), {words.begin() + 2, words.end()});
}
