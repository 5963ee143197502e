// What is stored, and what comes to be stored: rows that are read must be what was written.
#include <gtest/gtest.h>

#include "member/memory.h"
#include "member/snapshot_fetch.h"
#include "tests/unit/member/group_log.h"

namespace groupctl::testing {
namespace {

TEST(MemoryRows, TextsKeepTheirZeroBytes) {
  const std::string text("no\0space", 8);
  const KeptOutcome outcome{{Sequence(2), Sequence(2), Outcome::kFailed, text, text}, true};
  EXPECT_EQ(*decode_outcome_row(encode_outcome_row(outcome)), outcome);
  const FailedStep failure{Sequence(3), text};
  EXPECT_EQ(*decode_failure_row(encode_failure_row(failure)), failure);
  const ActualArtefact artefact{text, digest_of("1"), Sequence(4)};
  EXPECT_EQ(*decode_actual_row(encode_actual_row(artefact)), artefact);
}

/// Why a snapshot of this group with this row, and with its digest, is not taken; empty: it is.
std::string refusal_of(const std::string& key, const Bytes& value) {
  GroupState state;
  state.load_row(key, value);
  SnapshotHeader header;
  header.group = "shop";
  header.state_digest = state.digest();
  const SnapshotNeeds needs{{}, "shop", {}, {}, 1 << 20};
  const auto checked = check_snapshot(encode_image(header, {{key, value}}), needs, command_table());
  if (checked) return {};
  EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
  return checked.error().text;
}

TEST(SnapshotCheck, F33_ARowThatTheStateCouldNotUseIsRefused) {
  MemberRow row;
  row.id = MemberId(7);
  row.name = "web-01";
  EXPECT_EQ(refusal_of(member_key(row.id), encode(row)), "");
  EXPECT_EQ(refusal_of(member_key(MemberId(8)), encode(row)),
            "snapshot: row member/00000000000000000008: it is about another member");
  EXPECT_EQ(refusal_of("artefact/shop", encode(ArtefactRow{})), "");
  EXPECT_EQ(refusal_of("property/a", encode(PropertyRow{})), "");
  for (const char* key : {"artefact/shop", "property/a", "member/00000000000000000007"}) {
    EXPECT_TRUE(refusal_of(key, Bytes(8, 0xff)).starts_with("snapshot: row ")) << key;
  }
  EXPECT_EQ(refusal_of("later/kind", Bytes(8, 0xff)), "") << "the kinds of entries tell";
}

}  // namespace
}  // namespace groupctl::testing
