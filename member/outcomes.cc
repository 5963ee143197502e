#include "member/outcomes.h"

#include <algorithm>

#include "log/planted_bug.h"
#include "log/text.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

constexpr std::size_t kMaxAcksKept = 64;
constexpr std::size_t kRecordedKept = 1024;
constexpr std::string_view kNotKept =
    "the coordinator was put back, and the member does not keep this outcome any more";

/// One entry's own outcome can be unknown; a range is so only by forget_oldest().
bool stands_for_forgotten(const OutcomeReport& report) {
  return report.outcome == Outcome::kUnknown && report.last > report.first;
}

}  // namespace

Outcomes::Outcomes(std::vector<KeptOutcome> stored) {
  for (KeptOutcome& one : stored) {
    const Range range{one.report.first, one.report.last};
    if (one.recorded) {
      recorded_[range] = std::move(one.report);
    } else {
      reports_[range] = {std::move(one.report), RowStage::Ticket{}, false};
    }
  }
}

void Outcomes::add(OutcomeReport report, RowStage& stage) {
  report.text = cut_text(report.text, kMaxOutcomeText);
  stage.put(outcome_row(report.first, report.last), encode_outcome_row({report, false}));
  Range range{report.first, report.last};
  recorded_.erase(range);
  reports_[range] = {std::move(report), stage.ticket(), false};
}

void Outcomes::add_superseded(Sequence at, RowStage& stage) {
  Range range{at, at};
  if (growing_ && growing_->second.next() == at) {
    range.first = growing_->first;
    stage.erase(outcome_row(growing_->first, growing_->second));
    reports_.erase(*growing_);
  }
  add({range.first, range.second, Outcome::kSuperseded, {}, {}}, stage);
  growing_ = range;
}

void Outcomes::withdraw_beyond(Sequence received, RowStage& stage) {
  const auto withdrawn = [&](const auto& kept) {
    const Range& range = kept.first;
    if (range.first <= received) return false;
    stage.erase(outcome_row(range.first, range.second));
    return true;
  };
  std::erase_if(reports_, withdrawn);
  std::erase_if(recorded_, withdrawn);
}

std::vector<OutcomeReport> Outcomes::unrecorded() const {
  std::vector<OutcomeReport> reports;
  for (const auto& [range, kept] : reports_) reports.push_back(kept.report);
  return reports;
}

void Outcomes::recorded(AckNumber number, RowStage& stage) {
  auto ack = std::find_if(acks_.begin(), acks_.end(),
                          [&](const SentAck& sent) { return sent.number == number; });
  if (ack == acks_.end()) return;
  for (const auto& [range, ticket] : ack->carried) {
    auto kept = reports_.find(range);
    if (kept == reports_.end() || kept->second.ticket != ticket) continue;
    keep_recorded(std::move(kept->second.report), stage);
    reports_.erase(kept);
  }
  acks_.erase(ack);
  held_back_ = false;
}

void Outcomes::keep_recorded(OutcomeReport report, RowStage& stage) {
  const Range range{report.first, report.last};
  stage.put_lazily(outcome_row(range.first, range.second), encode_outcome_row({report, true}));
  recorded_[range] = std::move(report);
  if (recorded_.size() > kRecordedKept) forget_oldest(stage);
}

/// Of what is forgotten it stays known that there was something to report.
void Outcomes::forget_oldest(RowStage& stage) {
  Sequence last;
  for (int i = 0; i < 2; ++i) {
    const Range oldest = recorded_.begin()->first;
    last = std::max(last, oldest.second);
    stage.erase_lazily(outcome_row(oldest.first, oldest.second));
    recorded_.erase(oldest);
  }
  keep_recorded({Sequence(1), last, Outcome::kUnknown, {}, std::string(kNotKept)}, stage);
}

void Outcomes::new_session(Sequence executed) {
  // The numbers go on: a late RECORDED of the former session must not meet another ack.
  acks_.clear();
  held_back_ = false;
  for (auto& [range, kept] : reports_) kept.sent = false;
  std::erase_if(recorded_, [&](const auto& one) {
    OutcomeReport report = one.second;
    if (report.last <= executed) return false;
    // What is forgotten stays so, beside what is said of it now.
    const bool forgotten = stands_for_forgotten(report);
    if (forgotten) report.first = std::max(report.first, executed.next());
    reports_.try_emplace({report.first, report.last}, Kept{report, RowStage::Ticket{}, false});
    return !forgotten;
  });
}

bool Outcomes::unsent(const RowStage& stage) const {
  if (held_back_) return false;
  return std::any_of(reports_.begin(), reports_.end(), [&](const auto& row) {
    return !row.second.sent && stage.durable(row.second.ticket);
  });
}

Outcomes::Carried Outcomes::carry(Sequence executed, const RowStage& stage) {
  // Also when it is not durable yet: it would hold E back for as long as it grows.
  growing_.reset();
  Carried carried{{}, executed, false};
  std::size_t bytes = 0;
  for (const auto& [range, kept] : reports_) {
    if (!stage.durable(kept.ticket)) {
      carried.executed = std::min(carried.executed, range.first.previous());
      continue;
    }
    if (planted(PlantedBug::kAckPastUnrecordedException) && kept.sent) continue;
    bytes += message_size(kept.report);
    if (bytes > kOutcomesBudgetBytes || carried.reports.size() == kMaxOutcomeReports) {
      carried.executed = std::min(carried.executed, range.first.previous());
      carried.full = true;
      break;
    }
    carried.reports.push_back(kept.report);
  }
  return carried;
}

Outcomes::Carried Outcomes::carry_numbered(Sequence executed, const RowStage& stage,
                                           AckNumber& number) {
  Carried carried = carry(executed, stage);
  number = AckNumber{};
  if (carried.reports.empty()) return carried;
  number = last_number_ = last_number_.next();
  SentAck sent{number, {}};
  for (const OutcomeReport& report : carried.reports) {
    Kept& kept = reports_.at({report.first, report.last});
    kept.sent = true;
    sent.carried.emplace_back(Range{report.first, report.last}, kept.ticket);
  }
  held_back_ = carried.full && carried.executed < executed;
  acks_.push_back(std::move(sent));
  if (acks_.size() > kMaxAcksKept) acks_.pop_front();
  return carried;
}

}  // namespace groupctl
