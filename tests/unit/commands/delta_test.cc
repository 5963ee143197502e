// State + intended + observed = actual, and what each of them says.
#include "commands/state/delta.h"

#include <gtest/gtest.h>

#include "tests/unit/commands/group.h"

namespace groupctl {
namespace {

using testing::release;

IntendedDelta local(Wanted wanted) { return {Cause::kLocal, std::move(wanted), "ana", 0, ""}; }
const IntendedDelta kHeld{Cause::kHold, LeftAsItIs{}, "ana", 0, ""};
const ActualArtefact kOne{"1.0", testing::digest_of(1), Sequence(2)};

TEST(Delta, NoneWhenInStep) {
  Desired desired;
  desired.artefacts["shop"] = {release("1.0", 1), Sequence(4), true, {}};
  desired.artefacts["gone"] = {std::nullopt, Sequence(5), true, {}};
  const Actual actual{{{"shop", {"1.0", testing::digest_of(1), Sequence(4)}}}, {}, {}};
  EXPECT_TRUE(observed_delta({desired, {}}, actual).empty());
}

TEST(Delta, PendingFailedForeign) {
  Desired desired;
  desired.artefacts["late"] = {release("2.0", 2), Sequence(4), true, {}};
  desired.artefacts["broken"] = {release("2.0", 2), Sequence(5), true, {}};
  const ActualArtefact old{"1.0", testing::digest_of(1), Sequence(2)};
  const Actual actual{{{"late", old}, {"other", old}},
                      {{"artefact/broken", {Sequence(5), "no space"}},
                       {"artefact/late", {Sequence(3), "an older failure"}}},
                      {}};
  const Delta expected{
      {"artefact/broken", {DeltaKind::kFailed, Sequence(5), std::nullopt, "no space"}},
      {"artefact/late", {DeltaKind::kPending, Sequence(4), old, ""}},
      {"artefact/other", {DeltaKind::kForeign, Sequence(2), old, ""}}};
  EXPECT_EQ(observed_delta({desired, {}}, actual), expected);
}

TEST(Delta, Words) {
  EXPECT_EQ(to_word(DeltaKind::kPending), "pending");
  EXPECT_EQ(to_word(DeltaKind::kFailed), "failed");
  EXPECT_EQ(to_word(DeltaKind::kDrifted), "drifted");
  EXPECT_EQ(to_word(DeltaKind::kForeign), "foreign");
  EXPECT_EQ(to_word(DeltaKind::kHeld), "held");
  EXPECT_EQ(to_word(Cause::kOverride), "override");
  EXPECT_EQ(to_word(Cause::kLocal), "local");
  EXPECT_EQ(to_word(Cause::kHold), "hold");
}

TEST(Delta, G33_WhatIsIntendedIsTheAimAndNoObservedDelta) {
  Desired desired;
  desired.artefacts["shop"] = {release("2.0", 2), Sequence(4), true, {}};
  desired.artefacts["blog"] = {release("2.0", 2), Sequence(4), true, {}};
  desired.properties["mode"] = {"fast", Sequence(3)};
  desired.properties["limit"] = {"9", Sequence(3)};
  const Aim aim = with_intended(desired, {{"artefact/shop", local(release("1.0", 1))},
                                          {"artefact/blog", local(NoRelease{})},
                                          {"artefact/tool", local(release("0.3", 3))},
                                          {"property/mode", local(std::string("slow"))},
                                          {"property/limit", local(NoValue{})}});
  const Actual actual{{{"shop", {"1.0", testing::digest_of(1), Sequence()}},
                       {"tool", {"0.3", testing::digest_of(3), Sequence()}}},
                      {},
                      {}};
  EXPECT_TRUE(observed_delta(aim, actual).empty());
  EXPECT_EQ(aim.desired.properties,
            (std::map<std::string, DesiredProperty>{{"mode", {"slow", Sequence()}}}));
}

TEST(Delta, WhatIsHeldIsLeftAsItIs) {
  Desired desired;
  desired.artefacts["shop"] = {release("2.0", 2), Sequence(4), true, {}};
  const Aim aim = with_intended(desired, {{"artefact/shop", kHeld}});
  EXPECT_TRUE(aim.desired.artefacts.empty());
  const Delta expected{{"artefact/shop", {DeltaKind::kHeld, {}, kOne, ""}}};
  EXPECT_EQ(observed_delta(aim, Actual{{{"shop", kOne}}, {}, {}}), expected);
}

TEST(Delta, F47_ADriftIsWhatIsInPlace) {
  Desired desired;
  desired.artefacts["shop"] = {release("1.0", 1), Sequence(2), true, {}};
  Actual actual{{{"shop", kOne}}, {}, {{"artefact/shop", {kOne, "index.html is gone"}}}};
  const Delta altered{
      {"artefact/shop", {DeltaKind::kDrifted, Sequence(2), kOne, "index.html is gone"}}};
  EXPECT_EQ(observed_delta({desired, {}}, actual), altered);
  actual.drifts["artefact/shop"] = {std::nullopt, "no longer in place"};
  EXPECT_EQ(in_place(actual, "shop"), std::nullopt);
  EXPECT_TRUE(in_place(actual).empty());
  const Delta gone{
      {"artefact/shop", {DeltaKind::kDrifted, Sequence(2), std::nullopt, "no longer in place"}}};
  EXPECT_EQ(observed_delta({desired, {}}, actual), gone);
}

TEST(Intended, OnlyLocalCommandsAndHoldsStandAgainstCommands) {
  const Intended intended{{"artefact/held", kHeld},
                          {"artefact/mine", local(NoRelease{})},
                          {"artefact/theirs", {Cause::kOverride, release("1.0", 1), "", 0, ""}}};
  EXPECT_TRUE(stands_against_commands(intended, "artefact/held"));
  EXPECT_TRUE(stands_against_commands(intended, "artefact/mine"));
  EXPECT_FALSE(stands_against_commands(intended, "artefact/theirs"));
  EXPECT_FALSE(stands_against_commands(intended, "artefact/other"));
}

TEST(Intended, AnOverrideIsVoidWithoutWhatItStandsInFor) {
  testing::Group group;
  ASSERT_TRUE(group.join("web-1"));
  ASSERT_TRUE(group.deploy("shop@1.0", 1));
  const std::optional<MemberRow> me = group.row("web-1");
  const Sequence over = desired_artefact(group.state, *me, "shop")->sequence;
  IntendedDelta own{Cause::kOverride, release("1.0", 9), "file:/own", 0, "", over};
  EXPECT_FALSE(is_void(group.state, me, "artefact/shop", own));
  EXPECT_TRUE(is_void(group.state, me, "artefact/blog", own));
  EXPECT_FALSE(is_void(group.state, std::nullopt, "artefact/shop", own));
  ASSERT_TRUE(group.deploy("shop@2.0", 2));
  EXPECT_TRUE(is_void(group.state, me, "artefact/shop", own));
  EXPECT_FALSE(is_void(group.state, me, "artefact/shop", local(release("1.0", 9))));
  EXPECT_TRUE(is_void(group.state, me, "artefact/shop", local(release("2.0", 2))));
}

TEST(Intended, WhatTheStateSaysIsNoDeviation) {
  testing::Group group;
  ASSERT_TRUE(group.join("web-1"));
  ASSERT_TRUE(group.deploy("shop@1.0", 1));
  ASSERT_TRUE(group.set("mode=fast"));
  const std::optional<MemberRow> me = group.row("web-1");
  const auto same = [&](std::string_view key, const IntendedDelta& delta) {
    return says_the_same(group.state, me, key, delta);
  };
  EXPECT_TRUE(same("artefact/shop", local(release("1.0", 1))));
  EXPECT_FALSE(same("artefact/shop", local(release("1.0", 2))));
  EXPECT_FALSE(same("artefact/shop", local(NoRelease{})));
  EXPECT_FALSE(same("artefact/shop", kHeld));
  EXPECT_TRUE(same("artefact/none", local(NoRelease{})));
  EXPECT_TRUE(same("property/mode", local(std::string("fast"))));
  EXPECT_FALSE(same("property/mode", local(NoValue{})));
  EXPECT_TRUE(same("property/none", local(NoValue{})));
}

TEST(Intended, HowItIsToRunIsAKeyOfItsOwn) {
  testing::Group group;
  ASSERT_TRUE(group.join("web-1", {{"role", "web"}}));
  ASSERT_TRUE(group.deploy("shop@1", 1, Target::all()));
  const auto me = group.row("web-1");
  const auto stopped = local(WantedRun{false});
  EXPECT_FALSE(says_the_same(group.state, me, run_key("shop"), stopped));
  EXPECT_TRUE(says_the_same(group.state, me, run_key("shop"), local(WantedRun{true})));
  const Aim aim = aim_for(group.state, me, {{run_key("shop"), stopped}});
  EXPECT_FALSE(aim.desired.artefacts.at("shop").running);
  EXPECT_TRUE(stands_against_commands({{run_key("shop"), stopped}}, run_key("shop")));
  EXPECT_FALSE(stands_against_commands({{run_key("shop"), stopped}}, artefact_key("shop")));
  EXPECT_TRUE(stands_against_commands({{artefact_key("shop"), kHeld}}, run_key("shop")));
}

TEST(Intended, AStopCountsForWhatOnlySomebodyHereHasDeployed) {
  testing::Group group;
  ASSERT_TRUE(group.join("web-1", {{"role", "web"}}));
  ASSERT_TRUE(group.join("db-1", {{"role", "db"}}));
  const Target db = Target::of({{{"role", SelectorTerm::Test::kEquals, {"db"}}}});
  ASSERT_TRUE(group.deploy("shop@1", 1, db));
  ASSERT_TRUE(group.run("stop", {{"ARTEFACT", {"shop"}}}));
  const Aim aim = aim_for(group.state, group.row("web-1"),
                          {{artefact_key("shop"), local(testing::release("2", 2))}});
  EXPECT_FALSE(aim.desired.artefacts.at("shop").running);
  EXPECT_TRUE(aim.desired.artefacts.at("shop").run_sequence);
}

TEST(Delta, F47_WhatRunsOtherwiseIsAnEntryOfItsOwn) {
  Aim aim;
  aim.desired.artefacts["shop"] = {release("1.0", 1), Sequence(2), true, Sequence(7)};
  Actual actual;
  actual.artefacts["shop"] = {"1.0", testing::digest_of(1), Sequence(2)};
  const auto entry = [&](groupctl::Run run, std::uint64_t as_at) {
    actual.runs["shop"] = {run, Sequence(as_at), "why"};
    const Delta delta = observed_delta(aim, actual);
    const auto found = delta.find(run_key("shop"));
    return found == delta.end() ? std::string() : std::string(to_word(found->second.kind));
  };
  EXPECT_EQ(entry(Run::kRunning, 7), "");
  EXPECT_EQ(entry(Run::kStopped, 7), "drifted");
  EXPECT_EQ(entry(Run::kStopped, 3), "pending") << "the START has not been carried out yet";
  EXPECT_EQ(entry(Run::kFailed, 7), "failed");
  EXPECT_EQ(entry(Run::kOther, 7), "drifted");
  actual.failures[run_key("shop")] = {Sequence(7), "it ended at once"};
  EXPECT_EQ(entry(Run::kStopped, 7), "failed");
}

TEST(Intended, G36_OfAMemberThatIsNotInTheRosterTheStateSaysNothing) {
  const GroupState state;
  for (const IntendedDelta& delta : {local(release("1.0", 1)), local(NoRelease{}), kHeld}) {
    EXPECT_FALSE(says_the_same(state, std::nullopt, "artefact/shop", delta));
  }
  EXPECT_FALSE(says_the_same(state, std::nullopt, "property/mode", local(NoValue{})));
}

/// A member in miniature: follows a group, deviates, works and looks, all at random.
class SmallMember {
 public:
  explicit SmallMember(std::uint64_t seed) : random_(seed) {
    EXPECT_TRUE(group_.join("web-1", {{"role", "web"}}));
    EXPECT_TRUE(group_.join("db-1", {{"role", "db"}}));
  }

