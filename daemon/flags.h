// Command lines as data: a daemon says which verbs and flags it has, and gets settings back.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "log/result.h"

namespace groupctl {

struct VerbSpec {
  std::string name = {};  ///< "run"; "local set" is the verb set of the family local
  std::string summary = {};
  std::vector<FlagSpec> flags = {};
  std::string words = {};  ///< what stands behind the verb, "KEY=VALUE..."; empty: nothing may
};

/// The flags of `run` are settings: each has a variable (variable_of) and a key in configuration
/// files (key_of) too, for every verb that has a flag of that name. `version` and `check-config`,
/// which shows the settings and where they come from, are there without being listed.
struct ProgramSpec {
  std::string name = {};    ///< "group-member"
  std::string config = {};  ///< "member", for /etc/groupctl/member.toml
  std::vector<VerbSpec> verbs = {};
  /// A file of settings in the state directory that counts behind all others; empty: none.
  std::string kept = {};
  /// What each family of verbs is about: "key", "the key of this member".
  std::map<std::string, std::string> families = {};

  const std::vector<FlagSpec>& settings() const;
};

// Flags that every daemon has.
FlagSpec state_dir_flag(std::string help);
FlagSpec key_dir_flag();
FlagSpec open_flag();
FlagSpec map_mib_flag();
FlagSpec log_level_flag();
FlagSpec log_format_flag();

/// What parse_flags found. Values have been checked against their flags. Asking for the value of a
/// setting that has neither a value nor a default is a broken invariant.
class ParsedFlags {
 public:
  ParsedFlags(std::string verb, Settings settings, std::vector<std::string> words = {},
              std::string config_file = {})
      : verb_(std::move(verb)),
        settings_(std::move(settings)),
        words_(std::move(words)),
        config_file_(std::move(config_file)) {}

  const std::string& verb() const { return verb_; }
  const Settings& settings() const { return settings_; }
  /// What stands behind the verb.
  const std::vector<std::string>& words() const { return words_; }
  /// What --config named; empty: it was not given.
  const std::string& config_file() const { return config_file_; }
  bool has(const std::string& name) const { return settings_.contains(name); }
  /// Whether somebody said it: it is no default.
  bool given(const std::string& name) const;
  /// Whether its own flag said it.
  bool flagged(const std::string& name) const;
  bool on(const std::string& name) const { return has(name) && text(name) == "true"; }
  const std::string& text(const std::string& name) const { return setting(name).values.back(); }
  /// Empty when it was not given.
  std::vector<std::string> texts(const std::string& name) const;
  std::uint64_t duration_ms(const std::string& name) const;
  std::uint64_t number(const std::string& name) const;
  /// From now on the setting is what it is in `other`.
  void take(const std::string& name, const ParsedFlags& other);

 private:
  const Setting& setting(const std::string& name) const;

  std::string verb_;
  Settings settings_;
  std::vector<std::string> words_;
  std::string config_file_;
};

/// The process ends here: what was asked for is this text (0), or a usage error (2).
struct FlagsEnd {
  int exit_code = 0;
  std::string text;

  /// Prints the text, to stdout if that was asked for and else to stderr; gives the exit code.
  int say() const;
};

/// What CLI11 says of a line that it cannot cut into words, as we would: "--group: 1 required NAME
/// missing" becomes "--group needs a value". What it says otherwise stays.
std::string in_our_words(std::string_view parse_error);

/// Reads `program VERB --flag value ...`, the environment and the configuration files. Of a
/// setting the first of these counts: flag, --set KEY=VALUE, variable, the file of --config or
/// GROUPCTL_CONFIG, files of /etc/groupctl, default; a list is taken whole from one of them.
tl::expected<ParsedFlags, FlagsEnd> parse_flags(const ProgramSpec& program, int argc,
                                                const char* const* argv);

/// As the flags of log_level_flag() and log_format_flag() say; see daemon/logging.h.
void start_logging(const ParsedFlags& flags);

}  // namespace groupctl
