// A repository that has archives and configurations by name and version: a folder of this machine
// or of a web server. In it are NAME-VERSION.tar.zst, NAME-VERSION.tar.gz or NAME-VERSION.tar, of
// several the first in this order, and NAME-VERSION.config, a configuration of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "commands/host.h"
#include "member/host/miss.h"

namespace groupctl {

inline constexpr std::string_view kArchiveSuffixes[] = {".tar.zst", ".tar.gz", ".tar"};
inline constexpr std::string_view kConfigSuffix = ".config";

/// How long one that does not answer is asked.
enum class Patience : std::uint8_t {
  kShort,  ///< others follow that may have it
  kLong,   ///< it alone can say
};

/// What a repository found, or why it could not look; never Miss::Why::kAbsent.
template <class T>
using Looked = tl::expected<std::optional<T>, Miss>;

/// Used by the executor's thread. Names are checked (check_names()) before they get anywhere; texts
/// say which repository it was.
class ArtefactRepository {
 public:
  /// Told of the percentage of an archive that is there.
  using Progress = std::function<void(int percent)>;

  virtual ~ArtefactRepository() = default;
  virtual const std::string& url() const = 0;
  /// The digest of the archive that it has; nullopt: none. `wanted` is what the group has it be.
  virtual Looked<ArtefactDigest> digest_of(const std::string& name, const Release& wanted,
                                           const Progress& progress) = 0;
  /// Its configuration of that release; nullopt: none. More than a command can hold is kFailed.
  virtual Looked<Bytes> config_of(const std::string& name, const std::string& version) = 0;
  /// What it has of that release, without a look into it; kAbsent: nothing.
  virtual tl::expected<Located, Miss> locate(const std::string& name, const Release& release) = 0;
  /// The path of the archive, with the release's digest; good until the next fetch. It has another
  /// one: kDamaged.
  virtual tl::expected<std::string, Miss> fetch(const std::string& name, const Release& release,
                                                Patience patience, const Progress& progress) = 0;
};

}  // namespace groupctl