  void do_something() {
    switch (random_.below(6)) {
      case 0:
      case 1:
        return command();
      case 2:
      case 3:
        return deviate();
      case 4:
        return work();
      default:
        return look();
    }
  }
  void expect_whole() const {
    const Aim aim = aim_for(group_.state, me(), intended_);
    const Delta observed = observed_delta(aim, actual_);
    EXPECT_EQ(with_delta(aim, observed), in_place(actual_));
    for (const auto& [name, run] : actual_.runs) {
      EXPECT_EQ(run_with_delta(aim, observed, name), run.run) << name;
    }
    for (const auto& [key, delta] : intended_) {
      EXPECT_FALSE(is_void(group_.state, me(), key, delta)) << key;
      const auto name = artefact_name(key);
      if (!name || delta.cause == Cause::kHold) continue;
      const auto* wanted = std::get_if<Release>(&delta.wanted);
      const auto& aimed = aim.desired.artefacts.at(std::string(*name)).release;
      EXPECT_EQ(aimed.has_value(), wanted != nullptr);
      if (wanted != nullptr) {
        EXPECT_EQ(*aimed, *wanted);
      }
    }
  }

 private:
  std::optional<MemberRow> me() const { return group_.row("web-1"); }
  std::string name() { return std::string(1, static_cast<char>('a' + random_.below(4))); }
  std::uint8_t version() { return static_cast<std::uint8_t>(1 + random_.below(3)); }
  Target target() {
    if (random_.chance(500)) return Target::all();
    return testing::role(random_.chance(500) ? "web" : "db");
  }

