// EXEC's payload, read and checked. Only the sources of this folder include this.
#pragma once

#include "commands/exec/exec.capnp.h"
#include "commands/payload.h"
#include "commands/state/names.h"

namespace groupctl::exec {

/// Error: kInvalid, for people.
inline Status check(const std::vector<std::string>& words) {
  if (words.empty()) return fail(ErrorCode::kInvalid, "nothing to run: exec -- PROGRAM WORD ...");
  if (words.front().find('/') != std::string::npos) {
    return fail(ErrorCode::kInvalid, "\"" + words.front() +
                                         "\" is a path: give the program's name, and each member's "
                                         "allow-exec says which file that is");
  }
  if (is_command_line(words)) return {};
  return fail(ErrorCode::kInvalid,
              "a command is 1 to 32 words of text without control characters, 4 KiB in all");
}

/// Error: kInvalid.
inline Result<std::vector<std::string>> read(ByteView bytes) {
  using Words = Result<std::vector<std::string>>;
  return read_payload<payload::Exec>("EXEC", bytes, [](auto in) -> Words {
    auto words = read_texts(in.getWords());
    if (auto valid = check(words); !valid) return fail("EXEC", valid.error());
    return words;
  });
}

}  // namespace groupctl::exec
