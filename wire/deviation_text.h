// One deviation in words, for who shows it. Pure. The words are foreign: who prints them escapes
// them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "wire/question_messages.h"

namespace groupctl {

/// '-': what the group wants is not there; '+': the group wants nothing there; '~': something else.
char sign_of(const Deviation& row);
/// "shop 2.4.1", "log.level=info"; "(none)".
std::string group_text(const Deviation& row);
/// "~ 2.4.2", "- absent", "+ toolbox 0.3", "~ log.level=debug", "~ held".
std::string deviation_text(const Deviation& row);
/// "by local: ana@web-11, 09:12:30, "testing"" or "drifted: index.html is gone". `when`: the time
/// as it is to be shown; empty: without.
std::string cause_text(const Deviation& row, const std::string& when);
/// For JSON: key, kind, cause, who, why, group, there, wanted, digests; none that is empty.
std::vector<std::pair<std::string, std::string>> deviation_fields(const Deviation& row);

}  // namespace groupctl
