#include "keeper/ended.h"

#include "keeper/ended_words.h"

namespace groupctl::keeper {

std::string_view to_word(EndKind kind) { return kEndWords.at(static_cast<std::size_t>(kind)); }

bool is_start_failure(EndKind kind) {
  return kind >= EndKind::kNotFound && kind <= EndKind::kNotStarted;
}

ErrorCode error_code_of(EndKind kind) {
  if (kind == EndKind::kNotFound) return ErrorCode::kNotFound;
  if (kind == EndKind::kUnsafe) return ErrorCode::kUnsafe;
  if (kind == EndKind::kNotExecutable || kind == EndKind::kWrongFormat) return ErrorCode::kInvalid;
  return ErrorCode::kIo;
}

}  // namespace groupctl::keeper
