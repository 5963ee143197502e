// The rules of words that get into the state, beside is_name() of log/types.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// The deployer that a release which names none is put in place by.
inline constexpr std::string_view kDefaultDeployer = "dir";

/// `[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}`: it is a folder's name on the members.
bool is_version(std::string_view text);
/// 1 to 128 visible ASCII characters without '=' and '/'.
bool is_property_key(std::string_view text);
/// At most 4 KiB of UTF-8.
bool is_property_value(std::string_view text);
inline constexpr std::size_t kMaxPropertyValueBytes = 4096;

/// A program and its words, as HealthCheck has it: 1 to 32 words, 4 KiB in all, of UTF-8 without
/// control characters.
bool is_command_line(const std::vector<std::string>& words);
inline constexpr std::size_t kMaxCommandWords = 32;
inline constexpr std::size_t kMaxCommandBytes = 4096;

/// Label names follow is_name() and are not "name"; values are at most 255 bytes of UTF-8 without
/// control characters. Error: kInvalid with the label.
Status check_labels(const Labels& labels);

}  // namespace groupctl
