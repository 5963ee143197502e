// Rows as LMDB gives them, and what is made of all rows together when a process starts.
#include <gtest/gtest.h>

#include <algorithm>

#include "commands/state/desired.h"
#include "coordinator/ledger.h"
#include "coordinator/requests.h"
#include "log/little_endian.h"
#include "log/lmdb_tables.h"
#include "log/memory_store.h"
#include "member/memory.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/seal.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

constexpr std::size_t kSumBytes = sizeof(Checksum::bytes);

OutcomeReport a_report(std::uint64_t first, std::uint64_t last) {
  return {Sequence(first), Sequence(last), Outcome::kFailed, "unpack", "no space left"};
}

// ---- LMDB's values

/// Where a row lies: eight bytes that say in which table, then key and value, parted.
struct Planted {
  std::uint8_t table = 0;  ///< 0: frames; else a Table
  std::string key;
  Bytes value;
};

Planted planted(ByteView input) {
  const auto [which, rest] = pick(input, kTables + 1);
  auto parts = parted(rest);
  parts.resize(2);
  Planted row{static_cast<std::uint8_t>(which), std::string(as_text(parts[0])),
              copy_bytes(parts[1])};
  if (row.table == 0) row.key.resize(sizeof(std::uint64_t));  // LMDB takes no other in that table
  return row;
}

Bytes input_of(const Planted& row) {
  return picked(row.table, joined({copy_bytes(as_bytes(row.key)), row.value}));
}

Planted sealed(Planted row) {
  if (row.table == 0) {
    seal_frame(row.value);
    return row;
  }
  row.value.resize(std::max(row.value.size(), kSumBytes));
  const auto value = ByteView(row.value).subspan(kSumBytes);
  const Checksum sum = row_checksum(row.table, row.key, value);
  std::copy(sum.bytes.begin(), sum.bytes.end(), row.value.begin());
  return row;
}

Planted row_of(Table table, const std::string& key, const Bytes& value) {
  Bytes behind_sum(kSumBytes);
  behind_sum.insert(behind_sum.end(), value.begin(), value.end());
  return sealed({static_cast<std::uint8_t>(table), key, std::move(behind_sum)});
}

Planted row_of(const FramePtr& frame) {
  const Bytes key = u64_bytes(frame->header().last.value);
  return {0, std::string(as_text(key)), copy_bytes(frame->bytes())};
}

/// A store without rows. Nothing that is planted in it is ever committed.
class Planting {
 public:
  Planting() : env_(open()) {
    auto txn = LmdbTxn::begin(env_.get(), 0);
    tables_ = create_tables(txn->get()).value();
    EXPECT_EQ(txn->commit(), 0);
  }

  Verdict look_at(const Planted& row) {
    auto txn = LmdbTxn::begin(env_.get(), 0);
    if (!txn) return broken("no transaction: " + txn.error().text);
    MDB_val key{row.key.size(), const_cast<char*>(row.key.data())};
    MDB_val value{row.value.size(), const_cast<std::uint8_t*>(row.value.data())};
    const MDB_dbi table = row.table == 0 ? tables_.frames : tables_.rows[row.table - 1U];
    if (mdb_put(txn->get(), table, &key, &value, 0) != 0) return refused();
    return row.table == 0 ? walk_frame(txn->get(), row) : read(txn->get(), row);
  }

 private:
  LmdbEnv open() const { return open_env(place_.path(), 8 << 20, MDB_NOSYNC).value(); }

  Verdict read(MDB_txn* txn, const Planted& row) const {
    const auto table = static_cast<Table>(row.table);
    const auto value = read_row(txn, tables_, {table, row.key});
    std::size_t visited = 0;
    const auto walked = walk_rows(txn, tables_, HeadRow{}, table, row.key.substr(0, 1),
                                  [&](std::string_view, ByteView) { ++visited; });
    if (value.has_value() != walked.has_value()) return broken("read in two ways");
    if (!value)
      return value.error().code == ErrorCode::kCorrupt ? refused() : broken("not corrupt");
    const ByteView behind_sum = ByteView(row.value).subspan(kSumBytes);
    const bool same = *value && std::equal((*value)->begin(), (*value)->end(), behind_sum.begin(),
                                           behind_sum.end());
    return same && visited == 1 ? accepted() : broken("read as another value");
  }

