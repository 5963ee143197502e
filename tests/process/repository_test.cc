// The group's repository: put, catalogued, fetched by members; over kills, damage and full disks.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "daemon/file_digest.h"
#include "tests/process/harness_disk.h"
#include "tests/process/harness_load.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1 << 20;

/// A tar with one file of pseudo-random bytes, which nothing compresses.
std::string make_tar(const fs::path& dir, const std::string& name, std::uint64_t mib) {
  const fs::path content = dir / (name + "-content");
  fs::create_directories(content);
  {
    std::ofstream file(content / "data", std::ios::binary);
    std::vector<std::uint64_t> block(kMiB / sizeof(std::uint64_t));
    std::uint64_t state = std::hash<std::string>()(name) | 1;
    for (std::uint64_t i = 0; i < mib; ++i) {
      for (std::uint64_t& word : block) {
        state ^= state << 13;
        state ^= state >> 7;
        word = state ^= state << 17;
      }
      file.write(reinterpret_cast<const char*>(block.data()), static_cast<std::streamsize>(kMiB));
    }
  }
  const fs::path archive = dir / (name + ".tar");
  run_program({"/usr/bin/tar", "-C", content.string(), "-cf", archive.string(), "."});
  fs::remove_all(content);
  return archive.string();
}

std::string digest_of(const std::string& path) { return file_digest(path)->hex(); }

fs::path repo(const Group& group) { return group.state_dir() / "groups" / "shop" / "repo"; }
fs::path blob(const Group& group, const std::string& digest) {
  return repo(group) / "blobs" / digest;
}

/// The peak of resident memory so far, in KiB; 0: it has ended.
std::uint64_t peak_kib(const Process& process) {
  std::istringstream lines(read_file("/proc/" + std::to_string(process.pid()) + "/status"));
  for (std::string word; lines >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && lines >> kib) return kib;
  }
  return 0;
}

/// A member without private repositories.
void start_bare(Group& group, const std::string& name, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--repository", "group:"});
  group.start_member(name, more);
  group.expect_converged({name});
}

nlohmann::json row_of(const Answer& answer, const std::string& member) {
  const nlohmann::json whole = answer.json();
  for (const auto& row : whole.at("members")) {
    if (row.at("name") == member) return row;
  }
  ADD_FAILURE() << member << " is not in " << answer.out;
  return nlohmann::json::object();
}

TEST(Repository, G38_PutThenDeployWithoutADigest) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  start_bare(group, "m1");
  const std::string archive = group.pack_site("1.0");
  const Answer put = group.ctl({"repo", "put", "site@1.0", archive, "-m", "first", "-o", "json"});
  ASSERT_EQ(put.exit_code, 0) << put.err << put.out;
  EXPECT_EQ(put.json().at("unchanged"), false);
  EXPECT_EQ(put.json().at("digest"), "sha256:" + digest_of(archive));
  EXPECT_TRUE(fs::exists(blob(group, digest_of(archive))));
  const Answer deployed = group.ctl({"deploy", "site@1.0"});
  ASSERT_EQ(deployed.exit_code, 0) << deployed.err;
  EXPECT_TRUE(group.serves("m1", "1.0"));

  const Answer again = group.ctl({"repo", "put", "site@1.0", archive, "-o", "json"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.json().at("unchanged"), true);
  EXPECT_EQ(again.json().at("seq"), put.json().at("seq"));
  const Answer other = group.ctl({"repo", "put", "site@1.0", group.pack_site("2.0")});
  EXPECT_EQ(other.exit_code, 7) << other.err;
  EXPECT_NE(other.err.find("another content takes another version"), std::string::npos);

  const auto listed = group.ctl({"repo", "list", "-o", "json"}).json().at("artefacts");
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].at("bytes"), fs::file_size(archive));
  const auto entry =
      group.ctl({"log", "show", std::to_string(put.json().at("seq").get<int>()), "-o", "json"})
          .json();
  EXPECT_EQ(entry.at("command").at("type"), "CATALOGUED");
  EXPECT_EQ(entry.at("why"), "first");
}

