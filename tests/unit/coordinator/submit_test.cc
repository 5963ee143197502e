// Submit: durable, then answered, then published; what is refused.
#include <gtest/gtest.h>

#include "log/entry.h"
#include "tests/unit/coordinator/group.h"

namespace groupctl::testing {
namespace {

TEST(Submit, G23_IsDurableThenAnsweredThenPublished) {
  Group group;
  group.hold_commits = true;
  const auto id = group.submit(set_command("colour", "blue"));
  ASSERT_TRUE(group.in_commit.has_value());
  EXPECT_EQ(group.reply(id), nullptr);
  EXPECT_TRUE(group.published.empty());
  const CoordinatorOutput output = group.commit();
  ASSERT_EQ(output.to_admins.size(), 1u);
  EXPECT_EQ(std::get<Accepted>(output.to_admins[0].reply).first, Sequence(1));
  ASSERT_EQ(output.publish.size(), 1u);
  const auto& frame = std::get<FramePtr>(output.publish[0]);
  auto entry = decode_entry(frame->entry_bytes(0));
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->issuer_name, "ana@bastion");
  EXPECT_EQ(entry->sequence, Sequence(1));
  EXPECT_EQ(entry->issued, GroupTime(1'000'000'000'000));
  const auto stored = group.store.read_frames(Sequence(1), 1);
  EXPECT_EQ(copy_bytes((*stored)[0]->bytes()), copy_bytes(frame->bytes()));
}

TEST(Submit, TheNextBatchGoesToStorageWithTheAnswersOfTheFinishedOne) {
  Group group;
  group.hold_commits = true;
  group.submit(set_command("a", "1"));
  const auto second = group.submit(set_command("b", "2"));
  const CoordinatorOutput output = group.commit();
  EXPECT_TRUE(output.commit.has_value());
  EXPECT_EQ(group.reply(second), nullptr);
  group.commit();
  EXPECT_EQ(group.reply_as<Accepted>(second)->first, Sequence(2));
}

TEST(Submit, G16_SequencesAreContiguousOverBatchesAndKinds) {
  Group group;
  group.joined("web-1", 1);
  for (int i = 0; i < 20; ++i) group.submit(set_command("k" + std::to_string(i), "v"));
  group.submit(drawn(5, 1), {set_command("x", "1"), ping_command(1000), set_command("y", "2")});
  Sequence next(1);
  const auto frames = group.store.read_frames(Sequence(1), 1 << 20);
  for (const FramePtr& frame : *frames) {
    for (std::size_t i = 0; i < frame->size(); ++i) {
      EXPECT_EQ(decode_entry(frame->entry_bytes(i))->sequence, next);
      next = next.next();
    }
  }
  EXPECT_EQ(next, Sequence(25));
}

TEST(Submit, SeveralCommandsAreAllOrNothingAndTheRefusedOneIsNamed) {
  Group group;
  const auto id = group.submit(drawn(5, 1), {set_command("x", "1"), set_command("a=b", "2")});
  const auto* refused = group.reply_as<SubmitRefused>(id);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->text.substr(0, 10), "command 2:");
  EXPECT_EQ(refused->command, 2U);
  EXPECT_EQ(group.head(), Sequence(0));
  EXPECT_EQ(group.core->speculative_state().size(), 0u);
  const auto again = group.submit(drawn(5, 1), {set_command("x", "1"), set_command("y", "2")});
  EXPECT_EQ(group.reply_as<Accepted>(again)->last, Sequence(2));
}

TEST(Submit, ABatchOfSeveralFramesIsCommittedAtOnce) {
  Group group;
  std::vector<SubmittedCommand> commands;
  for (int i = 0; i < 100; ++i) {
    commands.push_back(set_command("k" + std::to_string(i), std::string(4000, 'v')));
  }
  group.hold_commits = true;
  const auto id = group.submit(drawn(5, 1), commands);
  EXPECT_EQ(group.in_commit->frames.size(), 7u);
  group.commit();
  EXPECT_EQ(group.reply_as<Accepted>(id)->last, Sequence(100));
  commands.resize(50);
  for (auto& command : commands) command.message = std::string(4000, 'm');
  std::vector<SubmittedCommand> more = commands;
  for (int i = 0; i < 2; ++i) commands.insert(commands.end(), more.begin(), more.end());
  const auto too_much = group.submit(drawn(5, 101), commands);
  EXPECT_EQ(group.reply_as<SubmitRefused>(too_much)->code, ErrorCode::kInvalid);
}

TEST(Submit, OfNoneOrTooManyCommandsOrFromNumberNoughtIsRefused) {
  Group group;
  const std::vector<SubmittedCommand> many(kMaxCommandsPerSubmit + 1, set_command("a", "1"));
  for (const auto id : {group.submit(drawn(1, 1), {}), group.submit(drawn(1, 1), many),
                        group.submit(drawn(1, 0), {set_command("a", "1")})}) {
    ASSERT_NE(group.reply_as<SubmitRefused>(id), nullptr);
    EXPECT_EQ(group.reply_as<SubmitRefused>(id)->code, ErrorCode::kInvalid);
  }
}

