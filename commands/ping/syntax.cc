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
  row.summary = "ask members for an answer, each in its turn";
  row.help =
      "Sequences a PING that changes nothing. Each target answers when it has done everything\n"
      "before it; one that gets it later than --ttl says expired.\n\n"
      "  groupctl ping\n"
      "  groupctl ping -t role=web --ttl 5s";
  row.has_ttl = true;
  row.default_ttl_ms = kDefaultTtlMs;
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::ping
