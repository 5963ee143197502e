// What operators type and see of the commands of named_payload.h. Only the sources of command
// folders include this.
#pragma once

#include "commands/named_payload.h"
#include "commands/syntax_text.h"

namespace groupctl::named {

/// What was typed as "shop,cache". Error: kInvalid.
Result<std::vector<std::string>> typed_names(const SyntaxValues& values, bool may_be_none);

template <class Command>
Result<BuiltCommand> build(const SyntaxValues& values) {
  auto names = typed_names(values, Command::kMayNameNone);
  if (!names) return tl::unexpected<Error>(names.error());
  return BuiltCommand{kind_of<typename Command::Payload>(),
                      make_payload<typename Command::Payload>([&](auto out) {
                        write_texts(*names, out.initNames(static_cast<unsigned>(names->size())));
                      })};
}

template <class Command>
std::string describe(ByteView bytes) {
  const auto names = read<Command>(bytes);
  if (!names) return unreadable(Command::kName);
  return std::string(Command::kName) + (names->empty() ? "" : " " + shown(joined(*names, " ")));
}

template <class Command>
std::vector<std::pair<std::string, std::string>> fields(ByteView bytes) {
  const auto names = read<Command>(bytes);
  if (!names) return unreadable_fields(bytes);
  std::vector<std::pair<std::string, std::string>> fields;
  if (!names->empty()) fields.emplace_back("artefacts", joined(*names, ","));
  return fields;
}

/// The row of such a command without verb, summary and help.
template <class Command>
SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<typename Command::Payload>();
  row.positionals = {
      {"ARTEFACT", "NAME[,NAME...]", "which of them", !Command::kMayNameNone, false, false}};
  row.members = MemberWords::kBehind;
  row.build = build<Command>;
  row.describe = describe<Command>;
  row.fields = fields<Command>;
  return row;
}

}  // namespace groupctl::named
