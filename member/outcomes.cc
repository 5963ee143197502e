#include "member/outcomes.h"

#include <algorithm>

#include "log/planted_bug.h"
#include "log/text.h"
#include "member/memory.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

constexpr std::size_t kMaxAcksKept = 64;

}  // namespace

Outcomes::Outcomes(std::vector<OutcomeReport> stored) {
  for (OutcomeReport& report : stored) {
    Range range{report.first, report.last};
    reports_[range] = {std::move(report), RowStage::Ticket{}, false};
  }
}

void Outcomes::add(OutcomeReport report, RowStage& stage) {
  report.text = cut_text(report.text, kMaxOutcomeText);
  stage.put(outcome_row(report.first, report.last), encode_outcome_row(report));
  Range range{report.first, report.last};
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
  std::erase_if(reports_, [&](const auto& kept) {
    const Range& range = kept.first;
    if (range.first <= received) return false;
    stage.erase(outcome_row(range.first, range.second));
    return true;
  });
}

std::vector<OutcomeReport> Outcomes::all() const {
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
    stage.erase_lazily(outcome_row(range.first, range.second));
    reports_.erase(kept);
  }
  acks_.erase(ack);
  held_back_ = false;
}

void Outcomes::new_session() {
  // The numbers go on: a late RECORDED of the former session must not meet another ack.
  acks_.clear();
  held_back_ = false;
  for (auto& [range, kept] : reports_) kept.sent = false;
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
