// What a coordinator has made of the commands: entries, frames, bytes.
#pragma once

#include <string>

#include "log/result.h"

namespace groupctl::bench {

struct LogShape {
  double entries = 0;
  double frames = 0;
  double bytes = 0;  ///< of the frames
  double entries_a_frame() const { return entries / frames; }
  double bytes_an_entry() const { return bytes / entries; }
};

/// Of a log that nobody has open. Errors: those of opening and reading it; kNotFound: it is empty.
Result<LogShape> read_log_shape(const std::string& log_dir);

}  // namespace groupctl::bench
