// plan check, diff, export, and apply: what is asked, what is submitted, and what is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/plan_report.h"
#include "commands/state/target.h"
#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kDigest(64, 'a');

/// Shop 1 is for all, and a property that no plan here names.
GroupState state_of_the_group() {
  Release release{"1", {}, "dir", {}};
  EXPECT_TRUE(release.digest.assign_hex(kDigest));
  ArtefactRow shop;
  shop.releases = {{Target::all(), Sequence(5), release}};
  PropertyRow level;
  level.values = {{Target::all(), Sequence(6), "info"}};
  GroupState state;
  state.load_row(artefact_key("shop"), encode(shop));
  state.load_row(property_key("log.level"), encode(level));
  return state;
}

class PlanVerbs : public TypedLines {
 protected:
  PlanVerbs() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {
    path = (std::filesystem::temp_directory_path() /
            ("plan-verbs-" + std::to_string(::getpid()) + ".toml"))
               .string();
  }
  ~PlanVerbs() override { std::filesystem::remove(path); }

  std::vector<AdminReply> answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    if (std::holds_alternative<StatusQuery>(request)) {
      StatusReply status;
      status.hello = hello_reply();
      status.head = Sequence(heads.size() > 1 ? heads.front() : heads.back());
      if (heads.size() > 1) heads.erase(heads.begin());
      return {status};
    }
    if (const auto* query = std::get_if<StateQuery>(&request)) {
      StateReply reply{{}, false, Sequence(9)};
      for (auto at = state.lower_bound(""); at != state.end(); ++at) {
        if (at->first > query->after)
          reply.rows.push_back({at->first, at->second, at->second.size()});
      }
      return {reply};
    }
    if (const auto* submit = std::get_if<Submit>(&request)) {
      if (refusal) return {*refusal};
      return {Accepted{Sequence(10), Sequence(9 + submit->commands.size()), {}}};
    }
    const auto* watch = std::get_if<Watch>(&request);
    if (watch == nullptr) return {};
    stop = stop_at == watch->sequence;
    if (watch->version > 0) return {};  // no more is known of it
    Update update;
    update.sequence = watch->sequence;
    update.version = 1;
    update.targets = 1;
    update.closed = !never_ends || watch->sequence == Sequence(10);
    const Outcome outcome = watch->sequence == failing ? Outcome::kFailed
                            : update.closed            ? Outcome::kDone
                                                       : Outcome::kRunning;
    update.counts = {{outcome, 1}};
    update.rows = {ledger_row(1, "web-1", outcome, "", outcome == Outcome::kDone ? "" : "no disk")};
    return {update};
  }

  Said run_words(std::vector<std::string> words, const std::string& text) {
    std::ofstream(path) << text;
    for (std::string& word : words) {
      if (word == "FILE") word = path;
    }
    return TypedLines::run_words(words);
  }
  std::vector<Submit> submits() const { return coordinator.requests_of<Submit>(); }

  static inline const std::string kTwo =
      "plan = 1\nmessage = \"release 47\"\n[[artefact]]\nname = \"shop\"\nversion = \"2\"\n"
      "digest = \"sha256:" +
      std::string(64, 'b') + "\"\n[set]\nk = \"v\"\n";

  GroupState state = state_of_the_group();
  std::vector<std::uint64_t> heads = {9};  ///< as each look finds it; the last one stays
  std::optional<SubmitRefused> refusal;
  Sequence failing;
  Sequence stop_at;         ///< Ctrl-C comes while this one is waited for
  bool never_ends = false;  ///< all but the first command
  std::string path;
};

