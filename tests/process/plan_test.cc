// Plans for real groups: checked, compared, applied as one batch, written out again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "commands/syntax.h"
#include "daemon/file_digest.h"
#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Says its name when it starts and when it ends.
constexpr const char* kMarksItself =
    "#!/bin/sh\n"
    "trap 'echo \"stop $GROUP_ARTEFACT\" >>\"$MARKS\"; exit 0' TERM\n"
    "echo \"start $GROUP_ARTEFACT\" >>\"$MARKS\"\n"
    "while :; do sleep 0.05; done\n";

class Plans : public ::testing::Test {
 protected:
  void begin(const std::vector<std::string>& members) {
    ASSERT_TRUE(group.start_coordinator());
    group.start_members(members);
  }
  fs::path file(const std::string& name) const { return group.dir() / name; }
  fs::path write(const std::string& text, const std::string& name = "plan.toml") const {
    write_file(file(name), text);
    return file(name);
  }
  Answer apply(const std::string& text, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"apply", write(text), "--yes"};
    words.insert(words.end(), more.begin(), more.end());
    return group.ctl(words);
  }
  Answer diff(const std::string& text, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"plan", "diff", write(text), "--exit-code"};
    words.insert(words.end(), more.begin(), more.end());
    return group.ctl(words);
  }
  /// An [[artefact]] whose archive is in the members' own repository.
  std::string artefact(const std::string& name, const std::string& version,
                       const std::string& more = "") {
    return "[[artefact]]\nname = \"" + name + "\"\nversion = \"" + version +
           "\"\ndigest = \"sha256:" + digest_of(name, version) + "\"\n" + more + "\n";
  }
  /// Packed once: archives have times in them.
  const std::string& digest_of(const std::string& name, const std::string& version) {
    std::string& digest = digests_[name + "-" + version];
    if (!digest.empty()) return digest;
    const auto archive = group.pack(name, version, {{"version", version}, {"serve", kMarksItself}});
    const auto packed = file_digest(archive);
    EXPECT_TRUE(packed);
    if (packed) digest = packed->hex();
    return digest;
  }
  /// The entries behind a sequence.
  std::vector<Entry> entries_behind(std::uint64_t sequence) const {
    std::vector<Entry> entries;
    const auto rows = group.admin().log();
    EXPECT_TRUE(rows);
    for (const LogRow& row : rows.value_or(std::vector<LogRow>())) {
      auto entry = decode_entry(row.entry);
      EXPECT_TRUE(entry);
      if (entry && entry->sequence.value > sequence) entries.push_back(*std::move(entry));
    }
    return entries;
  }
  /// What they are, in words: "DEPLOY site@1.0".
  std::vector<std::string> commands_behind(std::uint64_t sequence) const {
    std::vector<std::string> words;
    for (const Entry& entry : entries_behind(sequence)) {
      words.push_back(find_syntax(entry.kind)->describe(entry.payload));
    }
    return words;
  }
  std::uint64_t head() const { return group.admin().status()->head.value; }
  std::string installed(const std::string& member, const std::string& name) {
    return read_file(group.member(member).files() / name / "current/version");
  }

  Group group;

 private:
  std::map<std::string, std::string> digests_;  ///< by NAME-VERSION
};

TEST_F(Plans, EveryMistakeIsSaidWithItsPlaceAndNobodyIsAsked) {
  const std::string plan =
      "plan = 1\ngruop = \"shop\"\n"
      "[[artefact]]\nname = \"site\"\nversion = \"1.0\"\nafter = [\"cache\"]\nstate = \"runing\"\n"
      "[[artefact]]\nname = \"cache\"\nversion = \"1.0\"\nafter = [\"site\"]\n";
  const std::string path = write(plan).string();
  const Answer said = group.ctl({"plan", "check", path});  // there is no coordinator
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_EQ(said.err, "error: " + path + ":2:1: unknown key \"gruop\". Did you mean: group?\n" +
                          "error: " + path + ":7:9: \"runing\" is none of running, stopped, " +
                          "deployed, absent. Did you mean: running?\n" + "error: " + path +
                          ":9:8: they cannot start in an order: cache after site after cache\n");
  EXPECT_EQ(group.ctl({"plan", "check", path, "-o", "json"}).json().at("more").size(), 2U);
  ASSERT_TRUE(group.start_coordinator());
  EXPECT_EQ(group.ctl({"plan", "diff", path}).exit_code, 2);
  EXPECT_EQ(group.ctl({"apply", path, "--yes"}).exit_code, 2);
  EXPECT_EQ(head(), 0U);
}

