// From the text of a plan file to what it says.
#pragma once

#include "plan/plan.h"

namespace groupctl::plan {

/// TOML or JSON, with the same keys, rules and errors (docs/plan.md). `given` wins over the file's
/// [vars]. Errors: lines with FILE:LINE:COLUMN in front, in JSON with the path; at most
/// kMaxComplaints of them.
tl::expected<Plan, std::vector<std::string>> read_plan(std::string_view text,
                                                       const std::string& file,
                                                       const Variables& given = {});

}  // namespace groupctl::plan