TEST_F(PlanVerbs, ApplyShowsAsksSubmitsOneBatchAndWaitsForEach) {
  typed = "yes";
  const Said said = run_words({"apply", "FILE"}, kTwo);
  EXPECT_EQ(said.exit_code, 0) << err;
  EXPECT_THAT(err, HasSubstr("~ artefact shop on all\n    version: 1 -> 2\n    digest: sha256:" +
                             kDigest + " -> sha256:" + std::string(64, 'b') +
                             "\n+ property k on all\n    value: v\n"
                             "- property log.level on all   the plan does not name it: --prune "
                             "takes it away\nat seq 9: 2 commands\n  DEPLOY shop@2 to all\n"
                             "  SET k=v to all\nApply this? Type yes to go on: "));
  EXPECT_EQ(said.out,
            "seq 10  DEPLOY shop@2 to all   1 done   of 1\n"
            "seq 11  SET k=v to all   1 done   of 1\n");
  ASSERT_EQ(submits().size(), 1U);
  const Submit submit = submits().front();
  EXPECT_EQ(submit.at_sequence, Sequence(9));
  EXPECT_FALSE(submit.allow_empty_target);
  ASSERT_EQ(submit.commands.size(), 2U);
  for (const auto& command : submit.commands) EXPECT_EQ(command.message, "release 47");
}

TEST_F(PlanVerbs, ApplyIsNotGoneOnWithUnconfirmed) {
  for (const auto& answer : {std::optional<std::string>(), std::optional<std::string>("no")}) {
    typed = answer;
    EXPECT_EQ(run_words({"apply", "FILE"}, kTwo).exit_code, 2);
  }
  EXPECT_THAT(submits(), IsEmpty());
}

TEST_F(PlanVerbs, WhatIsGivenGoesWithTheBatch) {
  const Said said = run_words({"apply", "-f", "FILE", "--var", "v=2", "--at-seq", "7", "-m", "why",
                               "--allow-empty", "--no-wait", "--prune", "-y", "-o", "name"},
                              "plan = 1\n[set]\nk = \"${v}\"\n");
  EXPECT_EQ(said.out, "10\n11\n12\n") << err;
  ASSERT_EQ(submits().size(), 1U);
  EXPECT_EQ(submits()[0].at_sequence, Sequence(7));
  EXPECT_TRUE(submits()[0].allow_empty_target);
  EXPECT_EQ(submits()[0].commands.size(), 3U) << "UNDEPLOY, SET and UNSET";
  EXPECT_EQ(submits()[0].commands[0].message, "why");
  EXPECT_THAT(coordinator.requests_of<Watch>(), IsEmpty());
}

TEST_F(PlanVerbs, WhatIsNotWaitedForIsSaidWithTheLineThatWaits) {
  const Said said = run_words({"apply", "FILE", "-y", "--no-wait"}, kTwo);
  EXPECT_EQ(said.out,
            "seq 10  DEPLOY shop@2 to all\nseq 11  SET k=v to all\n\n"
            "not waited for: groupctl wait 10 11\n");
  std::string many = "plan = 1\n[set]\n";
  for (int i = 0; i < 11; ++i) many += "k" + std::to_string(i) + " = \"v\"\n";
  EXPECT_THAT(run_words({"apply", "FILE", "-y", "--no-wait"}, many).out,
              HasSubstr("not waited for: groupctl wait --for in-step=20\n"));
}

TEST_F(PlanVerbs, WhatFailsIsInTheRecapAndInTheExitCode) {
  failing = Sequence(10);
  const Said said = run_words({"apply", "FILE", "-y"}, kTwo);
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_EQ(said.out,
            "seq 10  DEPLOY shop@2 to all   1 failed   of 1\n"
            "MEMBER  RESULT  STEP  WHY\nweb-1   failed  -     no disk\n"
            "seq 11  SET k=v to all   1 done   of 1\n");
  const auto json =
      nlohmann::json::parse(run_words({"apply", "FILE", "-y", "-o", "json"}, kTwo).out);
  EXPECT_EQ(json.at("exitCode"), 1);
  EXPECT_EQ(json.at("results").at(0).at("summary").at("failed"), 1);
}

