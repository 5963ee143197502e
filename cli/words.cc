#include "cli/words.h"

#include <fmt/format.h>

#include <charconv>

#include "log/duration.h"

namespace groupctl {

std::vector<std::string> Words::all(std::string_view name) const {
  const auto found = raw_.values.find(name);
  return found == raw_.values.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::string> Words::one(std::string_view name) const {
  const auto values = all(name);
  return values.empty() ? std::nullopt : std::optional(values.back());
}

bool Words::on(std::string_view name) const { return !all(name).empty(); }

Result<std::string> Words::needed(std::string_view name) const {
  if (auto value = one(name)) return *std::move(value);
  return fail(ErrorCode::kInvalid, std::string(name) + " is needed");
}

Result<std::vector<std::string>> Words::all_needed(std::string_view name) const {
  auto values = all(name);
  if (!values.empty()) return values;
  return fail(ErrorCode::kInvalid, std::string(name) + " is needed");
}

Status Words::duration(std::string_view name, std::uint64_t& value) const {
  const auto text = one(name);
  if (!text) return {};
  const auto parsed = parse_duration_ms(*text);
  if (!parsed) return fail(name, parsed.error());
  value = *parsed;
  return {};
}

Status Words::number(std::string_view name, std::uint64_t most, std::uint64_t& value) const {
  const auto text = one(name);
  if (!text) return {};
  const auto parsed = parse_number(name, *text, most);
  if (!parsed) return tl::unexpected(parsed.error());
  value = *parsed;
  return {};
}

Result<std::uint64_t> parse_number(std::string_view name, const std::string& text,
                                   std::uint64_t most) {
  std::uint64_t parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && parsed > 0 && parsed <= most) return parsed;
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: \"{}\" is no number from 1 to {}", name, text, most));
}

tl::unexpected<Error> no_group_name(const std::string& word) {
  return fail(ErrorCode::kInvalid, "--group: \"" + word + "\" is no name of a group");
}

tl::unexpected<Error> no_member_name(const std::string& word) {
  return fail(ErrorCode::kInvalid,
              "\"" + word + "\" is no member's name; a selector stands behind -t");
}

Status at_sequence(const Words& words, Sequence& value) {
  return words.number("--at-seq", UINT64_MAX, value.value);
}

Result<std::optional<std::string>> request_key(const Words& words) {
  auto id = words.one("--id");
  if (id && id->empty()) return fail(ErrorCode::kInvalid, "--id: an empty key");
  return id;
}

}  // namespace groupctl
