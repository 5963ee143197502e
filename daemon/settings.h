// What can be set: by flag, by variable, by key of a configuration file, or not at all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"

namespace groupctl {

enum class FlagKind : std::uint8_t {
  kText,
  kSwitch,    ///< as a flag it takes no value; "true" or "false"
  kDuration,  ///< "200ms", "30s": see daemon/duration.h
  kNumber,    ///< a whole number, not negative
  kPair,      ///< NAME=VALUE; in a file the repeated ones are one table
};

/// What else a value has to be; the error says what is wrong with it.
using CheckValue = Status (*)(std::string_view value);

struct FlagSpec {
  std::string name = {};         ///< "state-dir" for --state-dir; also the name of the setting
  std::string placeholder = {};  ///< "DIR"
  std::string help = {};
  FlagKind kind = FlagKind::kText;
  bool required = false;
  bool repeated = false;
  /// With ${NAME} as in a file; empty: the setting is absent unless given.
  std::string default_value = {};
  std::string letter = {};  ///< "o" for -o; empty: none
  /// Its place in a configuration file, tables and all: "log.level". Empty: the name with _ for -.
  std::string key = {};
  CheckValue check = nullptr;
  bool live = false;  ///< taken at SIGHUP; else it takes a restart
};

std::string key_of(const FlagSpec& flag);
/// "GROUPCTL_LOG_LEVEL".
std::string variable_of(const FlagSpec& flag);

/// Whether a value is one for this flag. Error: kInvalid.
Status check_value(const FlagSpec& flag, const std::string& value);
/// For FlagSpec::check: a name as is_name() has it.
Status check_name(std::string_view text);
/// Error: kInvalid.
Result<std::uint64_t> parse_whole_number(std::string_view text);

/// The values of one setting and where they came from, for messages: "--state-dir",
/// "--set state_dir", "env GROUPCTL_STATE_DIR", "FILE:LINE", "default".
struct Setting {
  std::vector<std::string> values;
  std::string source;
};
using Settings = std::map<std::string, Setting>;
inline constexpr const char* kDefaultSource = "default";

/// The settings as a configuration file, in the order of the flags, with the source of each in a
/// comment; of what is not set only the comment.
std::string settings_text(const std::vector<FlagSpec>& flags, const Settings& settings);

}  // namespace groupctl
