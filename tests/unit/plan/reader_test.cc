// What a plan file may say, and what is said about one that is wrong.
#include "plan/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/state/target.h"
#include "plan/table.h"
#include "tests/unit/plan/states.h"

namespace groupctl::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> complaints(const std::string& text, const Variables& given = {}) {
  const auto plan = read_plan(text, "p.toml", given);
  return plan ? std::vector<std::string>() : plan.error();
}

TEST(PlanReader, EveryKeyIsRead) {
  const Plan plan = plan_of(R"(plan = 1
group = "shop"
message = "release 47"
[vars]
v = "2.4.1"
[defaults]
deployer = "process"
on = "role=web"
[rollout]
batch = "25%"
max_failures = 1
canary = 2
pause = "30s"
[[artefact]]
name = "shop"
version = "${v}"
digest = "sha256:)" + kDigest +
                            R"("
on = ["role=web", "name=db-*"]
after = ["cache"]
config = { port = 8080, ratio = 1.5, tls = true, hosts = ["a", "b"], cost = "3 $$" }
state = "stopped"
[artefact.health]
command = ["check it", "-v"]
every = "2s"
[[artefact]]
name = "cache"
version = "6.2.0"
config = "as it stands"
[[artefact]]
name = "old"
state = "absent"
on = []
[set]
"log.level" = "info"
pool = [{unset = true, on = []}, {value = "8", on = "role=db"}]
)");
  EXPECT_EQ(plan.group, "shop");
  EXPECT_EQ(plan.message, "release 47");
  EXPECT_EQ(plan.rollout, (RolloutPolicy{{25, true}, {1, false}, 2, 30'000}));
  ASSERT_EQ(plan.artefacts.size(), 3U);
  const Artefact& shop = plan.artefacts.front();
  EXPECT_EQ(shop.release.version, "2.4.1");
  EXPECT_EQ(shop.release.digest.hex(), kDigest);
  EXPECT_EQ(shop.release.deployer, "process");
  EXPECT_EQ(as_text(shop.release.config),
            R"({"cost":"3 $","hosts":["a","b"],"port":8080,"ratio":1.5,"tls":true})");
  EXPECT_EQ(to_text(shop.target), "name=db-* | role=web");
  EXPECT_THAT(shop.release.after, ElementsAre("cache"));
  EXPECT_THAT(shop.release.health.command, ElementsAre("check it", "-v"));
  EXPECT_EQ(shop.release.health.every_ms, 2000U);
  EXPECT_EQ(shop.release.health.within_ms, 30'000U);
  EXPECT_EQ(shop.running, false);
  EXPECT_EQ(to_text(plan.artefacts[1].target), "role=web");
  EXPECT_EQ(as_text(plan.artefacts[1].release.config), "as it stands");
  EXPECT_EQ(plan.artefacts[2].says, Artefact::Says::kAbsent);
  EXPECT_EQ(plan.artefacts[2].target, Target::all());
  ASSERT_EQ(plan.properties.size(), 3U);
  EXPECT_EQ(plan.properties[1].value, std::nullopt);
  EXPECT_EQ(plan.properties[2].value, "8");
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(PlanReader, JsonSaysTheSame) {
  const auto plan = read_plan(R"({"plan": 1, "group": "shop", "artefact":
      [{"name": "shop", "version": "1", "config": {"b": 1, "a": [true]},
        "health": {"command": ["x"], "every": "1s"}}], "set": {"a": "b"}})",
                              "p.json");
  ASSERT_TRUE(plan);
  EXPECT_EQ(as_text(plan->artefacts.front().release.config), R"({"a":[true],"b":1})");
  EXPECT_EQ(plan->properties.front().value, "b");
}

struct Wrong {
  const char* text;
  const char* complaint;
};

TEST(PlanReader, EveryMistakeHasItsPlace) {
  const Wrong wrong[] = {
      {"group = \"a\"\n", "p.toml:1:1: \"plan\" is missing"},
      {"plan = 2\n", "p.toml:1:8: this build reads plans of format 1"},
      {"plan = \"1\"\n", "p.toml:1:8: plan is a whole number, not a text in quotes"},
      {"plan = 1\ngruop = \"a\"\n", "p.toml:2:1: unknown key \"gruop\". Did you mean: group?"},
      {"plan = 1\ngroup = \"A b\"\n", "p.toml:2:9: \"A b\" is no group's name"},
      {"plan = 1\nmessage = \"${who}\"\n", "p.toml:2:11: "},
      {"plan = 1\n[vars]\na = 1\n", "p.toml:3:1: a variable is a text in quotes"},
      {"plan = 1\n[prune]\nscope = \"none\"\n", "p.toml:2:2: unknown key \"prune\"."},
      {"plan = 1\n[rollout]\nbatch = \"many\"\n",
       "p.toml:3:9: batch is a number, or a text like \"25%\""},
      {"plan = 1\n[rollout]\nmax_failures = \"101%\"\n", "p.toml:3:16: max_failures is a number"},
      {"plan = 1\n[rollout]\npause = \"3\"\n", "p.toml:3:9: \"3\" is no duration"},
      {"plan = 1\n[rollout]\ncanary = -1\n", "p.toml:3:10: canary is a number from 0 on"},
      {"plan = 1\n[rollout]\nbatch = 1.5\n", "p.toml:3:9: batch is a number"},
      {"plan = 1\n[rollout]\nbatch = -1\n", "p.toml:3:9: batch is a number"},
      {"plan = 1\n[rollout]\ncanary = 4294967296\n", "p.toml:3:10: more members than there are"},
      {"plan = 1\n[rollout]\npause = \"25h\"\n", "p.toml:3:9: a pause between waves is at most 1d"},
      {"plan = 1\nartefact = 3\n", "p.toml:2:12: artefact is a list, not a whole number"},
      {"plan = 1\nartefact = [3]\n", "p.toml:2:13: a table is wanted, not a whole number"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversoin = \"1\"\nversion = \"1\"\n",
       "p.toml:4:1: unknown key \"versoin\". Did you mean: version?"},
      {"plan = 1\n[[artefact]]\nversion = \"1\"\n", "p.toml:2:1: \"name\" is missing"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\n", "p.toml:2:1: \"version\" is missing"},
      {"plan = 1\n[[artefact]]\nname = \"A\"\nversion = \"1\"\n",
       "p.toml:3:8: \"A\" is no artefact's name"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1/2\"\n",
       "p.toml:4:11: \"1/2\" is no version"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\ndigest = \"sha256:12\"\n",
       "p.toml:5:10: a digest is sha256: and the 64 digits"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\ndeployer = \"No Such\"\n",
       "p.toml:5:12: \"No Such\" is no deployer's name"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\non = \"role=\"\n", "p.toml:5:6: "},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\non = [1]\n",
       "p.toml:5:7: on has texts in it, not a whole number"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nconfig = 3\n",
       "p.toml:5:10: config is a table or a text, not a whole number"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nconfig = {a = 1979-05-27}\n",
       "p.toml:5:10: config: p.toml:5:15: JSON has no such value"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nconfig_hex = \"0\"\n",
       "p.toml:5:14: not an even number of digits"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nafter = [\"B\"]\n",
       "p.toml:5:9: \"B\" is no artefact's name"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nstate = \"stoped\"\n",
       "p.toml:5:9: \"stoped\" is none of running, stopped, deployed, absent. Did you mean: "
       "stopped?"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nstate = \"absent\"\n",
       "p.toml:4:11: version: what is absent has none"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nafter = [\"b\"]\nstate = \"running\"\n",
       "p.toml:4:9: after: without a version only its state is said"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\n[artefact.health]\nevery = \"1s\"\n",
       "p.toml:5:1: \"command\" is missing"},
      {"plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nhealth = {command = [\"x\"], within "
       "= "
       "\"2h\"}\n",
       "p.toml:5:10: a health check takes at most 1h"},
      {"plan = 1\n[set]\n\"a=b\" = \"c\"\n", "p.toml:3:1: \"a=b\" is no key"},
      {"plan = 1\n[set]\na = 3\n", "p.toml:3:5: a is a text in quotes, or a table {value, on}"},
      {"plan = 1\n[set]\na = {on = \"b\"}\n", "p.toml:3:5: \"value\" is missing"},
      {"plan = 1\n[set]\na = {value = \"x\", unset = true}\n", "p.toml:3:14: a value, and unset"},
      {"plan = 1\n[set]\na = [{value = \"1\"}, {value = \"2\"}]\n",
       "p.toml:3:21: a on all is there twice"},
      {"plan = 1\nx = [\n", "p.toml:2:7: "},
  };
  for (const Wrong& one : wrong) {
    EXPECT_THAT(complaints(one.text), ElementsAre(HasSubstr(one.complaint))) << one.text;
  }
}

TEST(PlanReader, JsonMistakesSayThePath) {
  EXPECT_THAT(complaints("{\"plan\": 1, \"artefact\": [{\"name\": \"a\", \"versoin\": \"1\", "
                         "\"version\": \"1\"}]}"),
              ElementsAre("p.toml /artefact/0/versoin: unknown key \"versoin\". Did you mean: "
                          "version?"));
  EXPECT_THAT(complaints("{\"plan\": 1,\n \"group\": }"), ElementsAre(HasSubstr("p.toml:2:")));
  EXPECT_THAT(complaints("{\"plan\": 1,\n \"set\": 1e999}"),
              ElementsAre("p.toml:2:9: a number that is too large"));
  EXPECT_THAT(complaints("{\"plan\": 1, \"plan\": 2}"),
              ElementsAre("p.toml: the key \"plan\" is there twice"));
  EXPECT_THAT(complaints("{\"plan\": 1, \"group\": null}"),
              ElementsAre("p.toml /group: null says nothing"));
  EXPECT_THAT(complaints("{\"plan\":" + std::string(100, '[') + std::string(100, ']') + "}"),
              ElementsAre("p.toml: nested too deep"));
}

TEST(PlanReader, CyclesAreNamed) {
  const std::string text =
      "plan = 1\n[[artefact]]\nname = \"cache\"\nversion = \"1\"\nafter = [\"shop\"]\n"
      "[[artefact]]\nname = \"shop\"\nversion = \"1\"\nafter = [\"cache\"]\n";
  EXPECT_THAT(complaints(text), ElementsAre("p.toml:3:8: they cannot start in an order: "
                                            "cache after shop after cache"));
}

TEST(PlanReader, TheSameTwiceIsRefusedForOtherTargetsItIsNot) {
  const std::string one = "[[artefact]]\nname = \"a\"\nversion = \"1\"\n";
  EXPECT_THAT(complaints("plan = 1\n" + one + one),
              ElementsAre("p.toml:6:8: a on all is there twice"));
  EXPECT_THAT(complaints("plan = 1\n" + one + one + "on = \"role=web\"\n"), IsEmpty());
}

TEST(PlanReader, WhatIsForAllStandsFirst) {
  const std::string web = "[[artefact]]\nname = \"a\"\nversion = \"1\"\non = \"role=web\"\n";
  EXPECT_THAT(complaints("plan = 1\n" + web + "[[artefact]]\nname = \"a\"\nversion = \"2\"\n"),
              ElementsAre("p.toml:7:8: a on all stands behind others of it, which then say "
                          "nothing: put it first"));
  EXPECT_THAT(complaints("plan = 1\n" + web + "[[artefact]]\nname = \"a\"\nstate = \"stopped\"\n"),
              IsEmpty());
  EXPECT_THAT(complaints("plan = 1\n[set]\nk = [{value = \"1\", on = \"a\"}, {value = \"2\"}]\n"),
              ElementsAre(HasSubstr("p.toml:3:31: k on all stands behind others")));
}

TEST(PlanReader, ControlBytesAreNoneInComplaints) {
  EXPECT_THAT(complaints("plan = 1\n\"a\\nb\" = 1\n"),
              ElementsAre("p.toml:2:1: unknown key \"a\\x0ab\"."));
}

TEST(PlanReader, WhatIsRolledOutHasOneTarget) {
  const std::string one = "[[artefact]]\nname = \"a\"\nversion = \"1\"\n";
  EXPECT_THAT(complaints("plan = 1\n[rollout]\n" + one + one + "on = \"role=web\"\n"),
              ElementsAre("p.toml:7:8: a is there for a second target, and with [rollout] an "
                          "artefact has one"));
  EXPECT_THAT(complaints("plan = 1\n[rollout]\n" + one +
                         "[[artefact]]\nname = \"a\"\non = \"role=web\"\nstate = \"stopped\"\n"),
              IsEmpty());
}

TEST(PlanReader, WhatIsElsewhereIsAWarning) {
  const Plan plan =
      plan_of("plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\nafter = [\"db\"]\n");
  EXPECT_THAT(plan.warnings,
              ElementsAre("p.toml:3:8: a starts after db, which the plan does not name"));
}

TEST(PlanReader, AGivenVariableWins) {
  const std::string text = "plan = 1\nmessage = \"${a}${b}\"\n[vars]\na = \"file\"\n";
  const auto plan = read_plan(text, "p.toml", {{"a", "1"}, {"b", "2"}});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->message, "12");
  EXPECT_THAT(complaints(text), ElementsAre(HasSubstr("p.toml:2:11: ")));
}

TEST(PlanReader, NotMoreIsComplainedOfThanAnybodyReads) {
  std::string text = "plan = 1\n";
  for (int i = 0; i < 100; ++i) text += "k" + std::to_string(i) + " = 1\n";
  EXPECT_EQ(complaints(text).size(), kMaxComplaints);
}

}  // namespace
}  // namespace groupctl::plan
