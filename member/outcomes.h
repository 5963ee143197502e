// Outcomes that the coordinator has not recorded yet, and the acknowledgements that carry them.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "member/memory.h"
#include "member/row_stage.h"
#include "wire/member_messages.h"

namespace groupctl {

/// Keeps every outcome other than plain done until it is RECORDED; and the newest of them beyond
/// that, for a coordinator that is put back to an old state has lost what it recorded.
class Outcomes {
 public:
  explicit Outcomes(std::vector<KeptOutcome> stored);

  /// A report of the same range replaces an earlier one.
  void add(OutcomeReport report, RowStage& stage);
  /// An entry of class state that was superseded. Runs of them make one report: who catches up has
  /// many.
  void add_superseded(Sequence at, RowStage& stage);
  /// At start: what an older program said of the entry that it stopped before is said anew, or not.
  void withdraw_beyond(Sequence received, RowStage& stage);
  /// The coordinator has made durable what ack `number` carried.
  void recorded(AckNumber number, RowStage& stage);
  /// The coordinator's ledger has all that happened up to `executed`: what was recorded beyond it
  /// is to be recorded again.
  void new_session(Sequence executed);

  /// All that are not recorded, oldest first.
  std::vector<OutcomeReport> unrecorded() const;
  /// Whether something durable was not yet sent since the last WELCOME.
  bool unsent(const RowStage& stage) const;

  struct Carried {
    std::vector<OutcomeReport> reports;  ///< oldest first, within the message bound
    Sequence executed;  ///< E, before the first that did not fit or is being written
    bool full = false;  ///< one did not fit
  };
  /// What a JOIN or an ack carries, of what is durable.
  Carried carry(Sequence executed, const RowStage& stage);
  /// carry(), numbered for RECORDED; number 0 when there is nothing to carry.
  Carried carry_numbered(Sequence executed, const RowStage& stage, AckNumber& number);

 private:
  using Range = std::pair<Sequence, Sequence>;
  struct Kept {
    OutcomeReport report;
    RowStage::Ticket ticket;
    bool sent = false;  ///< since the last WELCOME
  };
  struct SentAck {
    AckNumber number;
    std::vector<std::pair<Range, RowStage::Ticket>> carried;
  };
  void keep_recorded(OutcomeReport report, RowStage& stage);
  void forget_oldest(RowStage& stage);

  std::map<Range, Kept> reports_;  ///< not recorded
  std::map<Range, OutcomeReport> recorded_;
  /// The report that add_superseded() may still lengthen: nobody was told of it.
  std::optional<Range> growing_;
  std::deque<SentAck> acks_;  ///< not answered; the oldest are forgotten
  AckNumber last_number_;
  bool held_back_ = false;  ///< the last ack was full: nothing more until something is recorded
};

}  // namespace groupctl
