// What a release held when it was put in place: for telling later whether somebody has changed it.
//
// A text file, one line for each folder, file and symbolic link of the release:
//
//     KIND SIZE MTIME_NS HASH PATH     KIND: d, f or l; HASH: a ContentHash, of a link that of its
//     target
//
// PATH has \\ for a backslash and \n for a line's end. What was added to a release is not looked
// for: programs may write beside their files.
#pragma once

#include <string>

#include "commands/host.h"

namespace groupctl {

/// Writes the manifest of a folder to the file `path`; it is not synced. Reads every file. Errors:
/// kIo, kStorageFull.
Status write_manifest(const std::string& folder, const std::string& path);

/// How the folder differs from its manifest, for people: "index.html is gone, and 3 more"; empty:
/// it does not, or there is no manifest. A file is read only if its size is as it was and its time
/// is not. Errors: kIo; kTimeout when `pace` gives up.
Result<std::string> differences(const std::string& folder, const std::string& manifest,
                                const Pace& pace);

}  // namespace groupctl
