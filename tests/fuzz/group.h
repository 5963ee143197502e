// One small group for the targets that need a log, a state or a roster. It is made once.
#pragma once

#include "tests/unit/member/group_log.h"

namespace groupctl::fuzz {

/// The roster row of web-01, which is also the first entry of a_group().
const MemberRow& a_member();
/// Three members with labels, artefacts and properties for all and for some, and every kind of
/// entry; "shop" is its name.
const testing::GroupLog& a_group();

}  // namespace groupctl::fuzz
