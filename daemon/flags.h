// Command lines as data: a daemon says which verbs and flags it has, and gets settings back.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"

namespace groupctl {

enum class FlagKind : std::uint8_t {
  kText,
  kSwitch,    ///< takes no value; "true" when given
  kDuration,  ///< "200ms", "30s": see daemon/duration.h
  kNumber,    ///< a whole number, not negative
};

struct FlagSpec {
  std::string name = {};         ///< "state-dir" for --state-dir; also the name of the setting
  std::string placeholder = {};  ///< "DIR"
  std::string help = {};
  FlagKind kind = FlagKind::kText;
  std::string env = {};   ///< "GROUPCTL_STATE_DIR"; empty: no variable. Below the flag
  bool required = false;  ///< by flag or variable
  bool repeated = false;
  std::string default_value = {};  ///< empty: the setting is absent unless given
  std::string letter = {};         ///< "o" for -o; empty: none
};

struct VerbSpec {
  std::string name = {};  ///< "run"
  std::string summary = {};
  std::vector<FlagSpec> flags = {};
};

// Flags that every daemon has.
FlagSpec map_mib_flag();
FlagSpec log_level_flag();

/// The values of one setting and where they came from, for errors: "--state-dir",
/// "GROUPCTL_STATE_DIR", "default".
struct Setting {
  std::vector<std::string> values;
  std::string source;
};

/// What parse_flags found. Values have been checked against their kinds. Asking for the value of a
/// setting that has neither a value nor a default is a broken invariant.
class ParsedFlags {
 public:
  ParsedFlags(std::string verb, std::map<std::string, Setting> settings)
      : verb_(std::move(verb)), settings_(std::move(settings)) {}

  const std::string& verb() const { return verb_; }
  bool has(const std::string& name) const { return settings_.contains(name); }
  bool on(const std::string& name) const { return has(name); }
  const std::string& text(const std::string& name) const { return setting(name).values.back(); }
  /// Empty when it was not given.
  std::vector<std::string> texts(const std::string& name) const;
  std::uint64_t duration_ms(const std::string& name) const;
  std::uint64_t number(const std::string& name) const;

 private:
  const Setting& setting(const std::string& name) const;

  std::string verb_;
  std::map<std::string, Setting> settings_;
};

/// The process ends here: the help or the version that was asked for (0), or a usage error (2).
struct FlagsEnd {
  int exit_code = 0;
  std::string text;

  /// Prints the text, to stdout if that was asked for and else to stderr; gives the exit code.
  int say() const;
};

/// What CLI11 says of a line that it cannot cut into words, as we would: "--group: 1 required NAME
/// missing" becomes "--group needs a value". What it says otherwise stays.
std::string in_our_words(std::string_view parse_error);

/// Reads `program VERB --flag value ...`. Variables are read from the environment.
tl::expected<ParsedFlags, FlagsEnd> parse_flags(std::string_view program,
                                                const std::vector<VerbSpec>& verbs, int argc,
                                                const char* const* argv);

}  // namespace groupctl
