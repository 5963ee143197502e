#include "commands/dump/dump.capnp.h"
#include "commands/payload.h"
#include "commands/syntax_text.h"

namespace groupctl::dump {
namespace {

constexpr std::uint64_t kDefaultTtlMs = 600'000;

Result<BuiltCommand> build(const SyntaxValues&) {
  return BuiltCommand{kind_of<payload::Dump>(), make_payload<payload::Dump>([](auto) {})};
}

std::string describe(ByteView) { return "DUMP"; }

std::vector<std::pair<std::string, std::string>> fields(ByteView) { return {}; }

}  // namespace

SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<payload::Dump>();
  row.verb = "dump";
  row.summary = "have members write down what they know";
  row.help =
      "Each target writes a bundle: the group state and how it deviates from it, the\n"
      "end of its log, its process, what its deployers know. Nothing else changes. With\n"
      "--collect the bundles are brought home as DIR/SEQ-MEMBER.tar.zst, and\n"
      "DIR/index.json says which are missing and why; exit 1 if any is. A member that\n"
      "gets the command later than --ttl says expired. Bundles of a dump that was made\n"
      "before are fetched by groupctl result SEQ --collect DIR.\n\n"
      "  groupctl dump -t rack=r2 --collect ./d\n"
      "  groupctl dump web-03 web-07";
  row.entry_class = EntryClass::kNeverLate;
  row.default_ttl_ms = kDefaultTtlMs;
  row.members = MemberWords::kBehind;
  row.leaves = Leaves::kBundle;
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::dump
