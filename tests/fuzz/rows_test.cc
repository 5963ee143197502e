// What is stored beside the log: rows of the state, of the ledger, of a member's own memory, and
// the two places that say where a log ends.
#include "coordinator/rows.h"

#include <gtest/gtest.h>

#include <cstring>

#include "commands/state/catalogue.h"
#include "commands/state/desired.h"
#include "coordinator/replayer.h"
#include "log/lmdb_head_row.h"
#include "member/memory.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/target.h"

namespace groupctl {

// What one of these rows is has no operator: they are compared as bytes.
static Bytes encode_account(const AccountRow& row) { return encode(row); }
static Bytes encode_target_set(const TargetSetRow& row) { return encode(row); }
static Bytes encode_exception(const OutcomeReport& row) { return encode(row); }
static Bytes encode_request_row(const RequestRow& row) { return encode(row); }

namespace fuzz {
namespace {

template <class Value>
using Decode = Result<Value> (*)(ByteView);
template <class Value>
using Encode = Bytes (*)(const Value&);

/// A codec as the loop wants it.
template <class Value>
std::function<Verdict(ByteView)> codec(Decode<Value> decode, Encode<Value> encode) {
  return [=](ByteView bytes) { return round_trip(bytes, decode, encode, kMaxRowBytes); };
}

using Codecs = std::vector<std::function<Verdict(ByteView)>>;

std::function<Verdict(ByteView)> one_of(Codecs codecs) {
  return [codecs = std::move(codecs)](ByteView input) {
    const auto [which, row] = pick(input, codecs.size());
    return codecs[which](row);
  };
}

/// Loaded into a state that has the group's roster, and read as every member does.
Verdict used_in_a_state(std::string_view key, ByteView value) {
  GroupState state = a_group().state();
  state.load_row(key, value);
  for (const MemberRow& member : roster(state)) desired_for(state, member);
  return accepted();
}

TEST(Rows, F33_F34_StateRows) {
  const Codecs codecs = {codec<ArtefactRow>(decode_artefact_row, encode),
                         codec<PropertyRow>(decode_property_row, encode),
                         codec<MemberRow>(decode_member_row, encode),
                         codec<CatalogueRow>(decode_catalogue_row, encode)};
  const std::vector<std::string> prefixes = {"artefact/", "property/", "member/", "catalogue/"};
  FuzzTarget target;
  for (auto at = a_group().state().lower_bound(""); at != a_group().state().end(); ++at) {
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
      if (!at->first.starts_with(prefixes[i])) continue;
      target.seeds.push_back(picked(static_cast<std::uint8_t>(i), at->second));
    }
  }
  target.seeds.push_back(picked(3, encode(CatalogueRow{testing::digest_of("2.4.1"), 1ULL << 33,
                                                       Sequence(4), GroupTime(9), "ana@bastion"})));
  target.decode = [&](ByteView input) {
    const auto [which, value] = pick(input, codecs.size());
    const Verdict verdict = codecs[which](value);
    if (!verdict.accepted || !verdict.complaint.empty()) return verdict;
    return used_in_a_state(prefixes[which] + "00000000000000000009", value);
  };
  fuzz(target);
}

OutcomeReport a_report() {
  return {Sequence(5), Sequence(9), Outcome::kFailed, "unpack", "no space left"};
}

TEST(Rows, F33_F34_CoordinatorRows) {
  const AccountRow account{"web-01", {Sequence(7), Sequence(6)}, Sequence(9)};
  const TargetSetRow set{Sequence(3),
                         Target::of({{{"role", SelectorTerm::Test::kAmong, {"a", "b"}}}}),
                         {MemberId(1), MemberId(2)}};
  const RequestRow request{1, Sequence(2), 3, Sequence(4), hash_of({}), GroupTime(5)};
  FuzzTarget target;
  target.seeds = {
      picked(0, encode(account)),
      picked(1, encode(set)),
      picked(2, encode(a_report())),
      picked(3, encode(request)),
      picked(4, encode_state_kinds({KindId(1), KindId(2)})),
      picked(5, encode_lost_ranges({{Sequence(5), Sequence(9), Epoch(3), GroupTime(7),
                                     "ana@bastion", "the disk broke"}})),
      picked(6, encode_prediction(
                    {{Outcome::kDone, "", "deploy 1", {MemberId(1)}},
                     {Outcome::kFailed, "unpack", "no room", {MemberId(2), MemberId(3)}}}))};
  target.decode = one_of({codec<AccountRow>(decode_account, encode_account),
                          codec<TargetSetRow>(decode_target_set, encode_target_set),
                          codec<OutcomeReport>(decode_exception, encode_exception),
                          codec<RequestRow>(decode_request_row, encode_request_row),
                          codec<std::vector<KindId>>(decode_state_kinds, encode_state_kinds),
                          codec<std::vector<LostRange>>(decode_lost_ranges, encode_lost_ranges),
                          codec<std::vector<Predicted>>(decode_prediction, encode_prediction)});
  fuzz(target);
}

TEST(Rows, F33_F34_MemberRows) {
  LogId log_id;
  log_id.bytes.fill(4);
  const StoredMarks marks{Sequence(6), Span{Sequence(7), Sequence(9)}, 12345};
  const TagClaim tag{log_id, Epoch(2), Sequence(8), hash_of({}), {}};
  const ActualArtefact artefact{"2.4.1", testing::digest_of("2.4.1"), Sequence(4)};
  FuzzTarget target;
  target.seeds = {picked(0, encode(Binding{"shop", log_id, Epoch(2)})),
                  picked(1, encode(marks)),
                  picked(2, encode(tag)),
                  picked(3, encode_outcome_row({a_report(), true})),
                  picked(4, encode_actual_row(artefact)),
                  picked(5, encode_failure_row({Sequence(4), "exit 1"})),
                  picked(6, encode_drift_row({artefact, "index.html is gone"})),
                  picked(7, encode_intended_row({Cause::kLocal, Wanted("debug"), "ana", 5, "why"})),
                  picked(7, encode_intended_row({Cause::kHold, LeftAsItIs{}, "ana", 5, "why"}))};
  target.decode =
      one_of({codec<Binding>(decode_binding, encode), codec<StoredMarks>(decode_marks, encode),
              codec<TagClaim>(decode_tag, encode),
              codec<KeptOutcome>(decode_outcome_row, encode_outcome_row),
              codec<ActualArtefact>(decode_actual_row, encode_actual_row),
              codec<FailedStep>(decode_failure_row, encode_failure_row),
              codec<Drift>(decode_drift_row, encode_drift_row),
              codec<IntendedDelta>(decode_intended_row, encode_intended_row)});
  fuzz(target);
}

TEST(Rows, F33_HeadRows) {
  HeadRow row;
  row.head = empty_head();
  row.head.last = Sequence(412);
  row.sum(Table::kState).count = 7;
  FuzzTarget target;
  target.seeds = {encode(row), encode(HeadRow{})};
  // Fixed places, and no byte without a meaning.
  target.decode = [](ByteView bytes) {
    const auto head = decode_head_row(bytes);
    if (!head) return refused();
    const Bytes again = encode(*head);
    const bool same = std::equal(again.begin(), again.end(), bytes.begin(), bytes.end());
    return same ? accepted() : broken("encoded again it is another row");
  };
  fuzz(target);
}

/// Keys are read back too; these say which member or client a row is about.
TEST(Rows, F33_RowKeys) {
  FuzzTarget target;
  target.seeds = texts({account_key(MemberId(7)).key, exception_key(MemberId(7), a_report()).key,
                        request_key({0x1234, 42}).key});
  target.decode = [](ByteView bytes) {
    const std::string_view key = as_text(bytes);
    const auto member = member_in_key(key);
    const auto client = client_in_key(key);
    // Digits of the other case are read, and not written.
    const bool same = client && request_key(*client).key == key;
    static_cast<void>(artefact_name(key));
    static_cast<void>(property_name(key));
    return member || same ? accepted() : refused();
  };
  fuzz(target);
}

}  // namespace
}  // namespace fuzz
}  // namespace groupctl
