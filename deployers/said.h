// What an external deployer says: a line at a time, and by its exit code. docs/deployer.md has the
// contract.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace groupctl::deployers {

/// Of each text that a deployer says; the rest is left out.
inline constexpr std::size_t kMaxSaidText = 512;
/// Commands that a description may name; others are left out.
inline constexpr std::size_t kMaxSaidCommands = 64;

enum class Verdict : std::uint8_t {
  kDone,
  kUnchanged,     ///< 10: it was so already
  kTemporary,     ///< 20: it may go well later
  kFailed,        ///< 21, every other code, and every other end
  kRefused,       ///< 22: a rule of this machine is against it
  kNotSupported,  ///< 64: it has no such sub-command
};
Verdict verdict_of(int exit_code);

struct ProgressSaid {
  int percent = 0;  ///< 0 to 100
  std::string step;
  bool operator==(const ProgressSaid&) const = default;
};
enum class LogWeight : std::uint8_t { kPlain, kInfo, kWarn, kError };
struct LogSaid {
  std::string text;
  LogWeight weight = LogWeight::kPlain;  ///< kPlain: a line of plain text
  bool operator==(const LogSaid&) const = default;
};
/// Of what only asks; what was not said, or is of another type, is empty.
struct ResultSaid {
  std::optional<std::uint64_t> contract;
  std::string name;
  std::vector<std::string> commands;
  std::string state;
  std::string version;
  std::string digest;
  std::string handle;
  std::string text;
  bool operator==(const ResultSaid&) const = default;
};
using Said = std::variant<LogSaid, ProgressSaid, ResultSaid>;

/// At most kMaxSaidText of it, and UTF-8: other bytes become question marks.
std::string said_text(std::string_view bytes);
/// The last line that is not of blanks alone, as said_text(); empty without one.
std::string last_line_said(std::string_view output);

/// One line of its stdout. Every line means something: what is no JSON of the contract is a text.
Said parse_line(std::string_view line);

}  // namespace groupctl::deployers
