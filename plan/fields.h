// How two releases differ, for people.
#pragma once

#include "plan/diff.h"

namespace groupctl::plan {

/// `from` nullptr: all that `to` says beyond the defaults. Empty: they are equal.
std::vector<Field> fields_between(const Release* from, const Release& to);

}  // namespace groupctl::plan
