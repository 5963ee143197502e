// Who is meant: targets over roster rows, and the operators' selector text.
#pragma once

#include <string>
#include <vector>

#include "commands/state/rows.h"

namespace groupctl {

/// Whether this target addresses this member. kNone addresses nobody.
bool matches(const Target& target, const MemberRow& member);

/// The ids of the roster that a target addresses, ascending.
std::vector<MemberId> resolve(const Target& target, const GroupState& state);

/// "role=web,rack!=r3", "role in (web,api)", "role notin (a)", "has(gpu)", "!drained" (has not),
/// "name=web-0*" (a value with * or ? is a glob). A bare word is a member name. Several texts are a
/// union. Empty list: all. Errors: kInvalid with the place.
Result<Target> parse_target(const std::vector<std::string>& texts);
/// Text that parse_target reads as the same target; "all", "none", "member 17" for the others.
std::string to_text(const Target& target);

/// "no member is called web-99. Did you mean: web-09?"
std::string no_such_member(std::string_view name, const std::vector<std::string>& names);

/// For the message of an empty target: the labels seen in the roster (names too, if one was asked
/// for) with how many members carry each, nearest to what was asked first, at most `most`:
/// "role=web (40), role=db (12)".
std::string labels_seen(const GroupState& state, const Target& asked, std::size_t most);

}  // namespace groupctl