TEST(Submit, NeverLateNeedsATtlAndStateTakesNone) {
  Group group;
  EXPECT_EQ(group.reply_as<SubmitRefused>(group.submit(ping_command(0)))->code,
            ErrorCode::kInvalid);
  SubmittedCommand with_ttl = set_command("a", "1");
  with_ttl.ttl_ms = 5;
  EXPECT_EQ(group.reply_as<SubmitRefused>(group.submit(with_ttl))->code, ErrorCode::kInvalid);
  EXPECT_NE(group.reply_as<Accepted>(group.submit(ping_command(5000))), nullptr);
}

TEST(Submit, G48_AnUnknownKindIsRefusedWithTheListOfSupportedOnes) {
  Group group;
  SubmittedCommand command = set_command("a", "1");
  command.kind = KindId(77);
  const auto* refused = group.reply_as<SubmitRefused>(group.submit(command));
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->code, ErrorCode::kUnsupported);
  EXPECT_NE(refused->text.find("DEPLOY, DUMP, EXEC, PING, REFRESH, RESTART, SET, START, STOP, "
                               "UNDEPLOY, UNSET"),
            std::string::npos)
      << refused->text;
  command.kind = KindId(0x8f3a6d5c2b1e4003);  // LEFT is the coordinator's own
  EXPECT_EQ(group.reply_as<SubmitRefused>(group.submit(command))->code, ErrorCode::kUnsupported);
  EXPECT_EQ(group.head(), Sequence(0));
}

TEST(Submit, ASelectorThatMatchesNobodyIsRefusedWithTheLabelsSeen) {
  Group group;
  group.joined("web-1", 1, {{"role", "web"}});
  const auto* refused =
      group.reply_as<SubmitRefused>(group.submit(set_command("a", "1", role("wbe"))));
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->code, ErrorCode::kNoTarget);
  EXPECT_NE(refused->text.find("role=web"), std::string::npos) << refused->text;
  Submit allowed{drawn(3, 1), "ana", {set_command("a", "1", role("wbe"))}, true};
  EXPECT_NE(group.reply_as<Accepted>(group.ask(allowed)), nullptr);
}

TEST(Submit, WarnsOfMembersThatDoNotKnowTheKind) {
  Group group;
  Follower old = group.newcomer("old-1", 1);
  old.join.known_kinds = {kSetKind};
  group.try_join(old);
  group.joined("new-1", 2);
  EXPECT_TRUE(group.reply_as<Accepted>(group.submit(set_command("a", "1")))->warnings.empty());
  const auto* accepted = group.reply_as<Accepted>(group.submit(ping_command(1000)));
  ASSERT_EQ(accepted->warnings.size(), 1u);
  EXPECT_EQ(accepted->warnings[0].substr(0, 44), "1 connected members do not know PING; they n");
  group.say(old, Leave{old.session});
  EXPECT_TRUE(group.reply_as<Accepted>(group.submit(ping_command(1000)))->warnings.empty());
}

TEST(Submit, BeyondTheQueueIsRefusedAsBusy) {
  CoordinatorConfig config = Group::default_config();
  config.queued_submits = 2;
  config.gathered_batches = 1;
  Group group(config);
  group.hold_commits = true;
  const std::vector<SubmittedCommand> large(12, set_command("k", std::string(4096, 'v')));
  std::vector<AdminRequestId> ids;
  for (std::uint64_t client = 1; client < 6; ++client) {
    auto commands = large;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      commands[i] = set_command("k" + std::to_string(i), std::string(4096, 'v'));
    }
    ids.push_back(group.submit(drawn(client, 1), commands));
  }
  // One in commit, one gathered, two queued.
  ASSERT_NE(group.reply_as<SubmitRefused>(ids[4]), nullptr);
  EXPECT_EQ(group.reply_as<SubmitRefused>(ids[4])->code, ErrorCode::kBusy);
  while (group.in_commit) group.commit();
  EXPECT_EQ(group.reply_as<Accepted>(ids[3])->last, Sequence(48));
}

TEST(Submit, G21_ANewKindNeedsNoChangeInTheCoordinator) {
  std::vector<ApplyRow> rows = command_table().rows();
  ApplyRow toy{KindId(4711), "TOY", EntryClass::kState, false, nullptr, nullptr, nullptr};
  toy.keys = [](ByteView) -> Result<std::vector<std::string>> {
    return std::vector<std::string>{"toy/box"};
  };
  toy.apply = [](const Entry& entry, const GroupState&) -> Result<StateChanges> {
    return StateChanges{{"toy/box", entry.payload}};
  };
  rows.push_back(toy);
  const CommandTable table(rows);
  Group group(Group::default_config(), table);
  const Bytes ball{1, 2, 3};
  const auto id = group.submit({toy.kind, Target::all(), 0, "", ball});
  EXPECT_NE(group.reply_as<Accepted>(id), nullptr);
  EXPECT_EQ(*group.core->speculative_state().find("toy/box"), ball);
  group.restart();
  EXPECT_EQ(*group.core->speculative_state().find("toy/box"), ball);

  auto without = CoordinatorCore::load(group.config, command_table(), group.store);
  ASSERT_FALSE(without.has_value());
  EXPECT_EQ(without.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(without.error().text.find("1267"), std::string::npos) << without.error().text;
}

}  // namespace
}  // namespace groupctl::testing