TEST_F(PlanVerbs, WhoDetachesIsToldHowToComeBack) {
  stop_at = Sequence(11);
  never_ends = true;
  const Said said = run_words({"apply", "FILE", "-y"}, kTwo);
  EXPECT_EQ(said.exit_code, 130);
  EXPECT_THAT(said.out, HasSubstr("seq 10  DEPLOY shop@2 to all   1 done   of 1\n"));
  EXPECT_THAT(said.out, ::testing::EndsWith("\ndetached; the commands are in the log and go on: "
                                            "groupctl wait 10 11\n"));
}

TEST_F(PlanVerbs, WhatIsOpenWhenTheTimeIsUpIsWaitedForAgain) {
  never_ends = true;
  const Said said = run_words({"apply", "FILE", "-y", "--wait-timeout", "3s"}, kTwo);
  EXPECT_EQ(said.exit_code, 5);
  EXPECT_THAT(said.out, ::testing::EndsWith("\nthe wait ended first; the commands are in the log "
                                            "and go on: groupctl wait 10 11\n"));
}

TEST_F(PlanVerbs, ARefusalNamesTheCommand) {
  refusal = SubmitRefused{ErrorCode::kRefused, "command 2: SET: no room", 2};
  EXPECT_EQ(run_words({"apply", "FILE", "-y", "-q"}, kTwo).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("error: command 2: SET: no room\n"
                             "error: SET k=v to all was refused, and so nothing of the plan was "
                             "sequenced\n"));
  err.clear();
  refusal = SubmitRefused{ErrorCode::kConflict, "commands have come since sequence 9"};
  EXPECT_EQ(run_words({"apply", "FILE", "-y", "-q"}, kTwo).exit_code, 7);
  EXPECT_THAT(err, HasSubstr("hint:  groupctl plan diff shows the group as it is now\n"));
}

TEST_F(PlanVerbs, NothingToDoIsNotAsked) {
  const std::string same = "plan = 1\n[[artefact]]\nname = \"shop\"\nversion = \"1\"\n";
  const Said applied = run_words({"apply", "FILE"}, same);
  EXPECT_EQ(applied.out, "nothing to do: the group has what the plan says\n");
  EXPECT_EQ(applied.exit_code, 0);
  const Said diff = run_words({"plan", "diff", "FILE", "--exit-code"}, same);
  EXPECT_EQ(diff.exit_code, 0);
  EXPECT_THAT(diff.out, HasSubstr("at seq 9: the group is as the plan wants it, but for what it "
                                  "does not name\n"));
  EXPECT_EQ(err, "");
}

TEST_F(PlanVerbs, DiffEndsWithTheLineThatAppliesIt) {
  const Said said =
      run_words({"plan", "diff", "FILE", "--exit-code", "--var", "a=b c", "--prune"}, kTwo);
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.out, ::testing::EndsWith("run it:  groupctl apply " + path +
                                            " --var 'a=b c' --prune --at-seq 9\n"));
  EXPECT_EQ(run_words({"plan", "diff", "FILE"}, kTwo).exit_code, 0);
  EXPECT_THAT(submits(), IsEmpty());
}

TEST_F(PlanVerbs, AGroupThatMovesIsLookedAtAgain) {
  heads = {7, 8, 8, 9, 9};
  const auto diff =
      nlohmann::json::parse(run_words({"plan", "diff", "FILE", "-o", "json"}, kTwo).out);
  EXPECT_EQ(diff.at("head"), 9);
}

TEST_F(PlanVerbs, ExportIsAPlanThatIsNoDifferent) {
  const Said exported = run_words({"plan", "export"}, "");
  EXPECT_EQ(exported.out,
            "plan = 1\ngroup = \"shop\"\n\n[[artefact]]\nname = \"shop\"\nversion = \"1\"\n"
            "digest = \"sha256:" +
                kDigest + "\"\ndeployer = \"dir\"\n\n[set]\n\"log.level\" = \"info\"\n");
  EXPECT_EQ(run_words({"plan", "diff", "FILE", "--prune", "--exit-code"}, exported.out).out,
            "at seq 9: the group is as the plan wants it\n");
}

