// Why a repository could not give what it was asked for.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace groupctl {

struct Miss {
  enum class Why : std::uint8_t {
    kAbsent,       ///< it does not have it
    kDamaged,      ///< what it has is not what the digest says
    kUnreachable,  ///< nobody answers, or not as is wanted
    kFailed,       ///< this member cannot take it: its disk, its end
  };
  Why why = Why::kAbsent;
  std::string text;  ///< for people
};

}  // namespace groupctl
