#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/syntax_text.h"
#include "commands/undeploy/undeploy.capnp.h"

namespace groupctl::undeploy {
namespace {

Result<BuiltCommand> build(const SyntaxValues& values) {
  const auto artefact = single_value(values, "ARTEFACT");
  if (!artefact) return tl::unexpected<Error>(artefact.error());
  if (!*artefact) return fail(ErrorCode::kInvalid, "nothing to undeploy: give NAME");
  const std::string& name = **artefact;
  if (name.find('@') != std::string::npos) {
    return fail(ErrorCode::kInvalid,
                "undeploy takes away whatever version there is: give NAME without @VERSION");
  }
  if (!is_name(name)) return fail(ErrorCode::kInvalid, "\"" + name + "\" is no artefact's name");
  return BuiltCommand{kind_of<payload::Undeploy>(), make_payload<payload::Undeploy>([&](auto out) {
                        out.setName(text_reader(name));
                      })};
}

Result<std::string> read(ByteView bytes) {
  return read_payload<payload::Undeploy>(
      "UNDEPLOY", bytes, [](auto in) -> Result<std::string> { return text_of(in.getName()); });
}

std::string describe(ByteView bytes) {
  const auto name = read(bytes);
  return name ? "UNDEPLOY " + shown(*name) : unreadable("UNDEPLOY");
}

std::vector<std::pair<std::string, std::string>> fields(ByteView bytes) {
  auto name = read(bytes);
  if (!name) return unreadable_fields(bytes);
  return {{"artefact", *std::move(name)}};
}

}  // namespace

SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<payload::Undeploy>();
  row.verb = "undeploy";
  row.summary = "take an artefact away";
  row.help =
      "Takes the artefact away from the target, whatever version is there. Members that\n"
      "join later do not get it. Where there is nothing to take away the outcome is\n"
      "unchanged. A name that was never deployed is refused.\n\n"
      "  groupctl undeploy shop\n"
      "  groupctl undeploy shop -t role=db\n"
      "  groupctl undeploy shop web-03 web-07";
  row.positionals = {{"ARTEFACT", "NAME", "what to take away", true, false, false}};
  row.members = MemberWords::kBehind;
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::undeploy
