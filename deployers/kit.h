// Whether a program is a deployer as docs/deployer.md asks for: it is called as a member would, and
// killed, and asked what it thinks is there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "log/result.h"

namespace groupctl::deployers {

enum class CheckEnd : std::uint8_t { kOk, kFailed, kSkipped };
/// "ok".
std::string_view to_word(CheckEnd end);

struct Check {
  std::string name;  ///< "deploy twice"
  CheckEnd end = CheckEnd::kOk;
  std::string why;  ///< of what is not ok, for people
};

struct KitConfig {
  std::string keeper;                 ///< absolute path of group-keeper
  std::string path;                   ///< of the program; absolute
  std::string folder;                 ///< absolute and empty; what the kit makes is in it
  std::uint64_t timeout_ms = 60'000;  ///< of one call
};

/// All checks, in their order. What a check needs and is not there makes it skipped. `cancelled`
/// ends what runs, and all that follows fails. Errors: kIo when the folder cannot be used.
Result<std::vector<Check>> run_kit(const KitConfig& config, const std::function<bool()>& cancelled);

}  // namespace groupctl::deployers
