// The intended deltas of this member, in memory and as rows.
#pragma once

#include "commands/state/intended.h"
#include "member/row_stage.h"

namespace groupctl {

class Intentions {
 public:
  /// More than these are refused: a member that differs in so much is no member.
  static constexpr std::size_t kMaxIntended = 1000;

  explicit Intentions(Intended rows) : rows_(std::move(rows)) {}

  const Intended& rows() const { return rows_; }
  void put(const std::string& key, IntendedDelta delta, RowStage& stage);
  /// False: there is none.
  bool erase(const std::string& key, RowStage& stage);
  /// Drops those that the state has come to say as well; none of a member without a row.
  void drop_what_the_state_says(const GroupState& state, const std::optional<MemberRow>& member,
                                RowStage& stage);
  /// Changes with every change of rows().
  std::uint64_t version() const { return version_; }

 private:
  Intended rows_;
  std::uint64_t version_ = 1;
};

}  // namespace groupctl