  Verdict walk_frame(MDB_txn* txn, const Planted& row) const {
    HeadRow head;
    head.head.floor = Sequence(1);
    head.frames_end = Sequence(read_u64(as_bytes(row.key)));
    if (!head.frames_end) return refused();
    FramePtr found;
    const auto walked = walk_frames(txn, tables_, head, head.frames_end, [&](FramePtr frame) {
      found = std::move(frame);
      return true;
    });
    if (!walked) return walked.error().code == ErrorCode::kCorrupt ? refused() : broken("its code");
    return found && found->header().last == head.frames_end ? accepted() : broken("another frame");
  }

  Place place_;
  LmdbEnv env_;
  LmdbTables tables_;
};

TEST(Stored, F33_LmdbValues) {
  Planting store;
  FuzzTarget target;
  for (const FramePtr& frame : a_group().frames()) {
    target.seeds.push_back(input_of(row_of(frame)));
  }
  target.seeds.push_back(input_of(row_of(Table::kState, "property/a", Bytes(40, 1))));
  target.seeds.push_back(input_of(row_of(Table::kMeta, "kinds", Bytes())));
  target.repair = [](Bytes& input) { input = input_of(sealed(planted(input))); };
  target.decode = [&](ByteView input) { return store.look_at(planted(input)); };
  fuzz(target);
}

// ---- all rows of a store

/// Rows as three runs each: a byte that says which table, the key, the value.
using Rows = std::vector<std::pair<RowKey, Bytes>>;

Bytes input_of(const Rows& rows) {
  std::vector<Bytes> runs;
  for (const auto& [key, value] : rows) {
    runs.push_back(Bytes(1, static_cast<std::uint8_t>(key.table)));
    runs.push_back(copy_bytes(as_bytes(key.key)));
    runs.push_back(value);
  }
  return joined(runs);
}

/// A batch with those rows that a store takes.
Batch batch_of(ByteView input) {
  const std::vector<ByteView> runs = parted(input);
  Batch batch;
  batch.head = empty_head();
  batch.head.batch = BatchNumber(1);
  for (std::size_t i = 0; i + 2 < runs.size(); i += 3) {
    const std::uint8_t number = runs[i].empty() ? 0 : runs[i].front();
    const std::string key(as_text(runs[i + 1]));
    if (key.empty() || key.size() > kMaxRowKeyBytes) continue;
    batch.rows[{static_cast<Table>(1 + (number + kTables - 1) % kTables), key}] =
        copy_bytes(runs[i + 2]);
  }
  return batch;
}

/// Asks what a coordinator asks of its ledger.
std::string used_badly(Ledger& ledger) {
  const Target all = Target::all();
  for (const auto& [id, account] : ledger.accounts()) {
    for (const Sequence sequence : {Sequence(1), Sequence(5), account.marks.executed}) {
      static_cast<void>(ledger.row(sequence, EntryClass::kState, id, Presence{}));
    }
  }
  for (const std::uint64_t sequence : {0ULL, 4ULL, ~0ULL}) {
    if (ledger.set_of(Sequence(sequence), all) == nullptr) return "no set at all";
  }
  RowChanges rows;
  ledger.truncate(
      Sequence(7), Sequence(3), [](MemberId, Sequence, Sequence) { return false; }, rows);
  for (const auto& [key, value] : rows) {
    if (key.table != Table::kLedger || value) return "truncating writes";
  }
  return {};
}

