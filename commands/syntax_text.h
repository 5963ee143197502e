// What the syntax of several commands needs: values that were typed, and payloads as text.
#pragma once

#include "commands/syntax.h"

namespace groupctl {

/// The values of an option or positional; empty when it was not given.
const std::vector<std::string>& values_of(const SyntaxValues& values, std::string_view name);
/// The only value; nullopt when it was not given. Error: kInvalid when it was given twice.
Result<std::optional<std::string>> single_value(const SyntaxValues& values, std::string_view name);

/// Error: kInvalid, naming a key that is there twice.
Status check_each_once(std::vector<std::string> keys);

std::string joined(const std::vector<std::string>& words, std::string_view between);
/// Foreign text for a list: control characters become '?', and what is long is cut.
std::string shown(std::string_view text);
/// "DEPLOY (unreadable)".
std::string unreadable(std::string_view command);
/// The fields of a payload that does not decode.
std::vector<std::pair<std::string, std::string>> unreadable_fields(ByteView payload);

}  // namespace groupctl