  void command() {
    const std::uint8_t v = version();
    // A command that is refused changes nothing.
    if (random_.chance(600)) {
      (void)group_.deploy(name() + "@" + std::to_string(v), v, target());
    } else if (random_.chance(700)) {
      (void)group_.set(name() + "=" + std::to_string(v), target());
    } else {
      (void)group_.unset(name(), target());
    }
    std::erase_if(intended_, [&](const auto& row) {
      return is_void(group_.state, me(), row.first, row.second);
    });
  }
  void put(const std::string& key, IntendedDelta delta) {
    if (says_the_same(group_.state, me(), key, delta)) {
      intended_.erase(key);
    } else {
      intended_[key] = std::move(delta);
    }
  }
  void deviate() {
    const std::uint8_t v = version();
    switch (random_.below(7)) {
      case 0:
        return put(artefact_key(name()), local(release(std::to_string(v), v)));
      case 1:
        return put(artefact_key(name()), local(NoRelease{}));
      case 2:
        return put(artefact_key(name()), kHeld);
      case 3:
        return put(property_key(name()), local(std::to_string(v)));
      case 4:
        return put(property_key(name()), local(NoValue{}));
      case 5:
        return put(run_key(name()), local(WantedRun{random_.chance(500)}));
      default:
        intended_.erase(artefact_key(name()));
        intended_.erase(run_key(name()));
    }
  }
  void ask_repositories(const std::string& on) {
    const std::string key = artefact_key(on);
    intended_.erase(key);
    const auto desired = desired_artefact(group_.state, *me(), on);
    if (!desired || !desired->release || !random_.chance(400)) return;
    Release own = *desired->release;
    own.digest = testing::digest_of(static_cast<std::uint8_t>(100 + version()));
    intended_[key] = {Cause::kOverride, own, "file:/own", 0, "", desired->sequence};
  }
  void work() {
    const std::string on = name();
    const std::string key = artefact_key(on);
    if (!stands_against_commands(intended_, key)) ask_repositories(on);
    const Aim aim = aim_for(group_.state, me(), intended_);
    const auto found = aim.desired.artefacts.find(on);
    if (found == aim.desired.artefacts.end()) return;
    if (random_.chance(300)) {
      actual_.failures[key] = {found->second.sequence, "no space"};
      return;
    }
    actual_.failures.erase(key);
    actual_.drifts.erase(key);
    actual_.artefacts.erase(on);
    actual_.runs.erase(on);
    if (const auto& wanted = found->second.release) {
      actual_.artefacts[on] = {wanted->version, wanted->digest, found->second.sequence};
      actual_.runs[on] = {found->second.running ? Run::kRunning : Run::kStopped,
                          found->second.run_sequence};
    }
  }
  void look() {
    const std::string on = name();
    const std::string key = artefact_key(on);
    const auto run = actual_.runs.find(on);
    if (run != actual_.runs.end() && random_.chance(500)) {
      run->second.run = static_cast<Run>(1 + random_.below(4));
    }
    if (random_.chance(300)) {
      actual_.drifts[key] = {std::nullopt, "gone"};
    } else if (random_.chance(300)) {
      actual_.drifts[key] = {kOne, "another"};
    } else {
      actual_.drifts.erase(key);
    }
  }

  Pcg random_;
  testing::Group group_;
  Intended intended_;
  Actual actual_;
};

TEST(Delta, G36_GroupStateAndBothDeltasAreWhatIsThereOverRandomSequences) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SmallMember member(seed);
    for (int i = 0; i < 60; ++i) {
      member.do_something();
      member.expect_whole();
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << " step " << i;
    }
  }
}

}  // namespace
}  // namespace groupctl