TEST(Stored, F33_Ledgers) {
  const MemberId one(1);
  const AccountRow account{"web-01", {Sequence(7), Sequence(6)}, Sequence()};
  const TargetSetRow set{Sequence(3), Target::all(), {MemberId(1), MemberId(2)}};
  const RequestRow request{1, Sequence(2), 3, Sequence(4), hash_of({}), GroupTime(5)};
  FuzzTarget target;
  target.seeds = {
      input_of(Rows{{account_key(one), encode(account)},
                    {account_key(MemberId(2)),
                     encode(AccountRow{"gone", {Sequence(4), Sequence(4)}, Sequence(5)})},
                    {exception_key(one, a_report(5, 5)), encode(a_report(5, 5))},
                    {exception_key(one, a_report(1, 4)), encode(a_report(1, 4))},
                    {target_set_key(set.roster_change, set.target), encode(set)},
                    {request_key({0x1234, 42}), encode(request)},
                    {{Table::kMeta, "requests_dropped_until"}, u64_bytes(9)}})};
  target.decode = [](ByteView input) {
    MemoryStore store;
    store.commit(batch_of(input));
    Requests requests({1, 0});
    if (!requests.load(store)) return refused();
    static_cast<void>(requests.judge({{0x1234, 42}, 2}, hash_of({})));
    RowChanges rows;
    requests.prune(GroupTime(UINT64_MAX), rows);
    auto ledger = Ledger::load(store);
    if (!ledger) return refused();
    std::string complaint = used_badly(*ledger);
    return complaint.empty() ? accepted() : broken(std::move(complaint));
  };
  fuzz(target);
}

/// The group's log, and rows beside it; the digest is that of the rows.
MemoryStore member_store(Batch batch) {
  GroupState state;
  for (const auto& [key, value] : batch.rows) {
    if (key.table == Table::kState) state.load_row(key.key, *value);
  }
  const auto& frames = a_group().frames();
  const std::size_t most = std::min<std::size_t>(8, frames.size());
  batch.frames.assign(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(most));
  batch.head.last = batch.frames.back()->header().last;
  batch.head.chain = batch.frames.back()->header().chain_after;
  batch.head.state_digest = state.digest();
  MemoryStore store;
  store.commit(batch);
  return store;
}

TEST(Stored, F33_Memories) {
  const Bytes entry = copy_bytes(a_group().frames()[1]->entry_bytes(0));
  const StoredMarks marks{Sequence(3), Span{Sequence(4), Sequence(5)}, 12345};
  const TagClaim tag{a_group().log_id, Epoch(1), Sequence(8), hash_of({}), {}};
  const ActualArtefact artefact{"2.4.1", testing::digest_of("2.4.1"), Sequence(4)};
  FuzzTarget target;
  target.seeds = {input_of(
      Rows{{binding_row(), encode(Binding{"shop", a_group().log_id, Epoch(1)})},
           {marks_row(), encode(marks)},
           {tag_row(), encode(tag)},
           {open_row(Sequence(6)), Bytes(1)},
           {open_row(Sequence(2)), entry},
           {intent_row(Sequence(2)), entry},
           {outcome_row(Sequence(1), Sequence(4)), encode_outcome_row({a_report(1, 4), true})},
           {actual_row("shop"), encode_actual_row(artefact)},
           {begun_row("cart"), Bytes()},
           {drift_row("artefact/cart"), encode_drift_row({artefact, "gone"})},
           {intended_row("property/a"),
            encode_intended_row({Cause::kHold, LeftAsItIs{}, "ana", 5, "why"})},
           {failure_row("artefact/cart"), encode_failure_row({Sequence(4), "exit 1"})}})};
  target.decode = [](ByteView input) {
    const MemoryStore store = member_store(batch_of(input));
    const auto memory = read_memory(store, "shop");
    if (!memory) return memory.error().text.empty() ? broken("no words") : refused();
    return accepted();
  };
  target.fixed_bytes = 1 << 20;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
