// Which names inside an archive are acceptable, and which two of them clash.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "log/result.h"
#include "member/host/unpack.h"

namespace groupctl {

/// A name as it may stand in a message: at most 80 bytes, control characters and what is not ASCII
/// as '?'.
std::string shown_name(std::string_view name);

/// kUnsafe, with the name as shown.
tl::unexpected<Error> unsafe_archive(std::string_view name, std::string_view why);

/// The components of an entry's name; "." and a slash at the end are left out, so the archive's own
/// root has none. Errors: kUnsafe for absolute names, "..", empty or overlong components, control
/// characters, what is not UTF-8, and combining or invisible characters, by which two names would
/// look alike.
Result<std::vector<std::string>> parse_entry_name(std::string_view name,
                                                  const UnpackLimits& limits);

/// Whether a symbolic link in a folder `depth` levels below the root stays beneath the root:
/// relative, and with ".." only at its beginning, at most `depth` times. (A ".." behind a name
/// could climb out by way of another link.) Errors: kUnsafe.
Status check_link_target(std::string_view target, std::size_t depth);

/// The names of one archive so far.
class NameRegister {
 public:
  /// Enters a path and the folders above it. A folder may come again; nothing else may. Errors:
  /// kUnsafe for a name that is there already, or that differs from one only by case, and for a
  /// name below something that is no folder.
  Status add(const std::vector<std::string>& path, bool folder);

 private:
  struct Known {
    std::string name;
    bool folder = false;
  };
  Status add_one(const std::string& path, bool folder);

  std::map<std::string, Known> known_;  ///< by the name in lower case
};

}  // namespace groupctl
