// What operators do to the roster: whom a target means, labels, evictions; what is shown of a
// member.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "tests/process/harness_load.h"

namespace groupctl::process_test {
namespace {

/// web-1 and web-2 in racks r1 and r2, db-1 in r1 with a gpu; in step.
void start_three(Group& group) {
  ASSERT_TRUE(group.start_coordinator());
  group.start_member("web-1", {"--label", "role=web", "--label", "rack=r1"});
  group.start_member("web-2", {"--label", "role=web", "--label", "rack=r2"});
  group.start_member("db-1", {"--label", "role=db", "--label", "rack=r1", "--label", "gpu=yes"});
  group.expect_converged({"web-1", "web-2", "db-1"});
}

/// The members in the ledger of a command, by name, in one word.
std::string counted(const Answer& answer) {
  const nlohmann::json whole = answer.json();
  std::string names;
  for (const auto& member : whole.at("members")) {
    names += (names.empty() ? "" : " ") + member.value("name", "?");
  }
  return names;
}

nlohmann::json shown(const Group& group, const std::string& name) {
  return group.ctl({"member", "show", name, "-o", "json"}).json();
}

bool is_lost(const Group& group, const std::string& name) {
  return shown(group, name).value("state", "") == "lost";
}

TEST(Roster, EveryFormOfASelectorFromTheCommandLineToTheLedger) {
  Group group;
  start_three(group);
  const std::vector<std::pair<std::vector<std::string>, std::string>> forms = {
      {{}, "db-1 web-1 web-2"},
      {{"-t", "role=web"}, "web-1 web-2"},
      {{"-t", "role=web,rack!=r2"}, "web-1"},
      {{"-t", "role in (db,cache)"}, "db-1"},
      {{"-t", "rack notin (r1)"}, "web-2"},
      {{"-t", "has(gpu)"}, "db-1"},
      {{"-t", "!gpu"}, "web-1 web-2"},
      {{"-t", "name=web-*"}, "web-1 web-2"},
      {{"-t", "web-2"}, "web-2"},
      {{"-t", "web-2", "-t", "has(gpu)"}, "db-1 web-2"},
      {{"-t", "role=db|rack=r2"}, "db-1 web-2"},
  };
  for (const auto& [target, names] : forms) {
    std::vector<std::string> words = {"set", "k=v", "-o", "json"};
    words.insert(words.end(), target.begin(), target.end());
    const Answer answer = group.ctl(words);
    EXPECT_EQ(answer.exit_code, 0) << answer.out << answer.err;
    EXPECT_EQ(counted(answer), names);
    const auto seq = answer.json().at("seq").get<std::uint64_t>();
    EXPECT_EQ(counted(group.ctl({"log", "show", std::to_string(seq), "-o", "json"})), names);
  }
  EXPECT_EQ(counted(group.ctl({"ping", "web-1", "db-1", "-o", "json"})), "db-1 web-1");
}

TEST(Roster, ATargetThatMatchesNobodyNamesWhatIsNearest) {
  Group group;
  start_three(group);
  const Answer label = group.ctl({"set", "k=v", "-t", "role=wbe"});
  EXPECT_EQ(label.exit_code, 3);
  EXPECT_TRUE(label.err.starts_with(
      "error: no member matches role=wbe. labels seen: role=web (2), role=db (1)"))
      << label.err;
  const Answer name = group.ctl({"ping", "web-1", "wbe-2"});
  EXPECT_EQ(name.exit_code, 3);
  EXPECT_EQ(name.err, "error: no member is called wbe-2. Did you mean: web-2?\n");
  EXPECT_EQ(group.ctl({"set", "k=v", "-t", "role=wbe", "--allow-empty"}).exit_code, 0);
  EXPECT_EQ(group.ctl({"set", "k=w", "-t", "role=wbe"}).exit_code, 3);
}

TEST(Roster, ARelabelledMemberGetsWhatItsNewLabelSelects) {
  Group group;
  start_three(group);
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive, "-t", "role=web"}).exit_code, 0);
  const std::vector<std::string> words = {"member",   "label", "db-1",    "role=web", "-m",
                                          "one more", "--id",  "label-1", "-o",       "json"};
  const Answer labelled = group.ctl(words);
  EXPECT_EQ(labelled.exit_code, 0) << labelled.err;
  EXPECT_EQ(counted(labelled), "db-1");
  EXPECT_TRUE(group.serves("db-1", "1.0")) << "the wait has ended before the reconcile";
  EXPECT_EQ(group.ctl(words).json().at("seq"), labelled.json().at("seq")) << "a retry";
  const auto member = shown(group, "db-1");
  EXPECT_EQ(member.at("labels").at("role"), "web");
  EXPECT_EQ(member.at("ownLabels").at("role"), "db");
  EXPECT_EQ(member.at("operatorLabels").at("role"), "web");
  const Answer back = group.ctl({"member", "label", "-t", "has(gpu)", "role-"});
  EXPECT_EQ(back.exit_code, 0) << back.err;
  EXPECT_FALSE(group.serves("db-1", "1.0"));
  EXPECT_EQ(group.ctl({"member", "label", "db-9", "role=web"}).exit_code, 3);
  EXPECT_EQ(group.ctl({"member", "label", "role=web"}).exit_code, 2);
  EXPECT_EQ(group.ctl({"member", "label", "db-1", "x=1", "--no-wait", "-o", "name"}).exit_code, 0);
}

