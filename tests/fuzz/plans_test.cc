// Plan files: whatever is a plan can be carried out and written out, and says the same again.
#include <gtest/gtest.h>

#include "commands/state/rows.h"
#include "plan/diff.h"
#include "plan/export.h"
#include "plan/reader.h"
#include "tests/fuzz/target.h"
#include "tests/unit/plan/states.h"

namespace groupctl::fuzz {
namespace {

const std::string kDigest(64, 'a');

const std::vector<std::string> kPlanWords = {"plan = 1\n",
                                             "group = \"shop\"\n",
                                             "[vars]\n",
                                             "[defaults]\n",
                                             "[rollout]\n",
                                             "[set]\n",
                                             "[[artefact]]\n",
                                             "name = \"a\"\n",
                                             "version = \"1\"\n",
                                             "digest = \"",
                                             kDigest,
                                             "sha256:",
                                             "on = \"role=web\"\n",
                                             "on = [\"a\", \"!b\"]\n",
                                             "after = [\"a\"]\n",
                                             "config = {a = 1}\n",
                                             "config_hex = \"00ff\"\n",
                                             "state = \"running\"\n",
                                             "state = \"stopped\"\n",
                                             "state = \"absent\"\n",
                                             "[artefact.health]\n",
                                             "command = [\"x\"]\n",
                                             "every = \"1s\"\n",
                                             "within = \"2s\"\n",
                                             "batch = \"25%\"\n",
                                             "canary = 1\n",
                                             "unset = true",
                                             "value = \"8\"",
                                             "${v}",
                                             "$$",
                                             "\"",
                                             "{",
                                             "}",
                                             "[",
                                             "]",
                                             "=",
                                             "\n",
                                             ",",
                                             "null",
                                             "1e999",
                                             "\xff"};

/// A group of one member.
GroupState small_group() {
  MemberRow row;
  row.id = MemberId(1);
  row.name = "m1";
  row.own_labels = {{"role", "web"}};
  GroupState state;
  state.apply({{member_key(row.id), encode(row)}});
  return state;
}

std::string first_left(const plan::Diff& diff) {
  for (const plan::Difference& one : diff.differences) {
    if (one.kind != plan::Difference::Kind::kSame) return one.what + " on " + one.target;
  }
  return diff.steps.empty() ? "" : "a command without a difference";
}

/// What the group's commands take makes the group what the plan says, and is written out as it is.
Verdict carried_out(const plan::Plan& plan) {
  GroupState state = small_group();
  const auto diff = plan::diff_of(plan, state, false);
  if (!diff || !carry_out(diff->steps, state, Sequence(10))) return accepted();
  const auto again = plan::diff_of(plan, state, false);
  if (!again) return broken("carried out it has no difference: " + again.error().text);
  if (!again->steps.empty()) return broken("carried out it is not: " + first_left(*again));
  const auto exported = plan::read_plan(plan::plan_text(state, "shop"), "e.toml");
  if (!exported) return broken("written out it is refused: " + exported.error().front());
  const auto none = plan::diff_of(*exported, state, true);
  if (!none) return broken("written out it cannot be compared: " + none.error().text);
  const std::string left = first_left(*none);
  return left.empty() ? accepted() : broken("written out it is another: " + left);
}

Verdict read_plan(ByteView bytes) {
  const auto plan = plan::read_plan(as_text(bytes), "p.toml", {{"v", "1"}});
  if (plan) return carried_out(*plan);
  for (const std::string& line : plan.error()) {
    if (line.find('\n') != line.npos) return broken("a complaint of several lines: " + line);
    if (!line.starts_with("p.toml")) return broken("it does not say where: " + line);
  }
  return plan.error().empty() ? broken("an error without words") : refused();
}

void fuzz_plans(const std::vector<std::string>& honest) {
  FuzzTarget target;
  target.seeds = texts(honest);
  target.words = kPlanWords;
  target.decode = read_plan;
  target.fixed_bytes = 1 << 20;  // a state, two plans and a text are made of it
  target.mutants = 50'000;
  fuzz(target);
}

TEST(Configuration, F33_F34_Plans) {
  const std::string digest = "digest = \"sha256:" + kDigest + "\"\n";
  fuzz_plans(
      {"plan = 1\ngroup = \"shop\"\nmessage = \"${v}\"\n[vars]\nw = \"2\"\n[defaults]\n"
       "deployer = \"process\"\n[[artefact]]\nname = \"shop\"\nversion = \"${w}\"\n" +
           digest +
           "on = [\"role=web\", \"rack in (a,b)\"]\nafter = [\"cache\"]\nstate = \"stopped\"\n"
           "config = {port = 1, list = [true, 1.5, \"$$\"]}\n[artefact.health]\n"
           "command = [\"x\", \"-v\"]\nevery = \"2s\"\n[[artefact]]\nname = \"cache\"\n"
           "version = \"1\"\n" +
           digest + "config_hex = \"00ff\"\n",
       "plan = 1\n[rollout]\nbatch = \"25%\"\nmax_failures = 1\ncanary = 1\npause = \"3s\"\n"
       "[[artefact]]\nname = \"a\"\nversion = \"1\"\n" +
           digest + "[[artefact]]\nname = \"b\"\nstate = \"absent\"\n",
       "plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\n" + digest +
           "[[artefact]]\nname = \"a\"\nversion = \"1\"\non = \"role=db\"\nstate = \"running\"\n" +
           digest + "[set]\na = \"1\"\n\"b.c\" = [{unset = true}, {value = \"8\", on = \"x\"}]\n"});
}

TEST(Configuration, F33_F34_PlansInJson) {
  fuzz_plans({R"({"plan": 1, "group": "shop", "message": "${v}", "artefact": [{"name": "shop",
      "version": "1", "digest": ")" +
                  kDigest + R"(", "config": {"b": [1, {"c": ""}]}}]})",
              R"({"plan": 1, "artefact": [{"name": "a", "version": "1", "digest": ")" + kDigest +
                  R"(", "after": ["b"], "on": ["role=web"], "config": {"b": 1.5, "a": [true]},
      "health": {"command": ["x"], "within": "3s"}, "state": "running"}],
      "rollout": {"batch": 2}, "set": {"a": "b", "c": [{"value": "1", "on": "x"}]}})",
              R"({"plan": 1, "set": {"a": {"unset": true}, "b": "\u00e4\n"}})"});
}

}  // namespace
}  // namespace groupctl::fuzz