TEST(Repository, DeployTakesTheVersionCataloguedLastAndRefusesWhatIsNowhere) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  start_bare(group, "m1");
  const Answer unknown = group.ctl({"deploy", "site@1.0"});
  EXPECT_EQ(unknown.exit_code, 3) << unknown.err;
  EXPECT_NE(unknown.err.find("repo put site@1.0"), std::string::npos) << unknown.err;
  ASSERT_EQ(group.ctl({"repo", "put", "site@2.0", group.pack_site("2.0")}).exit_code, 0);
  ASSERT_EQ(group.ctl({"repo", "put", "site@1.0", group.pack_site("1.0")}).exit_code, 0);
  EXPECT_EQ(group.ctl({"deploy", "site"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  const Answer where = group.ctl({"artefact", "where", "site", "-o", "json"});
  EXPECT_EQ(row_of(where, "m1").at("version"), "1.0") << where.out;
  EXPECT_EQ(row_of(where, "m1").at("repository"), "group:");
  EXPECT_EQ(group.ctl({"artefact", "show", "sitr"}).exit_code, 3);
  const auto shown = group.ctl({"artefact", "show", "site", "-o", "json"}).json();
  EXPECT_EQ(shown.at("artefacts")[0].at("catalogue").size(), 2U);
}

TEST(Repository, APutGoesOnAfterKillsOfEitherSide) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  const std::string archive = make_tar(group.dir(), "big", 192);
  const fs::path partial = repo(group) / "partial" / digest_of(archive);
  const auto partial_size = [&] {
    std::error_code none;
    const auto size = fs::file_size(partial, none);
    return none ? 0 : size;
  };
  const std::vector<std::string> put = {
      groupctl_program(), "-E", group.endpoint("admin"), "repo", "put", "big@1", archive};
  Process first = Process::start(put, {});
  ASSERT_TRUE(eventually([&] { return partial_size() > 8 * kMiB; }));
  first.kill_nine();
  const auto left = partial_size();
  ASSERT_GT(left, 0U);
  ASSERT_LT(left, fs::file_size(archive));
  Process second = Process::start(put, {});
  ASSERT_TRUE(eventually([&] { return partial_size() > left + 8 * kMiB; }));
  group.coordinator().kill_nine();
  ASSERT_LT(partial_size(), fs::file_size(archive));
  ASSERT_TRUE(group.start_coordinator());
  const auto ended = second.wait(30000);  // it found the coordinator again by itself
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, 0);
  EXPECT_EQ(digest_of(blob(group, digest_of(archive)).string()), digest_of(archive));
  EXPECT_FALSE(fs::exists(partial));
  EXPECT_EQ(group.ctl({"repo", "list", "-o", "json"}).json().at("artefacts").size(), 1U);
}

TEST(Repository, AMemberGoesOnWithWhatAKillLeft) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  start_bare(group, "m1");
  const std::string archive = make_tar(group.dir(), "big", 192);
  ASSERT_EQ(group.ctl({"repo", "put", "big@1", archive}).exit_code, 0);
  ASSERT_EQ(group.ctl({"deploy", "big@1", "--no-wait"}).exit_code, 0);
  const fs::path part =
      group.member("m1").state_dir() / "artefacts" / (digest_of(archive) + ".part");
  const auto part_size = [&] {
    std::error_code none;
    const auto size = fs::file_size(part, none);
    return none ? 0 : size;
  };
  ASSERT_TRUE(eventually([&] { return part_size() > 4 * kMiB; }));
  group.member("m1").process().kill_nine();
  const auto left = part_size();
  ASSERT_GT(left, 0U);
  group.coordinator().kill_nine();
  ASSERT_TRUE(group.start_coordinator());
  start_bare(group, "m1");
  EXPECT_TRUE(fs::exists(group.member("m1").files() / "big" / "current" / "data"));
  const auto where = group.ctl({"artefact", "where", "big", "-o", "json"});
  EXPECT_EQ(row_of(where, "m1").at("repository"), "group:") << where.out;
}

/// Puts an archive; the peak of groupctl's memory until it was there, in KiB.
std::uint64_t peak_of_put(Group& group, const std::string& artefact, const std::string& archive) {
  Process put = Process::start(
      {groupctl_program(), "-E", group.endpoint("admin"), "repo", "put", artefact, archive}, {});
  std::uint64_t peak = 0;
  std::optional<Ended> ended;
  while (!ended) {
    peak = std::max(peak, peak_kib(put));
    ended = put.wait(5);
  }
  EXPECT_EQ(ended->code, 0);
  return peak;
}

TEST(Repository, MemoryStaysFlatOnBothSides) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  start_bare(group, "m1");
  const std::string small = make_tar(group.dir(), "small", 1);
  ASSERT_EQ(group.ctl({"repo", "put", "small@1", small}).exit_code, 0);
  ASSERT_EQ(group.ctl({"deploy", "small@1"}).exit_code, 0);
  const std::uint64_t coordinator = peak_kib(group.coordinator());
  const std::uint64_t member = peak_kib(group.member("m1").process());
  const bool longer = std::getenv("GROUPCTL_LONG") != nullptr;
  const std::string big = make_tar(group.dir(), "big", longer ? 2048 : 256);
  const std::uint64_t small_put = peak_of_put(group, "tiny@1", small);
  const std::uint64_t big_put = peak_of_put(group, "big@1", big);
  EXPECT_LT(big_put, small_put + 32 * 1024);
  ASSERT_EQ(group.ctl({"deploy", "big@1", "--wait-timeout", "5m"}).exit_code, 0);
  EXPECT_LT(peak_kib(group.coordinator()), coordinator + 32 * 1024);
  EXPECT_LT(peak_kib(group.member("m1").process()), member + 32 * 1024);
}

