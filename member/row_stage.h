// Rows that wait for the next commit: kept in memory until one of them succeeds.
#pragma once

#include "log/store.h"

namespace groupctl {

/// Gathers row changes between commits. What a refused commit carried goes into the next one.
class RowStage {
 public:
  /// Orders what is staged against commits: durable(ticket) once the commit that took it succeeded.
  using Ticket = Number<struct StageTicketMeaning>;

  void put(RowKey key, Bytes value) { set(std::move(key), std::move(value)); }
  void erase(RowKey key) { set(std::move(key), std::nullopt); }
  /// As erase, but not worth a commit of its own.
  void erase_lazily(RowKey key) { rows_[std::move(key)] = std::nullopt; }
  void put_lazily(RowKey key, Bytes value) { rows_[std::move(key)] = std::move(value); }

  /// Of everything staged so far.
  Ticket ticket() const { return next_; }
  bool durable(Ticket ticket) const { return ticket < next_durable_; }
  bool urgent() const { return urgent_; }
  bool empty() const { return rows_.empty(); }

  /// Everything staged, now in flight; then committed() or refused().
  RowChanges take() {
    in_flight_ = std::move(rows_);
    rows_.clear();
    urgent_in_flight_ = urgent_;
    urgent_ = false;
    next_ = next_.next();
    return in_flight_;
  }
  void committed() {
    in_flight_.clear();
    next_durable_ = next_;
  }
  void refused() {
    in_flight_.merge(rows_in_front());
    rows_ = std::move(in_flight_);
    in_flight_.clear();
    urgent_ = urgent_ || urgent_in_flight_;
  }

 private:
  void set(RowKey key, std::optional<Bytes> value) {
    rows_[std::move(key)] = std::move(value);
    urgent_ = true;
  }
  /// The newer word on a row wins over the one that was refused.
  RowChanges& rows_in_front() {
    for (const auto& [key, value] : rows_) in_flight_.erase(key);
    return rows_;
  }

  RowChanges rows_;
  RowChanges in_flight_;
  bool urgent_ = false;
  bool urgent_in_flight_ = false;
  Ticket next_{1};
  Ticket next_durable_{1};
};

}  // namespace groupctl
