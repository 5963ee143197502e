// SIGKILL while a rollout is on its way: it goes on, comes to every target once, and accounts for
// each of them at any time.
#include <signal.h>

#include <set>

#include "commands/state/target.h"
#include "commands/system/system.h"
#include "tests/process/moments.h"
#include "tests/process/programs_folder.h"
#include "tests/process/rollout_fixture.h"

namespace groupctl::process_test {
namespace {

/// Takes its time, so that kills find it at work. GROUP_LABEL_marks names a file in which it writes
/// down what it was asked to deploy, and where.
constexpr const char* kSlow =
    "#!/bin/sh\n"
    "case \"$1\" in\n"
    "  describe) echo '{\"contract\":1,\"name\":\"slow\",\"commands\":[\"deploy\",\"undeploy\"]}' "
    ";;\n"
    "  deploy) echo \"$GROUP_MEMBER $GROUP_VERSION\" >>\"$GROUP_LABEL_marks\"; sleep 0.15 ;;\n"
    "  undeploy) ;;\n"
    "  *) exit 64 ;;\n"
    "esac\n";

class KilledRollout : public Rollout {
 protected:
  KilledRollout() { programs_.add("slow", kSlow); }

  void begin_slow(int members) {
    deployer = "slow";
    begin(members, options(),
          {"--deployer-dir", programs_.path().string(), "--label", "marks=" + marks().string()});
  }
  std::filesystem::path marks() const { return group.dir() / "marks"; }
  nlohmann::json status_of(const std::string& rollout) const {
    return group.ctl({"rollout", "status", rollout, "-o", "json"}).json();
  }
  bool is_open(const std::string& rollout) const {
    return status_of(rollout).at("rollout").at("phase") == "open";
  }
  std::uint64_t head() const {
    const auto status = group.admin().status();
    return status ? status->head.value : 0;
  }

  /// Until the coordinator, which has been started just now, has gone a step further, or a moment
  /// in which it may not even have a member again. Then one more moment.
  void pass_some(const std::string& rollout) {
    if (moments.below(3) != 0) {
      const std::uint64_t before = head();
      EXPECT_TRUE(eventually([&] { return head() > before || !is_open(rollout); }))
          << status_of(rollout).dump();
    }
    moments.pass(250);
  }
  std::filesystem::path said() const { return group.dir() / "said"; }
  /// Runs until it ends or is killed; what it says is in said().
  Process groupctl(const std::vector<std::string>& words) const {
    std::vector<std::string> all = {groupctl_program(), "-E", group.endpoint("admin")};
    all.insert(all.end(), words.begin(), words.end());
    return Process::start(all, {.out = said(), .err = {}, .env = {}});
  }
  void kill_coordinator() {
    group.coordinator().kill_nine();
    ASSERT_TRUE(group.start_coordinator(options()));
  }

  /// That it has ended as one does in which this member fails, and that it came to each target
  /// once.
  void expect_whole(const std::string& rollout, const std::string& version,
                    const std::string& failing) {
    ASSERT_TRUE(eventually([&] { return !is_open(rollout); }, 30000)) << status_of(rollout).dump();
    const auto status = status_of(rollout);
    EXPECT_EQ(status.at("rollout").at("phase"), "finished") << status.dump();
    EXPECT_EQ(status.at("rollout").at("released"), names.size());
    const auto rows = rows_of(status);
    EXPECT_EQ(rows_of(group.ctl({"log", "show", rollout, "-o", "json"}).json()), rows);
    for (const auto& [name, result] : rows) {
      EXPECT_EQ(result, name == failing ? "failed" : "done") << name << " " << status.dump();
    }
    const std::string asked = read_file(marks());
    for (const std::string& name : names) {
      if (name == failing) continue;
      EXPECT_TRUE(group.serves(name, version)) << name;
      EXPECT_EQ(count_in(asked, name + " " + version + "\n"), 1U) << name;
    }
    expect_one_release_each(std::stoull(rollout));
    group.expect_converged(names);  // also the one that FINISH had try again
  }
  void expect_one_release_each(std::uint64_t rollout) const {
    const auto log = group.admin().log();
    ASSERT_TRUE(log);
    std::set<std::string> targets;
    std::size_t releases = 0;
    for (const LogRow& row : *log) {
      const auto entry = decode_entry(row.entry);
      ASSERT_TRUE(entry);
      if (entry->sequence.value <= rollout || entry->kind != kReleaseKind) continue;
      ++releases;
      targets.insert(to_text(entry->target));
    }
    EXPECT_EQ(releases, names.size());
    EXPECT_EQ(targets.size(), names.size());
  }

  Moments moments;

