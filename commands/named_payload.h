// Commands whose payload is a list of artefacts' names: START, STOP, RESTART, REFRESH. Such a
// command says what it is by a type `Command` with
//
//     using Payload = payload::Start;                      // a struct with names @0 :List(Text)
//     static constexpr std::string_view kName = "START";
//     static constexpr bool kMayNameNone = false;          // none: all that there are
//
// Only the sources of command folders include this.
#pragma once

#include "commands/payload.h"

namespace groupctl::named {

inline constexpr std::size_t kMaxNamedArtefacts = 64;

/// Error: kInvalid, also when a name is there twice.
Status check(std::string_view command, const std::vector<std::string>& names, bool may_be_none);
/// The state keys run/NAME of these.
std::vector<std::string> run_keys(const std::vector<std::string>& names);

/// Error: kInvalid.
template <class Command>
Result<std::vector<std::string>> read(ByteView bytes) {
  using Names = Result<std::vector<std::string>>;
  return read_payload<typename Command::Payload>(Command::kName, bytes, [](auto in) -> Names {
    auto names = read_texts(in.getNames());
    if (auto valid = check(Command::kName, names, Command::kMayNameNone); !valid) {
      return tl::unexpected<Error>(valid.error());
    }
    return names;
  });
}

template <class Command>
Result<std::vector<std::string>> keys(ByteView bytes) {
  return read<Command>(bytes).map(run_keys);
}

}  // namespace groupctl::named
