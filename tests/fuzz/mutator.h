// Mutants of bytes: a small engine that knows numbers, lengths and Cap'n Proto words, and nothing
// of what it mutates. A mutant follows from the material, a seed and its number alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "log/strong.h"

namespace groupctl::fuzz {

/// What mutants are made of.
struct Material {
  std::vector<Bytes> items;        ///< honest inputs, and those that once failed; at least one
  std::vector<std::string> words;  ///< put into mutants as they are: keywords of a text
  std::size_t max_bytes = 0;       ///< mutants are not longer
};

/// The mutant with this number: one item after one to eight changes.
Bytes mutant(const Material& material, std::uint64_t seed, std::uint64_t number);

}  // namespace groupctl::fuzz
