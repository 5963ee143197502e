// How an outcome's text names what the entry has left on the member, so that whoever reads the
// ledger knows what there is to fetch. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "log/types.h"

namespace groupctl {

/// A file on a member, by its content.
struct LeftContent {
  ArtefactDigest digest;
  std::uint64_t bytes = 0;
  bool operator==(const LeftContent&) const = default;
};

/// "BEFORE sha256:HEX 34 bytes": of what stands before it as much is kept as an outcome's text has
/// room for. It may be empty.
std::string with_content(std::string_view before, const LeftContent& content);

/// Such a text, taken apart.
struct LeftText {
  std::string before;
  LeftContent content;
};
/// nullopt: the text names no content.
std::optional<LeftText> content_in(std::string_view text);

}  // namespace groupctl
