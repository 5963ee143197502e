// How wide text is on a terminal, and how it is made to fit. Pure: no locale is asked.
#pragma once

#include <string>
#include <string_view>

namespace groupctl {

/// Columns that a terminal gives to `text`, which is UTF-8: 2 for wide characters (East Asian ones,
/// pictures), 0 for what stands upon the one before, else 1. A byte that is no UTF-8 counts 1.
std::size_t shown_width(std::string_view text);

/// What fits into so many columns; if something is left out `mark` stands at its end.
std::string fitted(std::string_view text, std::size_t columns, std::string_view mark);

/// `text` and blanks up to so many columns.
std::string padded(std::string_view text, std::size_t columns);

/// '?' for every column of a character that is not ASCII: as wide as before.
std::string in_ascii(std::string_view text);

/// Breaks at blanks into lines of at most so many columns; a longer word is cut where it must.
/// Never empty.
std::string folded(std::string_view text, std::size_t columns, std::size_t indent);

}  // namespace groupctl
