#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/syntax_text.h"
#include "commands/unset/unset.capnp.h"

namespace groupctl::unset {
namespace {

Result<BuiltCommand> build(const SyntaxValues& values) {
  const std::vector<std::string>& keys = values_of(values, "KEY");
  if (keys.empty()) return fail(ErrorCode::kInvalid, "nothing to unset: give KEY");
  for (const std::string& key : keys) {
    if (is_property_key(key)) continue;
    return fail(ErrorCode::kInvalid,
                "\"" + key + "\" is no key: 1 to 128 visible characters without = and /");
  }
  if (auto once = check_each_once(keys); !once) return tl::unexpected<Error>(once.error());
  Bytes payload = make_payload<payload::Unset>(
      [&](auto out) { write_texts(keys, out.initKeys(static_cast<unsigned>(keys.size()))); });
  if (payload.size() > kMaxPayloadBytes) {
    return fail(ErrorCode::kInvalid, "more than 32 KiB of keys in one command");
  }
  return BuiltCommand{kind_of<payload::Unset>(), std::move(payload)};
}

/// The keys in one line.
Result<std::string> read(ByteView bytes) {
  return read_payload<payload::Unset>("UNSET", bytes, [](auto in) -> Result<std::string> {
    std::string line;
    for (auto key : in.getKeys()) {
      if (!line.empty()) line += ' ';
      line += text_of(key);
    }
    return line;
  });
}

std::string describe(ByteView bytes) {
  const auto keys = read(bytes);
  return keys ? "UNSET " + shown(*keys) : unreadable("UNSET");
}

std::vector<std::pair<std::string, std::string>> fields(ByteView bytes) {
  auto keys = read(bytes);
  if (!keys) return unreadable_fields(bytes);
  return {{"keys", *keys}};
}

}  // namespace

SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<payload::Unset>();
  row.verb = "unset";
  row.summary = "remove properties";
  row.help =
      "Removes properties from the target. To all it forgets the key with every value\n"
      "it had; to some members it takes the value from these alone.\n\n"
      "  groupctl unset log.level\n"
      "  groupctl unset log.level -t web-07";
  row.positionals = {{"KEY", "KEY", "a property", true, true, false}};
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::unset
