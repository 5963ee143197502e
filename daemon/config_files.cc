#include "daemon/config_files.h"

#include <algorithm>
#include <filesystem>

#include "daemon/durable_file.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

// A folder that is not there holds no files.
Result<std::vector<std::string>> toml_files_of(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".toml") files.push_back(path.string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::kIo, "cannot read " + folder + ": " + error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::vector<Settings>> read_config_files(const ConfigFiles& files,
                                                const std::vector<FlagSpec>& flags,
                                                const Lookup& lookup) {
  const std::string system_file = files.system_dir + "/" + files.program + ".toml";
  auto paths = toml_files_of(system_file + ".d");
  if (!paths) return tl::unexpected(paths.error());
  paths->insert(paths->begin(), system_file);
  if (!files.named.empty()) paths->push_back(files.named);
  std::vector<Settings> layers;
  for (auto path = paths->rbegin(); path != paths->rend(); ++path) {
    const auto text = read_small_file(*path);
    const bool needed = *path != system_file || *path == files.named;
    if (!text && !needed && text.error().code == ErrorCode::kNotFound) continue;
    if (!text) return tl::unexpected(text.error());
    auto settings = settings_from_toml(*text, *path, flags, lookup);
    if (!settings) return tl::unexpected(settings.error());
    layers.push_back(*std::move(settings));
  }
  return layers;
}

}  // namespace groupctl