TEST_F(Plans, TheExamplesAreRight) {
  std::size_t count = 0;
  for (const auto& example : fs::directory_iterator(source_dir() / "examples/plan")) {
    const Answer checked = group.ctl({"plan", "check", example.path()});
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
    ++count;
  }
  EXPECT_EQ(count, 4U);
}

TEST_F(Plans, AreAppliedInTheOrderOfStartingAndThenThereIsNothingToDo) {
  begin({"m1", "m2"});
  const std::string plan = "plan = 1\ngroup = \"shop\"\nmessage = \"release 47\"\n" +
                           artefact("site", "1.0", "after = [\"cache\"]\non = \"name=m1\"") +
                           artefact("cache", "1.0") + "[set]\n\"log.level\" = \"info\"\n";
  const std::uint64_t before = head();
  const Answer shown = diff(plan);
  EXPECT_EQ(shown.exit_code, 1) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("+ artefact cache on all\n"));
  EXPECT_THAT(shown.out, HasSubstr("at seq " + std::to_string(before) +
                                   ": 3 commands\n  DEPLOY cache@1.0 to all\n"
                                   "  DEPLOY site@1.0 to name=m1\n  SET log.level=info to all\n"));
  const Answer unasked = group.ctl({"apply", file("plan.toml")});
  EXPECT_EQ(unasked.exit_code, 2) << "nobody has confirmed it";
  EXPECT_EQ(head(), before);

  const Answer applied = apply(plan);
  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  const auto line = [&](std::uint64_t n) { return "seq " + std::to_string(before + n) + "  "; };
  EXPECT_EQ(applied.out, line(1) + "DEPLOY cache@1.0 to all   2 done   of 2\n" + line(2) +
                             "DEPLOY site@1.0 to name=m1   1 done   of 1\n" + line(3) +
                             "SET log.level=info to all   2 done   of 2\n");
  EXPECT_EQ(installed("m1", "site"), "1.0");
  EXPECT_EQ(installed("m2", "site"), "");
  EXPECT_EQ(installed("m2", "cache"), "1.0");
  for (const Entry& entry : entries_behind(before)) EXPECT_EQ(entry.message, "release 47");

  const Answer again = apply(plan);
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.out, "nothing to do: the group has what the plan says\n");
  EXPECT_EQ(diff(plan).exit_code, 0);
  EXPECT_EQ(head(), before + 3);

  const Answer exported = group.ctl({"plan", "export"});
  ASSERT_EQ(exported.exit_code, 0);
  EXPECT_EQ(diff(exported.out, {"--prune"}).exit_code, 0) << exported.out;
}

TEST_F(Plans, AreInJsonAsInToml) {
  begin({"m1"});
  const std::string plan = R"({"plan": 1, "set": {"a": "1", "b": [{"value": "2"}]}})";
  const auto applied = apply(plan, {"-o", "json"});
  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  const auto result = applied.json();
  EXPECT_EQ(result.at("kind"), "ApplyResult");
  ASSERT_EQ(result.at("results").size(), 2U);
  EXPECT_EQ(result.at("results").at(1).at("members").size(), 1U);
  EXPECT_EQ(diff(plan, {"-o", "json"}).json().at("differences").at(0).at("change"), "same");
}

TEST_F(Plans, CommandsThatCameMeanwhileAreAConflictAndNothingIsAppended) {
  begin({"m1"});
  const std::string plan = "plan = 1\n[set]\na = \"1\"\nb = \"2\"\n";
  const std::string seen = std::to_string(head());
  ASSERT_EQ(group.ctl({"set", "c=3", "--at-seq", seen}).exit_code, 0);
  const std::uint64_t before = head();
  const Answer late = apply(plan, {"--at-seq", seen, "-o", "json"});
  EXPECT_EQ(late.exit_code, 7) << late.out;
  EXPECT_EQ(group.ctl({"set", "c=4", "--at-seq", seen}).exit_code, 7);
  EXPECT_EQ(apply(plan, {"--at-seq", std::to_string(before + 1)}).exit_code, 7)
      << "nobody has seen it";
  EXPECT_EQ(head(), before);
  const auto shown = diff(plan, {"-o", "json"}).json();
  EXPECT_EQ(shown.at("commands").size(), 2U) << "nothing of it was applied";
  group.start_members({"m2"});  // who joins changes nothing that anybody has looked at
  EXPECT_EQ(apply(plan, {"--at-seq", std::to_string(before)}).exit_code, 0);
  EXPECT_THAT(commands_behind(before),
              ::testing::UnorderedElementsAre("JOINED m2", "SET a=1", "SET b=2"));
}

