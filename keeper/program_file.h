// The file that is to be executed, opened once, so that nothing else can take its place.
#pragma once

#include <string>
#include <vector>

#include "keeper/ended.h"
#include "keeper/spec.h"
#include "log/unique_fd.h"

namespace groupctl::keeper {

struct StartFailure {
  EndKind kind = EndKind::kNotStarted;
  std::string text;
};
template <class T>
using Startable = tl::expected<T, StartFailure>;

struct ProgramFile {
  UniqueFd fd;  ///< opened for its place alone (O_PATH)
  /// Begins with "#!": its interpreter opens the descriptor by its number.
  bool is_script = false;
};

/// The file of `spec.path`, and whether it is safe where that is wanted.
Startable<ProgramFile> open_program(const ProgramSpec& spec);

/// What errno says of a file that is to be executed.
StartFailure failure_of(const std::string& path, int error);

}  // namespace groupctl::keeper
