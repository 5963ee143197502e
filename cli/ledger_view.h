// What groupctl knows of one entry's targets: the Updates of a watch, laid over one another.
#pragma once

#include <map>
#include <vector>

#include "wire/admin_messages.h"

namespace groupctl {

class LedgerView {
 public:
  /// Takes over counts and changed rows. Returns the rows whose outcome is other than before, by
  /// name; those of the first sight count as changed unless they wait.
  std::vector<LedgerRow> merge(const Update& update);

  std::uint64_t version() const { return version_; }
  std::uint32_t targets() const { return targets_; }
  const std::vector<OutcomeCount>& counts() const { return counts_; }
  /// Nothing is open or behind, and every row has come.
  bool closed() const { return closed_; }
  /// All rows heard of, by name.
  std::vector<LedgerRow> rows() const;

 private:
  std::uint64_t version_ = 0;
  std::uint32_t targets_ = 0;
  std::vector<OutcomeCount> counts_;
  std::map<MemberId, LedgerRow> rows_;
  bool closed_ = false;
};

/// How many of these have this outcome.
std::uint32_t count_of(const std::vector<OutcomeCount>& counts, Outcome outcome);

}  // namespace groupctl
