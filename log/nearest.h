// "Did you mean": the word nearest to one that was mistyped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace groupctl {

/// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other, over the
/// first 64 bytes of each.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate at most two edits away, the nearest first and then the first in order; empty when
/// there is none.
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

/// " Did you mean: deploy?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace groupctl