TEST(Roster, AFailedReconcileIsTheOutcomeOfTheLabel) {
  Group group;
  start_three(group);
  const std::string digest(64, 'a');  // of no archive
  ASSERT_EQ(
      group.ctl({"deploy", "ghost@1", "--digest", digest, "-t", "role=canary", "--allow-empty"})
          .exit_code,
      0);
  const Answer labelled = group.ctl({"member", "label", "web-1", "role=canary", "-o", "json"});
  EXPECT_EQ(labelled.exit_code, 1);
  EXPECT_EQ(labelled.json().at("members").at(0).at("result"), "failed");
  const auto member = shown(group, "web-1");
  EXPECT_EQ(member.at("state"), "failed");
  EXPECT_EQ(member.at("delta").at("failed"), 1);
  EXPECT_EQ(member.at("outcomes").at(0).at("result"), "failed");
  EXPECT_EQ(member.at("outcomes").at(0).at("seq"), labelled.json().at("seq"));
  EXPECT_EQ(member.at("artefacts").at(0).at("name"), "ghost");
}

TEST(Roster, MemberShowTellsAllThatIsKnown) {
  Group group;
  start_three(group);
  const auto member = shown(group, "web-1");
  EXPECT_EQ(member.at("kind"), "Member");
  EXPECT_EQ(member.at("state"), "in_step");
  EXPECT_EQ(member.at("received"), member.at("head"));
  EXPECT_EQ(member.at("session").at("incarnation"), 1);
  EXPECT_TRUE(member.at("session").contains("since"));
  EXPECT_TRUE(member.at("session").contains("address"));
  EXPECT_NE(group.ctl({"member", "show", "web-1"}).out.find("rack   r1     member"),
            std::string::npos);
  const Answer other = group.ctl({"member", "show", "web1"});
  EXPECT_EQ(other.exit_code, 3);
  EXPECT_EQ(other.err, "error: no member is called web1. Did you mean: web-1?\n");
}

TEST(Roster, G26_ALostMemberIsEvictedAndComesBackAsANewOne) {
  Group group;
  start_three(group);
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  group.member("web-2").process().send(SIGSTOP);
  const std::string id = shown(group, "web-2").at("id");
  EXPECT_EQ(group.ctl({"member", "evict", "web-2"}).exit_code, 2) << "nobody has confirmed it";
  EXPECT_EQ(group.ctl({"member", "evict", "web-1", "--yes"}).exit_code, 7) << "it is here";
  EXPECT_TRUE(eventually([&] { return is_lost(group, "web-2"); }));
  const Answer evicted = group.ctl({"member", "evict", "web-2", "-y", "-m", "rack r2 is gone"});
  EXPECT_EQ(evicted.exit_code, 0) << evicted.err;
  EXPECT_NE(evicted.out.find("LEFT web-2 (evicted)"), std::string::npos);
  EXPECT_EQ(group.ctl({"member", "list", "-o", "json"}).json().at("members").size(), 2U);
  EXPECT_EQ(group.ctl({"set", "k=1"}).exit_code, 0) << "nobody is missing any more";
  EXPECT_EQ(group.ctl({"member", "evict", "web-2", "-y"}).exit_code, 3);
  EXPECT_NE(group.ctl({"member", "show", "web-2"}).err.find("left at sequence"), std::string::npos);
  // It was only away. Either the word of its eviction ends it, or it has looked for its coordinator
  // anew before it heard that: it is a new one both ways.
  Process& process = group.member("web-2").process();
  process.send(SIGCONT);
  EXPECT_TRUE(eventually(
      [&] { return !process.running() || shown(group, "web-2").value("state", "") == "in_step"; }));
  if (!process.running()) {
    EXPECT_EQ(process.wait(0), (Ended{0, 0}));
    EXPECT_TRUE(group.serves("web-2", "1.0"));
    group.start_members({"web-2"});
  }
  EXPECT_NE(shown(group, "web-2").at("id"), id);
  EXPECT_TRUE(group.serves("web-2", "1.0"));
}

TEST(Roster, G26_AMemberThatIsHereIsEvictedByForceAndKeepsWhatItRuns) {
  Group group;
  start_three(group);
  const std::string archive = group.pack_site("1.0");
  ASSERT_EQ(group.ctl({"deploy", "site@1.0", "--archive", archive}).exit_code, 0);
  const Answer evicted = group.ctl({"member", "evict", "web-1", "web-2", "--force", "-y", "-m",
                                    "rack r9 is gone", "-o", "json"});
  EXPECT_EQ(evicted.json().at("kind"), "Eviction");
  EXPECT_EQ(evicted.json().at("members").size(), 2U);
  for (const char* name : {"web-1", "web-2"}) {
    EXPECT_EQ(group.member(name).process().wait(20000), (Ended{0, 0}));
    EXPECT_NE(read_file(group.member(name).log_file()).find("rack r9 is gone"), std::string::npos);
    EXPECT_TRUE(group.serves(name, "1.0"));
  }
  EXPECT_EQ(group.ctl({"status", "--exit-code"}).exit_code, 0);
}

}  // namespace
}  // namespace groupctl::process_test
