// The outcomes other than plain done that members have reported: what is stored of the ledger
// beside watermarks. Of each member a bounded number, with a bounded volume of texts.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/rows.h"
#include "log/entry.h"
#include "log/outcome.h"
#include "log/store.h"

namespace groupctl {

class Exceptions {
 public:
  struct Limits {
    std::size_t text_bytes = 1 << 20;  ///< of one member's steps and texts; then they are left out
    std::size_t rows = 65'536;  ///< of one member; then its oldest are forgotten, and `unknown`
  };
  /// What stands in place of a text that was left out.
  static constexpr const char* kTextLeftOut = "(left out: too much text from this member)";
  /// What is said of outcomes that are forgotten.
  static constexpr const char* kForgotten = "(forgotten: too many outcomes of this member)";

  explicit Exceptions(Limits limits) : limits_(limits) {}
  /// A stored row.
  void load(MemberId id, OutcomeReport report);

  /// How a report would change what is kept.
  enum class Change : std::uint8_t {
    kNone,     ///< it is kept already, or forgotten with all that was before it
    kNew,      ///< nothing is kept of these entries
    kReplaces  ///< another one is
  };
  Change change_of(MemberId id, const OutcomeReport& report) const;
  /// False when nothing changes.
  bool record(MemberId id, const OutcomeReport& report, RowChanges& rows);
  /// `not_understood` of the entries behind `before` up to `after` is true no more.
  void applied(MemberId id, Sequence before, Sequence after, RowChanges& rows);
  /// Whether the outcome of an entry from `first` to `last` still counts for something, though it
  /// is no more in the log.
  using Needed = std::function<bool(MemberId, Sequence first, Sequence last)>;
  /// Those of entries below `floor` alone, but for those that are needed.
  void truncate(Sequence floor, const Needed& needed, RowChanges& rows);

  /// How the entry ended there by the member's own report, or by a range that holds it.
  std::optional<OutcomeReport> find(Sequence sequence, EntryClass entry_class, MemberId id) const;
  /// The newest `most` of a member, newest first.
  std::vector<OutcomeReport> newest(MemberId id, std::size_t most) const;

  struct Use {
    std::size_t rows = 0;
    std::size_t text_bytes = 0;  ///< of steps and texts that were not left out
  };
  /// The most that any member has.
  Use largest_use() const;
  const Limits& limits() const { return limits_; }

 private:
  using Kept = std::map<std::pair<MemberId, Sequence>, OutcomeReport>;

  Kept& table_of(const OutcomeReport& report) {
    return report.first == report.last ? singles_ : ranges_;
  }
  const OutcomeReport* kept_at(MemberId id, const OutcomeReport& report) const;
  bool is_forgotten(MemberId id, const OutcomeReport& report) const;
  void put(MemberId id, const OutcomeReport& report, RowChanges& rows);
  Kept::iterator erase(Kept& kept, Kept::iterator one, RowChanges& rows);
  void count(MemberId id, const OutcomeReport& report, bool added);
  void drop_within(MemberId id, const OutcomeReport& range, RowChanges& rows);
  void forget_oldest(MemberId id, RowChanges& rows);
  OutcomeReport take_oldest(MemberId id, RowChanges& rows);

  Limits limits_;
  Kept singles_;
  Kept ranges_;  // by first
  std::map<MemberId, Use> use_;
};

}  // namespace groupctl
