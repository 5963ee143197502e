#include "coordinator/ledger.h"

#include <algorithm>

namespace groupctl {

// ---- loading

Result<Ledger> Ledger::load(const Store& store, Exceptions::Limits limits) {
  Ledger ledger(limits);
  Status bad;
  auto read = store.for_each(Table::kLedger, "", [&](std::string_view key, ByteView value) {
    if (bad) bad = ledger.load_row(key, value);
  });
  if (!read) return tl::unexpected<Error>(read.error());
  if (!bad) return fail("ledger", bad.error());
  return ledger;
}

Status Ledger::load_row(std::string_view key, ByteView value) {
  if (key.starts_with('s')) {
    auto row = decode_target_set(value);
    if (!row) return tl::unexpected<Error>(row.error());
    add_set(row->roster_change, row->target,
            std::make_shared<const std::vector<MemberId>>(std::move(row->members)));
    return {};
  }
  auto id = member_in_key(key);
  if (!id) return tl::unexpected<Error>(id.error());
  if (key.starts_with('a')) {
    auto row = decode_account(value);
    if (!row) return tl::unexpected<Error>(row.error());
    accounts_[*id] = *std::move(row);
    return {};
  }
  auto row = decode_exception(value);
  if (!row) return tl::unexpected<Error>(row.error());
  exceptions_.load(*id, *std::move(row));
  return {};
}

// ---- target sets

TargetSet Ledger::find_set(Sequence roster_change, const Target& target) const {
  auto of_target = sets_.find(target);
  if (of_target == sets_.end()) return nullptr;
  auto found = of_target->second.find(roster_change);
  return found == of_target->second.end() ? nullptr : found->second;
}

void Ledger::add_set(Sequence roster_change, const Target& target, TargetSet set) {
  sets_[target][roster_change] = std::move(set);
}

TargetSet Ledger::set_of(Sequence sequence, const Target& target) const {
  static const TargetSet kNobody = std::make_shared<const std::vector<MemberId>>();
  auto of_target = sets_.find(target);
  if (of_target == sets_.end()) return kNobody;
  auto after = of_target->second.lower_bound(sequence);
  return after == of_target->second.begin() ? kNobody : std::prev(after)->second;
}

void Ledger::truncate(Sequence floor, Sequence roster_change, const Exceptions::Needed& needed,
                      RowChanges& rows) {
  truncate_sets(floor, roster_change, rows);
  exceptions_.truncate(floor, needed, rows);
  std::erase_if(accounts_, [&](const auto& account) {
    const auto& [id, row] = account;
    if (!row.left_at || row.left_at >= floor) return false;
    rows[account_key(id)] = std::nullopt;
    unwritten_marks_.erase(id);
    return true;
  });
}

/// A set serves the entries up to the next roster change. Of its target the next set, and behind
/// the newest the newest roster change, is not before that one.
void Ledger::truncate_sets(Sequence floor, Sequence roster_change, RowChanges& rows) {
  for (auto& [target, by_change] : sets_) {
    while (!by_change.empty()) {
      const auto oldest = by_change.begin();
      const auto next = std::next(oldest);
      const Sequence served_until = next != by_change.end() ? next->first : roster_change;
      if (served_until <= oldest->first || served_until >= floor) break;
      rows[target_set_key(oldest->first, target)] = std::nullopt;
      by_change.erase(oldest);
    }
  }
  std::erase_if(sets_, [](const auto& of_target) { return of_target.second.empty(); });
}

// ---- accounts

void Ledger::open_account(MemberId id, const std::string& name) {
  accounts_[id] = AccountRow{name, {}, {}};
}

void Ledger::close_account(MemberId id, Sequence left_at) {
  auto found = accounts_.find(id);
  if (found == accounts_.end()) return;
  found->second.left_at = left_at;
  unwritten_marks_.insert(id);  // an ack may have raised them since the LEFT was gathered
}

bool Ledger::set_marks(MemberId id, Watermarks marks) {
  auto found = accounts_.find(id);
  if (found == accounts_.end() || found->second.marks == marks) return false;
  found->second.marks = marks;
  unwritten_marks_.insert(id);
  return true;
}

bool Ledger::raise_marks(MemberId id, Watermarks marks) {
  const AccountRow* row = account(id);
  if (row == nullptr) return false;
  return set_marks(id, {std::max(marks.received, row->marks.received),
                        std::max(marks.executed, row->marks.executed)});
}

const AccountRow* Ledger::account(MemberId id) const {
  auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : &found->second;
}

void Ledger::write_marks(RowChanges& rows) {
  for (MemberId id : unwritten_marks_) rows[account_key(id)] = encode(accounts_.at(id));
  unwritten_marks_.clear();
}

// ---- reading

OutcomeReport Ledger::row(Sequence sequence, EntryClass entry_class, MemberId id,
                          const Presence& presence) const {
  if (auto known = exceptions_.find(sequence, entry_class, id)) return *std::move(known);
  const AccountRow* kept = account(id);
  auto plain = [&](Outcome outcome) { return OutcomeReport{sequence, sequence, outcome, "", ""}; };
  if (kept == nullptr) return plain(Outcome::kLeft);
  if (kept->marks.executed >= sequence) return plain(Outcome::kDone);
  if (kept->left_at) return plain(Outcome::kLeft);
  if (!presence.live) return plain(Outcome::kLost);
  if (presence.held_at && presence.held_at <= sequence) return plain(Outcome::kHeld);
  if (presence.running == sequence) return plain(Outcome::kRunning);
  const bool received = kept->marks.received >= sequence;
  return plain(!received && presence.catching_up ? Outcome::kBehind : Outcome::kWaiting);
}

}  // namespace groupctl
