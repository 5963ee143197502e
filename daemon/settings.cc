#include "daemon/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "daemon/expansion.h"
#include "daemon/toml.h"
#include "log/duration.h"
#include "log/types.h"

namespace groupctl {
namespace {

Status check_kind(FlagKind kind, const std::string& value) {
  switch (kind) {
    case FlagKind::kText:
      return {};
    case FlagKind::kSwitch:
      if (value == "true" || value == "false") return {};
      return fail(ErrorCode::kInvalid, "\"" + value + "\" is neither true nor false");
    case FlagKind::kDuration:
      return parse_duration_ms(value).map([](auto) {});
    case FlagKind::kNumber:
      return parse_whole_number(value).map([](auto) {});
    case FlagKind::kPair:
      if (is_name(value.substr(0, value.find('='))) && value.find('=') != std::string::npos) {
        return {};
      }
      return fail(ErrorCode::kInvalid, "\"" + value + "\" is not NAME=VALUE");
  }
  return {};
}

std::string in_file(std::string_view text) { return toml_quoted(with_dollars_doubled(text)); }

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string value_text(const FlagSpec& flag, const std::vector<std::string>& values) {
  if (flag.kind == FlagKind::kSwitch || flag.kind == FlagKind::kNumber) return values.back();
  std::vector<std::string> written;
  for (const std::string& value : values) {
    const std::size_t equals = value.find('=');
    if (flag.kind == FlagKind::kPair) {
      const std::string name = value.substr(0, equals);
      const bool bare = name.find('.') == std::string::npos;
      written.push_back((bare ? name : toml_quoted(name)) + " = " +
                        in_file(value.substr(equals + 1)));
    } else {
      written.push_back(in_file(value));
    }
  }
  if (flag.kind == FlagKind::kPair) return "{ " + joined(written) + " }";
  return flag.repeated ? "[" + joined(written) + "]" : written.back();
}

}  // namespace

std::string key_of(const FlagSpec& flag) {
  if (!flag.key.empty()) return flag.key;
  std::string key = flag.name;
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::string variable_of(const FlagSpec& flag) {
  std::string variable = "GROUPCTL_";
  for (const char c : flag.name) {
    variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
  }
  return variable;
}

Status check_value(const FlagSpec& flag, const std::string& value) {
  if (const Status kind = check_kind(flag.kind, value); !kind) return kind;
  return flag.check == nullptr ? Status{} : flag.check(value);
}

Status check_name(std::string_view text) {
  if (is_name(text)) return {};
  return fail(ErrorCode::kInvalid, "\"" + std::string(text) +
                                       "\" is no name: up to 64 of a-z 0-9 . _ -, the first a "
                                       "letter or digit");
}

Result<std::uint64_t> parse_whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return fail(ErrorCode::kInvalid, "\"" + std::string(text) + "\" is no whole number");
}

std::string settings_text(const std::vector<FlagSpec>& flags, const Settings& settings) {
  std::vector<std::pair<std::string, std::string>> lines;
  std::size_t width = 0;
  for (const FlagSpec& flag : flags) {
    const auto found = settings.find(flag.name);
    if (found == settings.end()) {
      lines.emplace_back("# " + key_of(flag), "not set");
    } else {
      lines.emplace_back(key_of(flag) + " = " + value_text(flag, found->second.values),
                         found->second.source);
    }
    width = std::max(width, lines.back().first.size());
  }
  std::string text;
  for (const auto& [line, source] : lines)
    text += fmt::format("{:<{}}  # {}\n", line, width, source);
  return text;
}

}  // namespace groupctl
