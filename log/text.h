// Text for people: always UTF-8, and bounded.
#pragma once

#include <string>
#include <string_view>

namespace groupctl {

/// Whether these bytes are well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);
/// At most `most` bytes of `text`, not cutting a UTF-8 character in two.
std::string_view cut_text(std::string_view text, std::size_t most);

}  // namespace groupctl
