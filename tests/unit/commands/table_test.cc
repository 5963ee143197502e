// The tables, and the whole of the commands as one fold over the log.
#include <gtest/gtest.h>

#include <set>

#include "commands/host.h"
#include "tests/unit/commands/group.h"

namespace groupctl {
namespace {

using testing::Group;
using testing::role;

TEST(CommandTable, G48_ListsWhatIsSupported) {
  const std::string supported = ", " + command_table().supported() + ",";
  for (const ApplyRow& row : command_table().rows()) {
    const std::string word = ", " + std::string(row.name) + ",";
    EXPECT_EQ(supported.find(word) == std::string::npos, row.system) << row.name;
  }
  const CommandTable three({{KindId(3), "SET", {}, false, {}, {}, {}},
                            {KindId(1), "PING", {}, false, {}, {}, {}},
                            {KindId(2), "LEFT", {}, true, {}, {}, {}}});
  EXPECT_EQ(three.supported(), "PING, SET");
  EXPECT_EQ(command_table().find(KindId(1)), nullptr);
  EXPECT_EQ(command_table().find(kLeftKind)->name, "LEFT");
}

TEST(CommandTable, IsOrderedByKindWithoutRepeats) {
  const auto& rows = command_table().rows();
  for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LT(rows[i - 1].kind, rows[i].kind);
}

TEST(CommandTable, G49_EveryCommandHasARowInEachTable) {
  for (const ApplyRow& row : command_table().rows()) {
    const SyntaxRow* syntax = find_syntax(row.kind);
    ASSERT_NE(syntax, nullptr) << row.name;
    const bool never_typed = row.system && row.kind != kLabelledKind;
    EXPECT_EQ(syntax->verb.empty(), never_typed) << row.name;
    EXPECT_EQ(syntax->build == nullptr, never_typed) << row.name;
    EXPECT_EQ(syntax->entry_class, row.entry_class) << row.name;
    EXPECT_EQ(syntax->default_ttl_ms > 0, row.entry_class == EntryClass::kNeverLate) << row.name;
    if (!never_typed) {
      EXPECT_NE(find_execute(row.kind), nullptr) << row.name;
      EXPECT_NE(syntax->help.find("groupctl " + std::string(syntax->verb)), std::string::npos);
    }
  }
  EXPECT_EQ(find_syntax(KindId(1)), nullptr);
  EXPECT_EQ(find_execute(KindId(1)), nullptr);
  EXPECT_EQ(find_execute(kJoinedKind), nullptr);
}

// Released ids never change their meaning: a change here breaks every log there is.
TEST(CommandTable, ReleasedKindsKeepTheirIds) {
  std::map<std::uint64_t, std::string_view> kinds;
  for (const ApplyRow& row : command_table().rows()) kinds[row.kind.value] = row.name;
  const std::map<std::uint64_t, std::string_view> released{
      {0x8f3a6d5c2b1e4001, "JOINED"},  {0x8f3a6d5c2b1e4002, "LABELLED"},
      {0x8f3a6d5c2b1e4003, "LEFT"},    {0x8f3a6d5c2b1e4004, "CATALOGUED"},
      {0x8f3a6d5c2b1e4005, "RELEASE"}, {0x8f3a6d5c2b1e4006, "FINISH"},
      {0x8f3a6d5c2b1e4007, "STEER"},   {0x8f3a6d5c2b1e4101, "DEPLOY"},
      {0x8f3a6d5c2b1e4102, "SET"},     {0x8f3a6d5c2b1e4103, "UNSET"},
      {0x8f3a6d5c2b1e4104, "PING"},    {0x8f3a6d5c2b1e4106, "UNDEPLOY"},
      {0x8f3a6d5c2b1e4107, "DUMP"},    {0x8f3a6d5c2b1e410c, "EXEC"},
      {0x8f3a6d5c2b1e4108, "START"},   {0x8f3a6d5c2b1e4109, "STOP"},
      {0x8f3a6d5c2b1e410a, "RESTART"}, {0x8f3a6d5c2b1e410b, "REFRESH"}};
  for (const auto& [id, name] : released) EXPECT_EQ(kinds[id], name);
}

TEST(CommandTable, G52_DamagedPayloadsAreErrorsForEveryCommand) {
  Pcg random(3);
  for (const ApplyRow& row : command_table().rows()) {
    Group group;
    for (int round = 0; round < 300; ++round) {
      Bytes payload(8 * random.below(12));
      for (auto& byte : payload)
        byte = static_cast<std::uint8_t>(random.below(random.below(256) + 1));
      Entry entry = group.entry(row.kind, payload, Target::all());
      row.apply(entry, group.state);
      EXPECT_FALSE(find_syntax(row.kind)->describe(payload).empty());
      find_syntax(row.kind)->fields(payload);
    }
  }
}

Target random_target(Pcg& random) {
  if (random.chance(400)) return Target::all();
  if (random.chance(500)) return Target::one(MemberId(1 + random.below(30)));
  return role(random.chance(500) ? "web" : "db");
}

Status random_roster_entry(Group& group, Pcg& random) {
  const MemberId id(1 + random.below(1 + group.log.size()));
  const std::string role = random.chance(500) ? "web" : "db";
  if (random.chance(600))
    return group.join("m" + std::to_string(random.below(20)), {{"role", role}});
  if (random.chance(300)) {
    const std::string name = "m" + std::to_string(random.below(20));
    return group.submit(
        kLeftKind, random.chance(500) ? left_payload(id, LeftCause::kAsked) : evicted_payload(name),
        Target::none());
  }
  const Labels labels{{"role", role}};
  if (random.chance(500)) {
    return group.submit(kLabelledKind, operator_labels_payload(labels), random_target(random));
  }
  return group.submit(kLabelledKind, labelled_payload(id, labels), Target::one(id));
}

Status random_entry(Group& group, Pcg& random) {
  const std::string key = "k" + std::to_string(random.below(5));
  const auto number = random.below(4);
  switch (random.below(8)) {
    case 0:
      return random_roster_entry(group, random);
    case 1:
      return group.deploy(key + "@" + std::to_string(number),
                          static_cast<std::uint8_t>(1 + number + random.below(2)),
                          random_target(random));
    case 2:
      return group.unset(key, random_target(random));
    case 3:
      return group.undeploy(key, random_target(random));
    case 4:
      return group.run("dump", {}, random_target(random));
    case 5:
      return group.run("ping", {}, random_target(random));
    default:
      return group.set(key + "=" + std::to_string(number), random_target(random));
  }
}

TEST(Fold, G19_ReplayingTheLogFromZeroGivesTheSameState) {
  std::size_t accepted = 0, refused = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Pcg random(seed);
    Group lived;
    for (int i = 0; i < 80; ++i) (random_entry(lived, random) ? accepted : refused) += 1;
    Group replayed;
    for (const Entry& stored : lived.log) {
      const auto entry = decode_entry(encode_entry(stored));
      ASSERT_TRUE(entry);
      ASSERT_TRUE(replayed.accept(*entry));
    }
    EXPECT_EQ(replayed.state, lived.state) << seed;
    EXPECT_EQ(replayed.state.digest(), lived.state.digest()) << seed;
  }
  EXPECT_GT(accepted, 2000u);
  EXPECT_GT(refused, 200u);
}

TEST(Fold, G43_ARefusalLeavesTheStateAndUndoRestoresItExactly) {
  for (std::uint64_t seed = 100; seed < 130; ++seed) {
    Pcg random(seed);
    Group group;
    for (int i = 0; i < 80; ++i) {
      const GroupState before = group.state;
      const bool accepted = random_entry(group, random).has_value();
      GroupState undone = group.state;
      if (accepted) undone.apply(group.undo);
      EXPECT_EQ(undone, before);
      EXPECT_EQ(undone.digest(), before.digest());
    }
  }
}

TEST(Fold, CountsAgreesWithDesired) {
  for (std::uint64_t seed = 200; seed < 220; ++seed) {
    Pcg random(seed);
    Group group;
    for (int i = 0; i < 80; ++i) random_entry(group, random);
    for (const MemberRow& member : roster(group.state)) {
      std::set<Sequence> counting;
      const Desired desired = desired_for(group.state, member);
      for (const auto& [name, artefact] : desired.artefacts) counting.insert(artefact.sequence);
      for (const auto& [key, property] : desired.properties) counting.insert(property.sequence);
      for (const Entry& entry : group.log) {
        const std::string_view name = command_table().find(entry.kind)->name;
        if (name != "SET" && name != "DEPLOY") continue;
        EXPECT_EQ(group.counts(entry, member.name), counting.contains(entry.sequence));
      }
    }
  }
}

}  // namespace
}  // namespace groupctl
