#include "commands/payload.h"
#include "commands/ping/ping.capnp.h"
#include "commands/syntax_text.h"

namespace groupctl::ping {
namespace {

constexpr std::uint64_t kDefaultTtlMs = 60'000;

Result<BuiltCommand> build(const SyntaxValues&) {
  return BuiltCommand{kind_of<payload::Ping>(), make_payload<payload::Ping>([](auto) {})};
}

std::string describe(ByteView) { return "PING"; }

std::vector<std::pair<std::string, std::string>> fields(ByteView) { return {}; }

}  // namespace

SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<payload::Ping>();
  row.verb = "ping";
  row.summary = "ask the coordinator, or members, for an answer";
  row.help =
      "Without -t it asks the coordinator alone, and writes nothing. With -t it\n"
      "sequences a PING that changes nothing: each target answers when it has done\n"
      "everything before it; one that gets it later than --ttl says expired.\n\n"
      "  groupctl ping\n"
      "  groupctl ping -t role=web --ttl 5s";
  row.entry_class = EntryClass::kNeverLate;
  row.default_ttl_ms = kDefaultTtlMs;
  row.members = MemberWords::kBehind;
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::ping
