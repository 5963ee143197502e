// The intended deltas of this member, in memory and as rows.
#pragma once

#include "commands/host.h"
#include "member/row_stage.h"

namespace groupctl {

class Intentions {
 public:
  /// More than these are refused to local commands: a member that differs in so much is no member.
  static constexpr std::size_t kMaxIntended = 1000;

  explicit Intentions(Intended rows) : rows_(std::move(rows)) {}

  const Intended& rows() const { return rows_; }
  void put(const std::string& key, IntendedDelta delta, RowStage& stage);
  /// False: there is none.
  bool erase(const std::string& key, RowStage& stage);
  /// Drops those that the state has made void.
  void drop_void(const GroupState& state, const std::optional<MemberRow>& member, RowStage& stage);
  /// What the private repositories had to say of an artefact: an override is put, or one that was
  /// there goes. What somebody has said on this member meanwhile stays, and what there is of one
  /// that is not in the roster. True: a new override.
  bool asked(const std::string& name, const AskedRepositories& asked, std::uint64_t now_ms,
             const GroupState& state, const std::optional<MemberRow>& member, RowStage& stage);
  /// Changes with every change of rows().
  std::uint64_t version() const { return version_; }

 private:
  Intended rows_;
  std::uint64_t version_ = 1;
};

}  // namespace groupctl
