// docs/output.schema.json, as strict as a test wants it: a key that it does not name is wrong.
#pragma once

#include <string>
#include <vector>

namespace groupctl::testing {

/// What is wrong with one object of output; empty: nothing.
std::string schema_complaints(const std::string& object);

/// The kinds that the schema names.
std::vector<std::string> schema_kinds();

}  // namespace groupctl::testing
