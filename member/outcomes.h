// Outcomes that the coordinator has not recorded yet, and the acknowledgements that carry them.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "member/row_stage.h"
#include "wire/member_messages.h"

namespace groupctl {

/// Keeps every outcome other than plain done until it is RECORDED.
class Outcomes {
 public:
  explicit Outcomes(std::vector<OutcomeReport> stored);

  /// A report of the same range replaces an earlier one.
  void add(OutcomeReport report, RowStage& stage);
  /// An entry of class state that was superseded. Runs of them make one report: who catches up has
  /// many.
  void add_superseded(Sequence at, RowStage& stage);
  /// At start: what an older program said of the entry that it stopped before is said anew, or not.
  void withdraw_beyond(Sequence received, RowStage& stage);
  /// The coordinator has made durable what ack `number` carried.
  void recorded(AckNumber number, RowStage& stage);
  void new_session();

  /// All of them, oldest first.
  std::vector<OutcomeReport> all() const;
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
  std::map<Range, Kept> reports_;
  /// The report that add_superseded() may still lengthen: nobody was told of it.
  std::optional<Range> growing_;
  std::deque<SentAck> acks_;  ///< not answered; the oldest are forgotten
  AckNumber last_number_;
  bool held_back_ = false;  ///< the last ack was full: nothing more until something is recorded
};

}  // namespace groupctl