 private:
  // Nobody is to be lost only because the machine has much to do: a failure too many.
  static CoordinatorOptions options() { return {.flags = {"--heartbeat", "500ms"}}; }

  ProgramsFolder programs_{group.dir()};
};

TEST_F(KilledRollout, GoesOnWhenTheCoordinatorIsKilledAtAnyPoint) {
  begin_slow(8);
  SCOPED_TRACE("seed " + std::to_string(moments.seed()));
  int killed = 0, while_open = 0;
  for (int round = 0; killed < kills(); ++round) {
    const std::string version = round % 2 == 0 ? "2.0" : "1.0";
    const std::string failing = names[moments.below(names.size())];
    break_it(failing);
    std::filesystem::remove(marks());
    std::filesystem::remove(said());
    const std::string former = sequence();
    // One failure that a restart counts anew would be one too many.
    Process waiting =
        groupctl(rolling(version, {"--batch", "2", "--max-failures", "1", "-o", "json"}));
    ASSERT_TRUE(eventually([&] { return sequence() != former; }));
    const std::string rollout = sequence();
    while (killed < kills()) {
      pass_some(rollout);
      if (HasFailure()) return;
      if (!is_open(rollout)) break;
      kill_coordinator();
      ++killed;
      const auto status = status_of(rollout);
      // What is not finished after the kill was not when it came.
      if (status.at("rollout").at("phase") == "open") ++while_open;
      int at_work = 0;
      for (const auto& [name, result] : rows_of(status)) {
        if (result != "held" && result != "done" && result != "failed") ++at_work;
      }
      EXPECT_LE(at_work, 2) << status.dump();
    }
    expect_whole(rollout, version, failing);
    EXPECT_EQ(waiting.wait(30000), (Ended{1, 0})) << "one has failed";
    const Answer recap{1, read_file(said()), ""};
    EXPECT_EQ(rows_of(recap.json()), rows_of(status_of(rollout)));
    if (HasFailure()) return;
    mend(failing);
  }
  EXPECT_GE(while_open * 5, killed * 4) << "too few kills have fallen into a rollout";
  RecordProperty("while_open", while_open);
}

TEST_F(KilledRollout, GoesOnWhenGroupctlIsKilledWhileItWaits) {
  begin_slow(4);
  break_it(by_id()[1]);
  Process waiting =
      groupctl(rolling("2.0", {"--batch", "1", "--batch-pause", "1s", "--max-failures", "1"}));
  ASSERT_TRUE(eventually([&] { return ended("done") >= 1; })) << last_rollout().dump();
  ASSERT_TRUE(waiting.running());
  waiting.kill_nine();
  const std::string rollout = sequence();
  EXPECT_TRUE(is_open(rollout)) << "it was killed too late";
  rows_of(status_of(rollout));
  const Answer waited = group.ctl({"wait", rollout, "-o", "json"});
  EXPECT_EQ(waited.exit_code, 1) << waited.out << waited.err;
  EXPECT_EQ(waited.json().at("summary"), nlohmann::json({{"done", 3}, {"failed", 1}}));
  EXPECT_EQ(rows_of(waited.json()).at(by_id()[1]), "failed");
  const std::string read = group.ctl({"wait", rollout}).out;
  EXPECT_NE(read.find("3 done   1 failed   of 4"), std::string::npos) << read;
  expect_whole(rollout, "2.0", by_id()[1]);
}

TEST_F(KilledRollout, IsThereWholeOrNotAtAllWhenGroupctlIsKilledAtAnyPoint) {
  begin_slow(4);
  SCOPED_TRACE("seed " + std::to_string(moments.seed()));
  std::string version = "2.0", last = sequence();
  int begun = 0;
  for (int i = 0; i < kills(); ++i) {
    std::filesystem::remove(marks());
    Process running = groupctl(rolling(version, {"--batch", "2"}));
    if (i % 2 != 0) {
      ASSERT_TRUE(eventually([&] { return sequence() != last; }));
    }
    moments.pass(i % 2 == 0 ? 100 : 400);
    running.kill_nine();
    // What it had sent has come before this.
    ASSERT_EQ(group.ctl({"set", "kills=" + std::to_string(i)}).exit_code, 0);
    const std::string rollout = sequence();
    if (rollout == last) continue;
    ++begun;
    last = rollout;
    const Answer waited = group.ctl({"wait", rollout, "-o", "json"});
    EXPECT_EQ(waited.exit_code, 0) << waited.out << waited.err;
    rows_of(waited.json());
    expect_whole(rollout, version, "");
    if (HasFailure()) return;
    version = version == "1.0" ? "2.0" : "1.0";
  }
  EXPECT_GE(begun * 2, kills());
}

}  // namespace
}  // namespace groupctl::process_test
