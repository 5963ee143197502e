// B6: an archive of 64 MiB to ten members that have nothing of it: put into the group's repository,
// deployed, running on all. Beside rsync and tar of the same archive to ten folders, all at once.
#include <sys/mman.h>

#include <filesystem>
#include <fstream>

#include "bench/operator.h"
#include "bench/real_member.h"
#include "bench/works.h"
#include "log/pcg.h"

namespace groupctl::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kServers = 10;
constexpr std::uint64_t kArchiveFiles = 64;
constexpr std::uint64_t kArchiveFileBytes = 1 << 20;
constexpr double kGoalB6 = 1.5;
constexpr const char* kProgram = "#!/bin/sh\ntrap 'exit 0' TERM\nwhile :; do sleep 1; done\n";
constexpr const char* kRunsProgram = R"({"command":["./serve"],"steady":"10ms"})";

/// What no compression makes smaller, and a program.
void write_content(const std::string& folder, std::uint64_t files, Pcg& pcg) {
  fs::create_directories(folder);
  std::vector<std::uint64_t> words(kArchiveFileBytes / sizeof(std::uint64_t));
  for (std::uint64_t i = 0; i < files; ++i) {
    for (std::uint64_t& word : words) {
      word = static_cast<std::uint64_t>(pcg.below(UINT32_MAX)) << 32 | pcg.below(UINT32_MAX);
    }
    std::ofstream(folder + "/" + std::to_string(i), std::ios::binary)
        .write(reinterpret_cast<const char*>(words.data()), kArchiveFileBytes);
  }
  std::ofstream(folder + "/serve") << kProgram;
  fs::permissions(folder + "/serve", fs::perms::owner_all);
}

/// The archive; `dir` is a folder that is not there yet.
Result<std::string> make_archive(Bench& bench, const std::string& dir) {
  Pcg pcg(bench.fresh_seeds(1));
  write_content(dir + "/content", bench.scaled(kArchiveFiles), pcg);
  const std::string archive = dir + "/shop.tar";
  auto packed =
      run_at_once({{"/usr/bin/tar", "-C", dir + "/content", "-cf", archive, "."}}, dir + ".log");
  if (!packed) return tl::unexpected<Error>(packed.error());
  return archive;
}

/// A virtual machine gets its memory when it is first touched, and its host takes back what lies
/// free: neither side is to pay for that, so that much more than either needs is touched before
/// each.
void touch_memory() {
  constexpr std::size_t kBytes = std::size_t{3} << 30;
  void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory != MAP_FAILED) ::munmap(memory, kBytes);
}

/// To each folder by a program of its own, as a loop over servers does, and unpacked there.
Result<double> copy_and_unpack(const std::string& archive, const std::string& dir) {
  std::vector<std::vector<std::string>> copies, unpacks;
  for (std::uint64_t i = 0; i < kServers; ++i) {
    const std::string to = dir + "/" + std::to_string(i);
    fs::create_directories(to + "/files");
    copies.push_back({"/usr/bin/rsync", "-a", archive, to + "/"});
    unpacks.push_back({"/usr/bin/tar", "-C", to + "/files", "-xf", to + "/shop.tar"});
  }
  auto copied = run_at_once(std::move(copies), dir + ".log");
  if (!copied) return copied;
  auto unpacked = run_at_once(std::move(unpacks), dir + ".log");
  if (!unpacked) return unpacked;
  return *copied + *unpacked;
}

/// The same, and then all of it is on the disk, as members have it before they say so.
Result<double> and_sync(double seconds, const std::string& dir) {
  auto synced = run_at_once({{"/usr/bin/sync", "-f", dir}}, dir + ".log");
  if (!synced) return synced;
  return seconds + *synced;
}

Result<double> put_and_deploy(Bench& bench, const std::string& archive) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto members = RealMembers::started(bench, *coordinator, dir + ".m", kServers);
  if (!members) return tl::unexpected<Error>(members.error());
  const Operator ops(bench.groupctl(), *coordinator, dir + ".ops.log");
  touch_memory();
  auto put = ops.type({"repo", "put", "shop@1.0", archive});
  if (!put) return put;
  auto deployed =
      ops.type({"deploy", "shop@1.0", "--deployer", "process", "--config", kRunsProgram});
  // What runs outlives its members.
  auto ended = ops.type({"undeploy", "shop"});
  if (!deployed) return deployed;
  if (!ended) return ended;
  return *put + *deployed;
}

}  // namespace

Result<Cases> run_b6(Bench& bench) {
  const std::string what =
      std::to_string(bench.scaled(kArchiveFiles)) + " MiB to 10 members, running";
  Case synced{"B6", what + "; limit: rsync, tar, sync", "s", true, Goal{Goal::Of::kRatio, kGoalB6}};
  Case plain{"B6", what + "; limit: rsync, tar", "s", true};
  for (int i = 0; i < bench.repetitions; ++i) {
    const std::string dir = bench.fresh_dir();
    auto archive = make_archive(bench, dir);
    if (!archive) return tl::unexpected<Error>(archive.error());
    const std::string copies = dir + "/copies";
    touch_memory();
    auto copied = copy_and_unpack(*archive, copies);
    if (!copied) return tl::unexpected<Error>(copied.error());
    auto on_disk = and_sync(*copied, copies);
    if (!on_disk) return tl::unexpected<Error>(on_disk.error());
    fs::remove_all(copies);
    auto took = put_and_deploy(bench, *archive);
    if (!took) return tl::unexpected<Error>(took.error());
    synced.add(*took, *on_disk);
    plain.add(*took, *copied);
    fs::remove_all(dir);
  }
  return Cases{std::move(synced), std::move(plain)};
}

}  // namespace groupctl::bench
