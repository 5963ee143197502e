// -o jsonl: lists as one object a line. Pure.
#pragma once

#include <string>

namespace groupctl {

/// The output of -o json, but a list without the object around it: each element is an object of its
/// own, with the envelope. What is no list stays as it is.
std::string json_lines(const std::string& output);

}  // namespace groupctl
