// What becomes of an entry when its turn comes.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "commands/command.h"
#include "commands/host.h"
#include "member/group_clock.h"

namespace groupctl {

/// What deciding looks at: the state at R, and who and when this is.
struct WorkView {
  const CommandTable& table;
  const GroupState& state;
  const std::optional<MemberRow>& me;
  const Actual& actual;
  const Intended& intended;
  const GroupClock& clock;
  LocalTime now;
  /// Entries are on their way that may supersede those that wait.
  bool catching_up = false;
};

/// The last of each kind of class *latest* among the entries that wait, by the key that it names.
class LastOfKind {
 public:
  void add(const Entry& entry);
  /// Whether one that comes after this entry does the same to this key.
  bool comes_again(const Entry& entry, const std::string& key) const;
  void clear() { last_.clear(); }

 private:
  /// Without a key: all artefacts.
  std::map<std::pair<KindId, std::string>, Sequence> last_;
};

struct MustWait {};  ///< for the group's time
struct EndsAs {
  Outcome outcome = Outcome::kDone;
  std::string text;
};
struct CarryOut {
  std::vector<ArtefactStep> steps;
  bool reconcile = false;  ///< all of this member, not what the entry names
};
using Verdict = std::variant<MustWait, EndsAs, CarryOut>;

/// Asked once, when the entry's turn comes.
Verdict settle(const Entry& entry, const WorkView& view, const LastOfKind& last);
/// For an entry that had started when the process died.
Verdict settle_again(const Entry& entry, const WorkView& view);

/// Whether it is known how this artefact is to be. What the group wants of a member without a row
/// nobody knows, and not that it wants nothing: only a local command or a hold says something then.
bool is_known_how(const std::string& name, const WorkView& view);
/// Every artefact that is wanted in a certain way, and those that nobody speaks of any more. What
/// is held is only asked about.
std::vector<ArtefactStep> steps_for_all(const WorkView& view);
/// The same at a start: what a member without a row was last at work on may be in place without its
/// store saying so, so it asks about all that the group has artefacts of.
std::vector<ArtefactStep> steps_at_start(const WorkView& view);
/// One of those, for an artefact that nothing speaks of any more.
ArtefactStep step_at_start(const std::string& name, const WorkView& view);
/// Those of these artefacts of which it is known how they are to be. What is held is only asked
/// about.
std::vector<ArtefactStep> steps_for(const std::vector<std::string>& names, const WorkView& view);

}  // namespace groupctl