void flip_byte(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(100);
  const int byte = file.get();
  file.seekp(100);
  file.put(static_cast<char>(byte ^ 1));
}

TEST(Repository, F41_ADamagedBlobIsFoundByVerifyAndMendedByPut) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"repo", "put", "site@1.0", archive}).exit_code, 0);
  ASSERT_EQ(group.ctl({"repo", "put", "site@2.0", group.pack_site("2.0")}).exit_code, 0);
  EXPECT_EQ(group.ctl({"repo", "verify"}).exit_code, 0);
  flip_byte(blob(group, digest_of(archive)));
  const Answer found = group.ctl({"repo", "verify", "-o", "json"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_EQ(found.json().at("damaged"), 1);
  const nlohmann::json blobs = found.json().at("blobs");
  for (const auto& one : blobs) {
    EXPECT_EQ(one.at("sound"), one.at("artefacts")[0].at("version") != "1.0");
  }
  EXPECT_EQ(group.ctl({"repo", "put", "site@1.0", archive}).exit_code, 0);
  EXPECT_EQ(group.ctl({"repo", "verify"}).exit_code, 0);
}

TEST(Repository, G38_ADamagedBlobIsPassedOverAndTheNextOfTheTailIsTaken) {
  Group group;
  const fs::path mirror = group.dir() / "mirror";
  const std::vector<std::string> tail = {"--shared-tail", "group:", "--shared-tail",
                                         "file:" + mirror.string()};
  ASSERT_TRUE(group.start_coordinator({.flags = tail}));
  group.start_member("m1", {"--repository", "file:" + (group.dir() / "none").string()});
  group.expect_converged({"m1"});
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"repo", "put", "site@1.0", archive}).exit_code, 0);
  flip_byte(blob(group, digest_of(archive)));
  const Answer failed = group.ctl({"deploy", "site@1.0", "-o", "json"});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_NE(row_of(failed, "m1").value("message", "").find("damaged"), std::string::npos);
  fs::create_directories(mirror);
  fs::copy(archive, mirror);
  EXPECT_EQ(group.ctl({"deploy", "site@1.0"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_NE(read_file(group.member("m1").log_file()).find("a shared repository cannot give"),
            std::string::npos);
}

TEST(Repository, G39_AMemberWithAnotherTailIsRefusedWithBothLists) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_member("m1", {"--repository", "group:", "--repository", "file:/mnt/x"});
  EXPECT_TRUE(eventually([&] {
    const std::string log = read_file(group.member("m1").log_file());
    return log.find("[group:, file:/mnt/x]") != std::string::npos &&
           log.find("[group:]") != std::string::npos;
  }));
  EXPECT_EQ(group.member("m1").status()->at("phase"), "quarantined");
}

/// m1 has an archive of its own, and everybody who looks is told.
void expect_override(Group& group) {
  const Answer diff = group.ctl({"diff", "m1", "-o", "json"});
  const auto rows = row_of(diff, "m1").at("deviations");
  ASSERT_EQ(rows.size(), 1U) << diff.out;
  EXPECT_EQ(rows[0].at("cause"), "override");
  EXPECT_EQ(rows[0].at("who"), "file:" + group.repository().string());
  EXPECT_NE(rows[0].at("why").get<std::string>().find("has another archive of site@1.0"),
            std::string::npos);
  const Answer members = group.ctl({"member", "list", "-o", "json"});
  EXPECT_EQ(row_of(members, "m1").at("state"), "drifted") << members.out;
}

TEST(Repository, G32_G40_APrivateRepositoryWins) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1"});  // its private repository is where pack_site() puts archives
  const fs::path own = group.dir() / "own";
  group.start_member("m2", {"--repository", "file:" + own.string(), "--allow-override=false"});
  group.expect_converged({"m1", "m2"});
  const std::string shared = group.dir() / "shared.tar.zst";
  fs::rename(group.pack_site("1.0"), shared);
  ASSERT_EQ(group.ctl({"repo", "put", "site@1.0", shared}).exit_code, 0);
  // Another build of the same version: the content of 2.0 under the name of 1.0.
  fs::create_directories(own);
  const std::string other = group.pack_site("2.0");
  const std::string suffix = other.substr(other.find(".tar"));
  fs::copy(other, own / ("site-1.0" + suffix));
  fs::rename(other, group.repository() / ("site-1.0" + suffix));
  const Answer deployed = group.ctl({"deploy", "site@1.0", "-o", "json"});
  EXPECT_EQ(deployed.exit_code, 1);
  EXPECT_EQ(row_of(deployed, "m1").at("result"), "overridden") << deployed.out;
  EXPECT_TRUE(group.serves("m1", "2.0"));
  expect_override(group);
  EXPECT_EQ(row_of(deployed, "m2").at("result"), "failed") << deployed.out;
  EXPECT_FALSE(group.serves("m2", "2.0"));

  // It is a deviation that nobody can give up but that repository, and it outlives a restart.
  group.member("m1").process().kill_nine();
  group.start_members({"m1"});
  group.expect_converged({"m1"});
  expect_override(group);
  const Answer kept = group.ctl({"reconcile", "m1"});
  EXPECT_EQ(kept.exit_code, 0);
  EXPECT_NE(kept.out.find("stays: file:"), std::string::npos) << kept.out;
  EXPECT_TRUE(group.serves("m1", "2.0"));
  const auto where = row_of(group.ctl({"artefact", "where", "site", "-o", "json"}), "m1");
  EXPECT_EQ(where.at("repository"), "file:" + group.repository().string());
  EXPECT_EQ(where.at("wanted"), "1.0");
  fs::remove(group.repository() / ("site-1.0" + suffix));
  EXPECT_EQ(group.ctl({"reconcile", "m1"}).exit_code, 0);
  EXPECT_TRUE(group.serves("m1", "1.0"));
  EXPECT_EQ(group.ctl({"diff", "m1", "--exit-code"}).exit_code, 0);
}