TEST_F(Plans, WhatAPlanDoesNotNameGoesByPruningAloneTheLastToStartFirst) {
  begin({"m1"});
  const std::string cache = artefact("cache", "1.0");
  ASSERT_EQ(apply("plan = 1\n" + cache + artefact("shop", "1.0", "after = [\"cache\"]") +
                  artefact("web", "1.0", "after = [\"shop\"]") + "[set]\na = \"1\"\n")
                .exit_code,
            0);
  const std::uint64_t before = head();
  const std::string less = "plan = 1\n" + cache;
  const Answer kept = apply(less);
  EXPECT_EQ(kept.exit_code, 0);
  EXPECT_EQ(head(), before);
  EXPECT_EQ(installed("m1", "web"), "1.0");
  EXPECT_THAT(diff(less).out, HasSubstr("- artefact web on all   the plan does not name it"));
  EXPECT_EQ(apply(less, {"--prune"}).exit_code, 0);
  EXPECT_THAT(commands_behind(before), ElementsAre("UNDEPLOY web", "UNDEPLOY shop", "UNSET a"));
  EXPECT_EQ(installed("m1", "web"), "");
  EXPECT_EQ(installed("m1", "cache"), "1.0");
}

TEST_F(Plans, WorkloadsStartInTheirOrderAndStopInTheReverse) {
  begin({"m1"});
  const fs::path marks = file("marks");
  const std::string config =
      "deployer = \"process\"\nconfig = {command = [\"./serve\"], environment = {MARKS = \"" +
      marks.string() + "\"}}\n";
  const auto with_state = [&](const std::string& state) {
    return "plan = 1\n" +
           artefact("app", "1.0", config + "after = [\"base\"]\nstate = \"" + state + "\"") +
           artefact("base", "1.0", config + "state = \"" + state + "\"");
  };
  const std::string running = with_state("running");
  const std::string stopped = with_state("stopped");
  ASSERT_EQ(apply(running).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return read_file(marks) == "start base\nstart app\n"; }))
      << read_file(marks);
  fs::remove(marks);
  ASSERT_EQ(apply(stopped).exit_code, 0);
  EXPECT_EQ(read_file(marks), "stop app\nstop base\n");
  fs::remove(marks);
  ASSERT_EQ(apply(running).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return read_file(marks) == "start base\nstart app\n"; }))
      << read_file(marks);
}

TEST_F(Plans, ACycleWithWhatTheGroupHasIsRefusedWhole) {
  begin({"m1"});
  ASSERT_EQ(apply("plan = 1\n" + artefact("site", "1.0", "after = [\"cache\"]")).exit_code, 0);
  const std::uint64_t before = head();
  const Answer refused =
      apply("plan = 1\n" + artefact("cache", "1.0", "after = [\"site\"]") + artefact("a", "1.0"));
  EXPECT_EQ(refused.exit_code, 7) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("they cannot start in an order"));
  EXPECT_THAT(refused.err, HasSubstr("DEPLOY cache@1.0 to all was refused"));
  EXPECT_EQ(head(), before);
}

TEST_F(Plans, ADeployerThatMembersDoNotHaveIsSaidOfEachOfThem) {
  begin({"m1", "m2"});
  const Answer ended =
      apply("plan = 1\n" + artefact("site", "1.0", "deployer = \"nosuch\"") + "[set]\na = \"1\"\n");
  EXPECT_EQ(ended.exit_code, 1);
  for (const std::string name : {"m1", "m2"}) {
    EXPECT_THAT(ended.out, ::testing::ContainsRegex(
                               name + " +failed +deployer +this member has no deployer .nosuch."));
  }
  EXPECT_THAT(ended.out, HasSubstr("SET a=1 to all   2 done   of 2"));
}

