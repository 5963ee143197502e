// Request ids: which requests were sequenced, so that a retry gives the same sequence and never a
// second entry.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "coordinator/rows.h"

namespace groupctl {

/// What is known of a request before it is sequenced.
struct RequestVerdict {
  enum class Kind : std::uint8_t {
    kNew,           ///< sequence it
    kKnown,         ///< sequenced at `sequence`
    kLookUp,        ///< may lie between the row's first and highest entry: ask the log
    kOtherContent,  ///< this id was used for something else
    kTooOldToKnow,  ///< the row that could tell is gone
  };
  Kind kind = Kind::kNew;
  Sequence sequence;  ///< kKnown
  Sequence from, to;  ///< kLookUp: look at from..to
};

/// Rows by client. Those of batches not yet durable lie on top, by batch, and fall with them.
class Requests {
 public:
  struct Retention {
    std::uint64_t rows = 100000;      ///< at least so many are kept
    std::uint64_t age_ms = 0;         ///< and each at least so long after its last use,
    std::uint64_t most = UINT64_MAX;  ///< unless there are more than so many
  };
  explicit Requests(Retention retention) : retention_(retention) {}
  /// Reads Table::kRequests. Errors: kCorrupt, kIo.
  Status load(const Store& store);

  /// `content` is the hash over all commands of the submit whose last one has that number.
  RequestVerdict judge(const RequestId& request, const Hash& content) const;

  /// Notes that requests first.number .. first.number + count - 1 are sequenced from `sequence` on
  /// in that batch; `content` is the hash over all of them.
  void sequenced(BatchNumber batch, const RequestId& first, std::uint64_t count, Sequence sequence,
                 const Hash& content, GroupTime now, RowChanges& rows);
  void committed(BatchNumber batch);
  /// That batch and all gathered behind it never were.
  void rolled_back(BatchNumber from);

  /// Drops rows beyond the retention; call now and then.
  void prune(GroupTime now, RowChanges& rows);
  std::size_t size() const { return durable_.size(); }

 private:
  const RequestRow* find(const ClientId& client) const;
  void keep(const ClientId& client, const RequestRow& row);

  Retention retention_;
  std::map<ClientId, RequestRow> durable_;
  std::map<GroupTime, std::set<ClientId>> by_use_;
  std::map<BatchNumber, std::map<ClientId, RequestRow>> gathered_;
  /// Clients drawn before this may have had a row that was dropped.
  GroupTime dropped_until_;
};

}  // namespace groupctl