TEST(Repository, F5_AFullDiskIsSaidBeforeAndWhile) {
  Group group;
  const SmallDisk disk(group.state_dir(), "160m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount a tmpfs here";
  ASSERT_TRUE(group.start_coordinator());
  const std::string large = make_tar(group.dir(), "large", 200);
  const Answer before = group.ctl({"repo", "put", "large@1", large, "-o", "json"});
  EXPECT_EQ(before.exit_code, 7);
  EXPECT_EQ(before.json().at("code"), "storage_full");
  const std::string fits = make_tar(group.dir(), "fits", 96);
  const fs::path partial = repo(group) / "partial" / digest_of(fits);
  Process put = Process::start(
      {groupctl_program(), "-E", group.endpoint("admin"), "repo", "put", "fits@1", fits},
      {{}, group.dir() / "put.err", {}});
  ASSERT_TRUE(eventually([&] { return fs::exists(partial); }));
  group.coordinator().send(SIGSTOP);  // so that the disk fills while the upload is on its way
  disk.fill();
  group.coordinator().send(SIGCONT);
  const auto ended = put.wait(30000);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, 7) << read_file(group.dir() / "put.err");
  EXPECT_EQ(group.ctl({"status"}).exit_code, 0);
  disk.free();
  EXPECT_EQ(group.ctl({"repo", "put", "fits@1", fits}).exit_code, 0);
}

TEST(Repository, GarbageIsCollectedAndWhatIsNamedStays) {
  Group group;
  ASSERT_TRUE(group.start_coordinator());
  ASSERT_EQ(group.ctl({"repo", "put", "site@1.0", group.pack_site("1.0")}).exit_code, 0);
  const std::string nobody = std::string(64, 'a');
  write_file(blob(group, nobody), "left by a crash between a rename and its entry");
  EXPECT_EQ(group.ctl({"repo", "gc", "--dry-run", "-o", "json"}).json().at("removed").at("blobs"),
            0)
      << "it may be about to be named";
  fs::last_write_time(blob(group, nobody),
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  const auto dry = group.ctl({"repo", "gc", "--dry-run", "-o", "json"}).json();
  EXPECT_EQ(dry.at("removed").at("blobs"), 1);
  EXPECT_TRUE(fs::exists(blob(group, nobody)));
  const auto wet = group.ctl({"repo", "gc", "-o", "json"}).json();
  EXPECT_EQ(wet.at("removed"), dry.at("removed"));
  EXPECT_EQ(wet.at("kept").at("blobs"), 1);
  EXPECT_FALSE(fs::exists(blob(group, nobody)));
  EXPECT_EQ(group.ctl({"repo", "verify"}).exit_code, 0);
}

}  // namespace
}  // namespace groupctl::process_test