TEST_F(PlanVerbs, CheckAsksNobodyAndSaysEverything) {
  const Said right = run_words({"plan", "check", "FILE"}, kTwo);
  EXPECT_EQ(right.out, path + " is a plan: 1 artefact, 1 property\n");
  EXPECT_EQ(run_words({"plan", "check", "FILE"}, "plan = 1\ngruop = \"a\"\n[sett]\n").exit_code, 2);
  EXPECT_EQ(err, "error: " + path + ":2:1: unknown key \"gruop\". Did you mean: group?\n" +
                     "error: " + path + ":3:2: unknown key \"sett\". Did you mean: set?\n");
  EXPECT_THAT(coordinator.requests, IsEmpty());
}

TEST_F(PlanVerbs, APlanOfAnotherGroupIsWrongHere) {
  EXPECT_EQ(run_words({"apply", "FILE", "-y"}, "plan = 1\ngroup = \"bank\"\n").exit_code, 2);
  EXPECT_THAT(err, HasSubstr("the plan is for the group bank, and this is shop"));
}

TEST_F(PlanVerbs, WhatIsMoreThanABatchIsToBeParted) {
  std::string text = "plan = 1\n[set]\n";
  for (int i = 0; i < 1001; ++i) text += "k" + std::to_string(i) + " = \"v\"\n";
  EXPECT_EQ(run_words({"apply", "FILE", "-y"}, text).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("the plan needs 1001 commands of "));
  EXPECT_THAT(err, HasSubstr("hint:  part the plan into several"));
  text = "plan = 1\n[set]\n";
  for (int i = 0; i < 200; ++i) {
    text += "k" + std::to_string(i) + " = \"" + std::string(4000, 'v') + "\"\n";
  }
  EXPECT_EQ(run_words({"apply", "FILE", "-y"}, text).exit_code, 2);
  EXPECT_THAT(submits(), IsEmpty());
}

TEST_F(PlanVerbs, MoreRolloutsThanAGroupHasAreToBeParted) {
  MemberRow member;
  member.id = MemberId(1);
  member.name = "web-1";
  state.load_row(member_key(member.id), encode(member));
  std::string text = "plan = 1\n[rollout]\nbatch = 1\n";
  for (std::size_t i = 0; i <= kMaxRollouts; ++i) {
    text += "[[artefact]]\nname = \"a" + std::to_string(i) + "\"\nversion = \"1\"\ndigest = \"" +
            kDigest + "\"\n";
  }
  EXPECT_EQ(run_words({"apply", "FILE", "-y"}, text).exit_code, 2);
  EXPECT_THAT(err, HasSubstr("the plan begins 65 rollouts, and a group has 64 at a time"));
  EXPECT_THAT(submits(), IsEmpty());
}

TEST_F(PlanVerbs, WordsThatAreWrong) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"plan", "check"},
                                             {"plan", "check", "FILE", "-f", "FILE"},
                                             {"plan"},
                                             {"plan", "diff", "FILE", "--var", "x"},
                                             {"plan", "diff", "FILE", "--var", "=x"},
                                             {"apply", "FILE", "--at-seq", "0"},
                                             {"apply", "FILE", "--at-seq", "-1"},
                                             {"plan", "check", "/nonexistent/plan.toml"},
                                             {"plan", "diff", "FILE", "-o", "name"}}) {
    EXPECT_EQ(run_words(words, "plan = 1\n").exit_code, 2) << words.back();
  }
}

TEST_F(PlanVerbs, EveryVerbThatCommandsTakesASequenceToComeBehind) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"set", "a=b", "--no-wait"},
                                             {"stop", "shop", "--no-wait"},
                                             {"member", "label", "web-1", "a=b", "--no-wait"},
                                             {"member", "evict", "web-1", "-y"}}) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--at-seq", "8"});
    run_words(all, "");
    ASSERT_FALSE(submits().empty()) << words.front();
    EXPECT_EQ(submits().back().at_sequence, Sequence(8)) << words.front();
    coordinator.requests.clear();
  }
}

}  // namespace
}  // namespace groupctl
