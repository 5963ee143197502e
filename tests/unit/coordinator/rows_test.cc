// Row codecs, the roster index and the sessions: small parts, alone.
#include "coordinator/rows.h"

#include <gtest/gtest.h>

#include "coordinator/replayer.h"
#include "coordinator/roster_index.h"
#include "coordinator/sessions.h"
#include "tests/unit/commands/builders.h"

namespace groupctl::testing {
namespace {

TEST(Rows, ComeBackAsTheyWere) {
  const AccountRow account{"web-1", {Sequence(5), Sequence(4)}, Sequence(9)};
  EXPECT_EQ(*decode_account(encode(account)), account);
  const OutcomeReport report{Sequence(2), Sequence(7), Outcome::kBySnapshot, "fetch", "why"};
  EXPECT_EQ(*decode_exception(encode(report)), report);
  const RequestRow request{1, Sequence(2), 3, Sequence(4), hash_of(as_bytes("x")), GroupTime(5)};
  EXPECT_EQ(*decode_request_row(encode(request)), request);
  const TargetSetRow set{Sequence(3), role("web"), {MemberId(1), MemberId(2)}};
  const auto read = decode_target_set(encode(set));
  EXPECT_EQ(read->target, set.target);
  EXPECT_EQ(read->members, set.members);
  const std::vector<KindId> kinds{KindId(1), KindId(~0ULL)};
  EXPECT_EQ(*decode_state_kinds(encode_state_kinds(kinds)), kinds);
}

TEST(Rows, TextsKeepTheirZeroBytes) {
  const std::string text("no\0space", 8);
  const OutcomeReport report{Sequence(2), Sequence(2), Outcome::kFailed, text, text};
  EXPECT_EQ(*decode_exception(encode(report)), report);
}

TEST(Rows, KeysGiveTheirNumbersBackAndDifferByWhatTheyAreOf) {
  const ClientId client{~0ULL, 17};
  EXPECT_EQ(*client_in_key(request_key(client).key), client);
  EXPECT_EQ(*member_in_key(account_key(MemberId(77)).key), MemberId(77));
  const OutcomeReport one{Sequence(2), Sequence(2), Outcome::kFailed, "", ""};
  const OutcomeReport range{Sequence(2), Sequence(3), Outcome::kFailed, "", ""};
  EXPECT_NE(exception_key(MemberId(1), one), exception_key(MemberId(1), range));
  EXPECT_EQ(*member_in_key(exception_key(MemberId(1), range).key), MemberId(1));
  EXPECT_NE(target_set_key(Sequence(1), role("web")), target_set_key(Sequence(1), role("db")));
  EXPECT_LT(account_key(MemberId(9)), account_key(MemberId(10)));
}

TEST(Rows, DamagedBytesAndKeysAreErrors) {
  EXPECT_FALSE(decode_account(Bytes{1, 2, 3}).has_value());
  EXPECT_FALSE(decode_target_set({}).has_value());
  EXPECT_FALSE(decode_exception(Bytes(8, 0xff)).has_value());
  OutcomeReport bad{Sequence(2), Sequence(2), static_cast<Outcome>(99), "", ""};
  EXPECT_FALSE(decode_exception(encode(bad)).has_value());
  for (const char* key : {"", "a", "a123", "azzzzzzzzzzzzzzzz"}) {
    EXPECT_FALSE(member_in_key(key).has_value()) << key;
  }
  EXPECT_FALSE(client_in_key("12").has_value());
}

TEST(RosterIndex, FollowsChangesAndTheirUndoing) {
  GroupState state;
  put(state, member(1, "web-1"));
  RosterIndex index(state);
  EXPECT_EQ(index.find_name("web-1")->id, MemberId(1));
  MemberRow successor = member(5, "web-1");
  const StateChanges changes{{member_key(MemberId(1)), std::nullopt},
                             {member_key(MemberId(5)), encode(successor)}};
  const StateChanges undo = state.apply(changes);
  index.follow(changes);
  EXPECT_EQ(index.find_name("web-1")->id, MemberId(5));
  EXPECT_EQ(index.find(MemberId(1)), nullptr);
  EXPECT_EQ(index.find_server(successor.server_id)->id, MemberId(5));
  index.follow({{"property/a", Bytes{1}}});  // none of its business
  index.follow(undo);
  EXPECT_EQ(index.find_name("web-1")->id, MemberId(1));
  EXPECT_EQ(index.rows().size(), 1u);
  EXPECT_EQ(index.find_server(successor.server_id), nullptr);
  EXPECT_EQ(index.find_name("web-2"), nullptr);
}

MemberSession session_for(std::uint64_t member, LocalTime heard) {
  MemberSession session;
  session.member = MemberId(member);
  session.peer = {"p" + std::to_string(member), {}};
  session.server_id.bytes[0] = static_cast<std::uint8_t>(member);
  session.heard = heard;
  return session;
}

TEST(Sessions, OneAMemberAndANewOneEndsTheOld) {
  Sessions sessions(Epoch(3), LocalTime(0), 10000);
  const SessionNumber first = sessions.open(session_for(1, LocalTime(0))).number;
  const SessionNumber second = sessions.open(session_for(1, LocalTime(5))).number;
  EXPECT_GT(second, first);
  EXPECT_EQ(first.value >> 32, 3u);  // unique over the epochs
  EXPECT_EQ(sessions.find(first), nullptr);
  EXPECT_EQ(sessions.of(MemberId(1))->number, second);
  EXPECT_NE(sessions.find(second, {"p1", {}}), nullptr);
  EXPECT_EQ(sessions.find(second, {"other", {}}), nullptr);
  EXPECT_EQ(sessions.of_server(session_for(1, {}).server_id)->number, second);
  sessions.close(second);
  sessions.close(second);
  EXPECT_EQ(sessions.of(MemberId(1)), nullptr);
}

TEST(Sessions, LivenessCountsFromTheLastWordOrTheStart) {
  Sessions sessions(Epoch(1), LocalTime(1000), 500);
  EXPECT_TRUE(sessions.live(MemberId(1), LocalTime(1499)));
  EXPECT_FALSE(sessions.live(MemberId(1), LocalTime(1500)));
  const SessionNumber number = sessions.open(session_for(1, LocalTime(2000))).number;
  EXPECT_EQ(sessions.silent_ms(MemberId(1), LocalTime(2100)), 100u);
  sessions.close(number);
  EXPECT_EQ(sessions.silent_ms(MemberId(1), LocalTime(2100)), 100u);  // what ended is remembered
  sessions.forget(MemberId(1));
  EXPECT_EQ(sessions.silent_ms(MemberId(1), LocalTime(2100)), 1100u);
  EXPECT_EQ(sessions.silent_ms(MemberId(1), LocalTime(0)), 0u);
}

TEST(Sessions, CountsWhoDoesNotKnowAKind) {
  Sessions sessions(Epoch(1), LocalTime(0), 500);
  EXPECT_EQ(sessions.lacking(KindId(1)), 0u);
  MemberSession knows = session_for(1, LocalTime(0));
  knows.known_kinds = {KindId(1)};
  sessions.open(knows);
  const SessionNumber old = sessions.open(session_for(2, LocalTime(0))).number;
  EXPECT_EQ(sessions.lacking(KindId(1)), 1u);
  EXPECT_EQ(sessions.lacking(KindId(2)), 2u);
  sessions.close(old);
  EXPECT_EQ(sessions.lacking(KindId(1)), 0u);
}

}  // namespace
}  // namespace groupctl::testing