TEST_F(Plans, ReleasesAreRolledOutAsThePlanSays) {
  begin({"m1", "m2", "m3"});
  const std::string policy = "plan = 1\n[rollout]\nbatch = 1\ncanary = 1\n";
  const std::string good = artefact("site", "1.0");
  ASSERT_EQ(apply(policy + good).exit_code, 0);
  const std::string broken = artefact("site", "2.0", "deployer = \"nosuch\"");
  const Answer stopped = apply(policy + broken);
  EXPECT_EQ(stopped.exit_code, 6) << stopped.out << stopped.err;
  EXPECT_THAT(stopped.out, HasSubstr("1 failed   2 not attempted"));
  const Answer again = apply(policy + broken);
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.out, HasSubstr("of site is stopped\nnothing to do"));
  EXPECT_EQ(apply(policy + good).exit_code, 0);
  EXPECT_EQ(diff(policy + good).exit_code, 0);
  for (const std::string name : {"m1", "m2", "m3"}) EXPECT_EQ(installed(name, "site"), "1.0");
}

/// Whether this one of many has a deployer: disks are too slow for all of them.
bool is_real(std::size_t i) { return i % 25 == 0; }

/// A plan of so many artefacts, of one archive, each after one before it.
std::string large_plan(const Group& group, std::size_t count) {
  const std::string archive = group.pack("svc", "1", {{"version", "1"}});
  const auto digest = file_digest(archive);
  EXPECT_TRUE(digest);
  std::string text = "plan = 1\n";
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "svc-" + std::to_string(i);
    fs::create_hard_link(archive, group.repository() / (name + "-1.tar"));
    text += "[[artefact]]\nname = \"" + name + "\"\nversion = \"1\"\n";
    text += "digest = \"" + digest->hex() + "\"\n";
    if (!is_real(i)) text += "deployer = \"nosuch\"\n";
    if (i > 0) text += "after = [\"svc-" + std::to_string(i / 2) + "\"]\n";
  }
  return text;
}

TEST_F(Plans, FiveHundredArtefactsAreOneBatch) {
  begin({"m1"});
  const std::string plan = large_plan(group, 500);
  const std::uint64_t before = head();
  const Answer applied = apply(plan, {"-o", "json", "--wait-timeout", "50s"});
  EXPECT_EQ(applied.exit_code, 1) << applied.err;
  const auto results = applied.json().at("results");
  ASSERT_EQ(results.size(), 500U);
  std::set<std::size_t> started;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& result = results.at(i);
    const std::string name = result.at("command").at("artefact");
    const std::size_t number = std::stoul(name.substr(name.find('-') + 1));
    EXPECT_EQ(result.at("seq"), before + 1 + i);
    EXPECT_TRUE(number == 0 || started.contains(number / 2)) << name << " before its own";
    started.insert(number);
    EXPECT_EQ(result.at("members").size(), 1U);
    EXPECT_EQ(result.at("members").at(0).at("result"), is_real(number) ? "done" : "failed") << name;
  }
  EXPECT_EQ(started.size(), 500U);
  EXPECT_EQ(installed("m1", "svc-475"), "1");
  const auto entries = entries_behind(before);
  ASSERT_EQ(entries.size(), 500U);
  EXPECT_EQ(entries.front().issued, entries.back().issued);
  EXPECT_EQ(entries.front().request.client, entries.back().request.client);
  EXPECT_EQ(diff(plan).exit_code, 0);
}

TEST_F(Plans, ABatchIsThereWholeOrNotAtAllWhenTheCoordinatorIsKilled) {
  ASSERT_TRUE(group.start_coordinator());
  constexpr std::uint64_t kMany = 200;
  const auto drawn = std::random_device()();
  SCOPED_TRACE("drawn from " + std::to_string(drawn));
  std::mt19937 random(drawn);
  for (int round = 0; round < 8; ++round) {
    std::string plan = "plan = 1\n[set]\n";
    for (std::uint64_t i = 0; i < kMany; ++i) {
      plan += "k" + std::to_string(i) + " = \"" + std::to_string(round) + std::string(500, 'v') +
              "\"\n";
    }
    const std::uint64_t before = head();
    Process applying = Process::start({groupctl_program(), "-E", group.endpoint("admin"), "apply",
                                       write(plan), "--yes", "--no-wait", "--timeout", "1s"},
                                      {});
    const std::uint64_t until = now_ms() + random() % 40;
    eventually([&] { return now_ms() >= until; });
    group.coordinator().kill_nine();
    applying.wait(20'000);
    ASSERT_TRUE(group.start_coordinator());
    const std::uint64_t grown = head() - before;
    EXPECT_TRUE(grown == 0 || grown == kMany) << grown;
    const auto left = diff(plan, {"-o", "json"}).json().at("commands").size();
    EXPECT_EQ(left, grown == 0 ? kMany : 0);
  }
}

}  // namespace
}  // namespace groupctl::process_test
