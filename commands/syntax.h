// A command's surface as data: groupctl makes its verbs from these rows, and shows entries by them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/entry.h"

namespace groupctl {

struct SyntaxOption {
  std::string_view name;   ///< "--digest"; for a positional "ARTEFACT"
  std::string_view value;  ///< placeholder, "HEX"; empty: a switch
  std::string_view help;
  bool required = false;
  bool repeated = false;
  bool file_digest = false;  ///< the value is a file: groupctl hands its SHA-256 hex to build()
};

/// What the operator typed: option or positional name -> values, in order.
using SyntaxValues = std::map<std::string, std::vector<std::string>, std::less<>>;

/// What a verb builds: the payload and its kind.
struct BuiltCommand {
  KindId kind;
  Bytes payload;
};

/// Where members' names stand on the command line, beside -t.
enum class MemberWords : std::uint8_t {
  kNone,
  kBehind,  ///< behind the verb's own positionals; none of these may be repeated
  kAmong,   ///< among the words of its one repeated positional, which have a '=' or end with '-';
            ///< nobody is meant unless somebody is named, here or by -t
};

/// What each target keeps of a command, to be fetched.
enum class Leaves : std::uint8_t {
  kNothing,
  kBundle,  ///< a file, which --collect brings home
  kOutput,  ///< what a program said, which is shown
};

struct SyntaxRow {
  KindId kind;
  std::string_view verb;     ///< "deploy", "member label"
  std::string_view summary;  ///< one line
  std::string_view help;     ///< the long text, with examples
  std::vector<SyntaxOption> positionals;
  std::vector<SyntaxOption> options;
  EntryClass entry_class = EntryClass::kState;  ///< as in the ApplyRow of the kind
  std::uint64_t default_ttl_ms = 0;             ///< of kNeverLate, which alone takes --ttl
  MemberWords members = MemberWords::kNone;
  Leaves leaves = Leaves::kNothing;
  /// Errors: kInvalid, one line for people.
  Result<BuiltCommand> (*build)(const SyntaxValues& values);
  /// "DEPLOY shop@2.4.1", for lists. A payload that does not decode gives "DEPLOY (unreadable)".
  std::string (*describe)(ByteView payload);
  /// The payload as ordered (key, value) pairs for JSON and `log show`.
  std::vector<std::pair<std::string, std::string>> (*fields)(ByteView payload);
};

/// The group commands in the order of GROUP_COMMANDS (generated), then the system kinds: but for
/// LABELLED they have an empty verb and no build, and are only described.
const std::vector<SyntaxRow>& syntax_table();
/// nullptr: a kind this build does not know.
const SyntaxRow* find_syntax(KindId kind);

}  // namespace groupctl
