#include "commands/payload.h"
#include "commands/set/set.capnp.h"
#include "commands/state/names.h"
#include "commands/syntax_text.h"

namespace groupctl::set {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Result<std::pair<std::string, std::string>> read_pair(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return fail(ErrorCode::kInvalid,
                "\"" + text + "\" is not KEY=VALUE; members are named with -t");
  }
  std::pair pair{text.substr(0, equals), text.substr(equals + 1)};
  if (!is_property_key(pair.first)) {
    return fail(ErrorCode::kInvalid,
                "\"" + pair.first + "\" is no key: 1 to 128 visible characters without = and /");
  }
  if (!is_property_value(pair.second)) {
    return fail(ErrorCode::kInvalid,
                "the value of " + pair.first + " is not at most 4 KiB of UTF-8");
  }
  return pair;
}

Result<BuiltCommand> build(const SyntaxValues& values) {
  Pairs pairs;
  std::vector<std::string> keys;
  for (const std::string& text : values_of(values, "KEY=VALUE")) {
    auto pair = read_pair(text);
    if (!pair) return tl::unexpected<Error>(pair.error());
    keys.push_back(pair->first);
    pairs.push_back(std::move(*pair));
  }
  if (pairs.empty()) return fail(ErrorCode::kInvalid, "nothing to set: give KEY=VALUE");
  if (auto once = check_each_once(std::move(keys)); !once) {
    return tl::unexpected<Error>(once.error());
  }
  Bytes payload = make_payload<payload::Set>([&](auto out) {
    auto list = out.initPairs(static_cast<unsigned>(pairs.size()));
    for (unsigned i = 0; i < pairs.size(); ++i) {
      list[i].setKey(text_reader(pairs[i].first));
      list[i].setValue(text_reader(pairs[i].second));
    }
  });
  if (payload.size() > kMaxPayloadBytes) {
    return fail(ErrorCode::kInvalid, "more than 32 KiB of properties in one command");
  }
  return BuiltCommand{kind_of<payload::Set>(), std::move(payload)};
}

Result<Pairs> read(ByteView bytes) {
  return read_payload<payload::Set>("SET", bytes, [](auto in) -> Result<Pairs> {
    Pairs pairs;
    for (auto pair : in.getPairs()) {
      pairs.emplace_back(text_of(pair.getKey()), text_of(pair.getValue()));
    }
    return pairs;
  });
}

std::string describe(ByteView bytes) {
  const auto pairs = read(bytes);
  if (!pairs) return unreadable("SET");
  std::string text;
  for (const auto& [key, value] : *pairs) {
    if (!text.empty()) text += ' ';
    text += key + "=" + value;
  }
  return "SET " + shown(text);
}

/// Under the state's keys, which no other field can be named like.
Pairs fields(ByteView bytes) {
  auto pairs = read(bytes);
  if (!pairs) return unreadable_fields(bytes);
  for (auto& pair : *pairs) pair.first.insert(0, "property/");
  return *pairs;
}

}  // namespace

SyntaxRow syntax_row() {
  SyntaxRow row;
  row.kind = kind_of<payload::Set>();
  row.verb = "set";
  row.summary = "set properties";
  row.help =
      "Sets one or more properties on the target; one SET is one entry, so all or none\n"
      "of it is accepted. A later SET to the same target replaces a value, one to all\n"
      "replaces every value of that key. Keys are 1 to 128 visible characters without\n"
      "= and /, values at most 4 KiB.\n\n"
      "  groupctl set log.level=info\n"
      "  groupctl set log.level=debug pool=8 -t role=web";
  row.positionals = {{"KEY=VALUE", "KEY=VALUE", "a property and its value", true, true, false}};
  row.build = build;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace groupctl::set
