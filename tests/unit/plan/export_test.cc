// A group as a plan: read again it is no different.
#include "plan/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "commands/building.h"
#include "commands/state/target.h"
#include "tests/unit/plan/states.h"

namespace groupctl::plan {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RandomGroup {
 public:
  explicit RandomGroup(std::uint32_t seed) : random_(seed) {
    for (std::uint64_t id = 1; id <= 3; ++id) {
      MemberRow row;
      row.id = MemberId(id);
      row.name = "m" + std::to_string(id);
      state_.apply({{member_key(row.id), encode(row)}});
    }
    for (std::uint64_t i = 0; i < 30; ++i) {
      // What the group's state refuses is no part of it.
      (void)carry_out({{*command(), target()}}, state_, Sequence(100 + i));
    }
  }
  const GroupState& state() const { return state_; }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  const char* name() {
    constexpr const char* kNames[] = {"a", "b", "c", "d"};
    return kNames[below(4)];
  }
  Target target() {
    switch (below(5)) {
      case 0:
        return Target::one(MemberId(1 + below(4)));
      case 1:
        return *parse_target({"role=web"});
      case 2:
        return *parse_target({"rack in (r1,r2),!old", "name=m2*"});
      default:
        return Target::all();
    }
  }
  std::string text() {
    constexpr const char* kTexts[] = {"", "x", "${y} $$ \"q\"\n\t\\", "\xc3\xa4", "\xff\x01"};
    return kTexts[below(5)];
  }
  Release release() {
    Release made{"1." + std::to_string(below(3)), {}, "dir", copy_bytes(as_bytes(text()))};
    EXPECT_TRUE(
        made.digest.assign_hex(std::string(64, static_cast<char>('1' + made.version[2] % 3))));
    if (below(3) == 0) made.after = {"a"};
    if (below(3) == 0) made.health = {{"test it", "-q"}, 1500, 60'000};
    return made;
  }
  Result<BuiltCommand> command() {
    switch (below(6)) {
      case 0:
        return build_command("undeploy", name());
      case 1:
        return build_command(below(2) == 0 ? "stop" : "start", name());
      case 2:
        return build_command("set", std::string(name()) + "=" + std::to_string(below(9)) + "$");
      case 3:
        return build_command("unset", name());
      default:
        return build_deploy(name(), release());
    }
  }

  std::mt19937 random_;
  GroupState state_;
};

TEST(PlanExport, ReadAgainItIsNoDifferent) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const RandomGroup group(seed);
    const std::string text = plan_text(group.state(), "shop");
    const Diff diff = diff_between(text, group.state(), true);
    EXPECT_THAT(words_of(diff.differences), IsEmpty()) << seed << "\n" << text;
    EXPECT_THAT(words_of(diff.steps), IsEmpty()) << seed << "\n" << text;
  }
}

TEST(PlanExport, ItIsTextThatPeopleRead) {
  const GroupState state =
      state_of("plan = 1\n[[artefact]]\nname = \"a\"\nversion = \"1\"\ndigest = \"" + kDigest +
               "\"\non = [\"role=web\", \"role=db\"]\nafter = [\"b\"]\n"
               "state = \"stopped\"\n[set]\nk = {value = \"$$1\", on = \"role=web\"}\n");
  EXPECT_EQ(plan_text(state, "shop"),
            "plan = 1\ngroup = \"shop\"\n\n[[artefact]]\nname = \"a\"\n"
            "on = [\"role=db\", \"role=web\"]\nversion = \"1\"\ndigest = \"sha256:" +
                kDigest +
                "\"\ndeployer = \"dir\"\nafter = [\"b\"]\nstate = \"stopped\"\n\n[set]\n"
                "\"k\" = {value = \"$$1\", on = \"role=web\"}\n");
}

}  // namespace
}  // namespace groupctl::plan
