// Text for people: always UTF-8, and bounded.
#pragma once

#include <string>
#include <string_view>

namespace groupctl {

/// Whether these bytes are well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);
/// At most `most` bytes of `text`, not cutting a UTF-8 character in two.
std::string_view cut_text(std::string_view text, std::size_t most);

/// What members and operators wrote is data: control bytes become \xNN, so that they can neither
/// move the cursor nor forge a line.
std::string escaped(std::string_view foreign);

/// Breaks prose at blanks into lines of at most `width` bytes; a longer word has a line of its own.
std::string wrapped(std::string_view prose, std::size_t width);

/// "38.2 MB": powers of 1000, one digit behind the point.
std::string bytes_text(std::uint64_t bytes);

/// As a shell takes it for one word.
std::string shell_quoted(const std::string& word);

}  // namespace groupctl
