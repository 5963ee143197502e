// The output of a workload on disk, bounded: its first bytes, and a ring of its last.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "keeper/captured.h"
#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl::keeper {

/// Writes output.head and output.tail of a folder. The tail begins with the number of bytes that
/// were ever written to it, in eight bytes of little endian; so its oldest byte is found.
class OutputFiles {
 public:
  /// Empties what is there. Errors: those of errno_error.
  static Result<OutputFiles> create(const std::string& folder);
  /// What cannot be written is lost, and counted: a full disk does not stop a workload.
  void add(std::string_view bytes);

 private:
  OutputFiles(UniqueFd head, UniqueFd tail) : head_(std::move(head)), tail_(std::move(tail)) {}
  void add_to_tail(std::string_view bytes);

  UniqueFd head_;
  UniqueFd tail_;
  std::uint64_t in_head_ = 0;
  std::uint64_t in_tail_ = 0;
};

/// While a keeper writes, the oldest part of the tail may be that of different times. Errors:
/// kNotFound, kIo.
Result<Captured> read_output(const std::string& folder);

}  // namespace groupctl::keeper
