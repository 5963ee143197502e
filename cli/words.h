// What was given of each flag and positional, one value at a time. A value that is none is an
// error which names the flag.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/invocation.h"

namespace groupctl {

class Words {
 public:
  explicit Words(const RawWords& raw) : raw_(raw) {}

  std::vector<std::string> all(std::string_view name) const;
  /// The last one given.
  std::optional<std::string> one(std::string_view name) const;
  std::string one_or_none(std::string_view name) const { return one(name).value_or(""); }
  bool on(std::string_view name) const;
  /// kInvalid: it was not given.
  Result<std::string> needed(std::string_view name) const;
  Result<std::vector<std::string>> all_needed(std::string_view name) const;

  // These leave `value` alone when the flag was not given.
  Status duration(std::string_view name, std::uint64_t& value) const;
  Status number(std::string_view name, std::uint64_t most, std::uint64_t& value) const;

 private:
  const RawWords& raw_;
};

/// A number from 1 to `most`. kInvalid, with `name` in front.
Result<std::uint64_t> parse_number(std::string_view name, const std::string& text,
                                   std::uint64_t most);
/// That a word is no member's name.
tl::unexpected<Error> no_member_name(const std::string& word);
/// The same of a group, by --group.
tl::unexpected<Error> no_group_name(const std::string& word);
/// --at-seq. kInvalid: no number above 0.
Status at_sequence(const Words& words, Sequence& value);
/// The key of --id. kInvalid: an empty one.
Result<std::optional<std::string>> request_key(const Words& words);

}  // namespace groupctl
