// plan: 500 artefacts of one plan to ten members that have nothing of them: applied as one batch,
// until every target of every command has answered.
#include <filesystem>
#include <fstream>

#include "bench/operator.h"
#include "bench/real_member.h"
#include "bench/works.h"
#include "daemon/file_digest.h"

namespace groupctl::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPlanMembers = 10;
constexpr std::uint64_t kArtefacts = 500;

std::string name_of(std::uint64_t number) { return "a" + std::to_string(number); }

/// An archive of one small file for each, and the plan that names them all.
Result<std::string> write_plan(const std::string& dir, std::uint64_t artefacts) {
  fs::create_directories(dir + "/repository");
  std::ofstream plan(dir + "/plan.toml");
  plan << "plan = 1\n";
  for (std::uint64_t i = 0; i < artefacts; ++i) {
    const std::string content = dir + "/content";
    fs::create_directories(content);
    std::ofstream(content + "/page") << name_of(i) << "\n";
    const std::string archive = dir + "/repository/" + name_of(i) + "-1.tar";
    auto packed = run_at_once({{"/usr/bin/tar", "-C", content, "-cf", archive, "."}}, dir + ".log");
    if (!packed) return tl::unexpected<Error>(packed.error());
    const auto digest = file_digest(archive);
    if (!digest) return tl::unexpected<Error>(digest.error());
    plan << "[[artefact]]\nname = \"" << name_of(i)
         << "\"\nversion = \"1\"\ndigest = \"sha256:" << digest->hex() << "\"\n";
  }
  return dir + "/plan.toml";
}

Result<double> apply(Bench& bench, const std::string& dir, const std::string& plan) {
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir + "/c");
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto members = RealMembers::started(bench, *coordinator, dir + "/m", kPlanMembers,
                                      {"--repository", "file:" + dir + "/repository"});
  if (!members) return tl::unexpected<Error>(members.error());
  const Operator ops(bench.groupctl(), *coordinator, dir + ".ops.log");
  return ops.type({"apply", plan, "--yes"});
}

}  // namespace

Result<Cases> run_plan(Bench& bench) {
  const std::uint64_t artefacts = bench.scaled(kArtefacts);
  Case one{"plan", std::to_string(artefacts) + " artefacts, 10 members, all have answered", "s",
           true};
  for (int i = 0; i < bench.repetitions; ++i) {
    const std::string dir = bench.fresh_dir();
    const auto plan = write_plan(dir, artefacts);
    if (!plan) return tl::unexpected<Error>(plan.error());
    auto took = apply(bench, dir, *plan);
    if (!took) return tl::unexpected<Error>(took.error());
    one.add(*took);
    fs::remove_all(dir);
  }
  return Cases{std::move(one)};
}

}  // namespace groupctl::bench
