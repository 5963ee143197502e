#include "coordinator/exceptions.h"

#include <algorithm>

namespace groupctl {
namespace {

std::size_t text_bytes(const OutcomeReport& report) {
  const bool ours = report.step.empty() && (report.text == Exceptions::kTextLeftOut ||
                                            report.text == Exceptions::kForgotten);
  return ours ? 0 : report.step.size() + report.text.size();
}

OutcomeReport without_text(const OutcomeReport& report) {
  return {report.first, report.last, report.outcome, "", Exceptions::kTextLeftOut};
}

OutcomeReport forgotten_up_to(Sequence last) {
  return {Sequence(1), last, Outcome::kUnknown, "", Exceptions::kForgotten};
}

}  // namespace

void Exceptions::load(MemberId id, OutcomeReport report) {
  count(id, report, true);
  const Sequence first = report.first;
  table_of(report)[{id, first}] = std::move(report);
}

void Exceptions::count(MemberId id, const OutcomeReport& report, bool added) {
  Use& use = use_[id];
  const std::size_t bytes = text_bytes(report);
  use.rows = added ? use.rows + 1 : use.rows - 1;
  use.text_bytes = added ? use.text_bytes + bytes : use.text_bytes - bytes;
  if (use.rows == 0) use_.erase(id);
}

// ---- recording

const OutcomeReport* Exceptions::kept_at(MemberId id, const OutcomeReport& report) const {
  const Kept& kept = report.first == report.last ? singles_ : ranges_;
  const auto found = kept.find({id, report.first});
  return found == kept.end() ? nullptr : &found->second;
}

bool Exceptions::is_forgotten(MemberId id, const OutcomeReport& report) const {
  const auto range = ranges_.find({id, Sequence(1)});
  return range != ranges_.end() && range->second.text == kForgotten &&
         report.last <= range->second.last;
}

Exceptions::Change Exceptions::change_of(MemberId id, const OutcomeReport& report) const {
  if (is_forgotten(id, report)) return Change::kNone;
  const OutcomeReport* kept = kept_at(id, report);
  if (kept == nullptr) return Change::kNew;
  const bool same = *kept == report || *kept == without_text(report);
  return same ? Change::kNone : Change::kReplaces;
}

bool Exceptions::record(MemberId id, const OutcomeReport& report, RowChanges& rows) {
  if (change_of(id, report) == Change::kNone) return false;
  Kept& kept = table_of(report);
  const auto former = kept.find({id, report.first});
  if (former != kept.end()) erase(kept, former, rows);
  const std::size_t has = use_.contains(id) ? use_.at(id).text_bytes : 0;
  const bool fits = has + text_bytes(report) <= limits_.text_bytes;
  put(id, fits ? report : without_text(report), rows);
  if (report.first != report.last) drop_within(id, report, rows);
  if (use_.at(id).rows > limits_.rows) forget_oldest(id, rows);
  return true;
}

void Exceptions::put(MemberId id, const OutcomeReport& report, RowChanges& rows) {
  count(id, report, true);
  rows[exception_key(id, report)] = encode(report);
  table_of(report)[{id, report.first}] = report;
}

Exceptions::Kept::iterator Exceptions::erase(Kept& kept, Kept::iterator one, RowChanges& rows) {
  const auto& [key, report] = *one;
  rows[exception_key(key.first, report)] = std::nullopt;
  count(key.first, report, false);
  return kept.erase(one);
}

/// Ranges lie side by side: one that spans others is what counts of them.
void Exceptions::drop_within(MemberId id, const OutcomeReport& range, RowChanges& rows) {
  auto within = ranges_.upper_bound({id, range.first});
  while (within != ranges_.end() && within->first.first == id &&
         within->second.last <= range.last) {
    within = erase(ranges_, within, rows);
  }
}

/// Of two one range is made, which says that there was something and that it is not known what.
void Exceptions::forget_oldest(MemberId id, RowChanges& rows) {
  const Sequence first = take_oldest(id, rows).last;
  const Sequence second = take_oldest(id, rows).last;
  put(id, forgotten_up_to(std::max(first, second)), rows);
}

/// A member that is beyond its bound has some.
OutcomeReport Exceptions::take_oldest(MemberId id, RowChanges& rows) {
  const auto single = singles_.lower_bound({id, Sequence()});
  const auto range = ranges_.lower_bound({id, Sequence()});
  const bool has_single = single != singles_.end() && single->first.first == id;
  const bool has_range = range != ranges_.end() && range->first.first == id;
  GROUPCTL_INVARIANT(has_single || has_range, "the oldest exception of a member without any");
  const bool take_range = has_range && (!has_single || range->first <= single->first);
  const auto oldest = take_range ? range : single;
  OutcomeReport report = oldest->second;
  erase(take_range ? ranges_ : singles_, oldest, rows);
  return report;
}

void Exceptions::applied(MemberId id, Sequence before, Sequence after, RowChanges& rows) {
  auto one = singles_.upper_bound({id, before});
  while (one != singles_.end() && one->first.first == id && one->first.second <= after) {
    const bool stands = one->second.outcome != Outcome::kNotUnderstood;
    one = stands ? std::next(one) : erase(singles_, one, rows);
  }
}

void Exceptions::truncate(Sequence floor, const Needed& needed, RowChanges& rows) {
  for (Kept* kept : {&singles_, &ranges_}) {
    for (auto one = kept->begin(); one != kept->end();) {
      const auto& [key, report] = *one;
      const bool stays = report.last >= floor || needed(key.first, report.first, report.last);
      one = stays ? std::next(one) : erase(*kept, one, rows);
    }
  }
}

// ---- reading

std::vector<OutcomeReport> Exceptions::newest(MemberId id, std::size_t most) const {
  std::vector<OutcomeReport> newest;
  for (const Kept* kept : {&singles_, &ranges_}) {
    auto one = kept->lower_bound({MemberId(id.value + 1), Sequence()});
    for (std::size_t i = 0; i < most && one != kept->begin(); ++i) {
      --one;
      if (one->first.first != id) break;
      newest.push_back(one->second);
    }
  }
  std::sort(newest.begin(), newest.end(), [](const OutcomeReport& a, const OutcomeReport& b) {
    return std::pair(a.last, a.first) > std::pair(b.last, b.first);
  });
  if (newest.size() > most) newest.resize(most);
  return newest;
}

std::optional<OutcomeReport> Exceptions::find(Sequence sequence, EntryClass entry_class,
                                              MemberId id) const {
  if (auto single = singles_.find({id, sequence}); single != singles_.end()) return single->second;
  auto after = ranges_.upper_bound({id, sequence});
  if (after == ranges_.begin()) return std::nullopt;
  const auto& [key, range] = *std::prev(after);
  if (key.first != id || range.last < sequence) return std::nullopt;
  OutcomeReport one{sequence, sequence, range.outcome, range.step, range.text};
  const bool passed_over = entry_class != EntryClass::kState && one.outcome != Outcome::kUnknown;
  if (passed_over) one.outcome = Outcome::kSkipped;
  return one;
}

Exceptions::Use Exceptions::largest_use() const {
  Use largest;
  for (const auto& [id, use] : use_) {
    largest.rows = std::max(largest.rows, use.rows);
    largest.text_bytes = std::max(largest.text_bytes, use.text_bytes);
  }
  return largest;
}

}  // namespace groupctl
