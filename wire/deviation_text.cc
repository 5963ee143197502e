#include "wire/deviation_text.h"

namespace groupctl {
namespace {

/// The name behind "artefact/" or "property/".
std::string name_of(const std::string& key) { return key.substr(key.find('/') + 1); }
bool is_run(const Deviation& row) { return row.key.starts_with("run/"); }
bool is_property(const Deviation& row) { return row.key.starts_with("property/"); }

std::string thing_text(const Thing& thing) {
  switch (thing.kind) {
    case Thing::Kind::kNothing:
      return "";
    case Thing::Kind::kRelease:
      return thing.version;
    case Thing::Kind::kValue:
    case Thing::Kind::kRun:
      return thing.value;
    case Thing::Kind::kAsItIs:
      return "held";
  }
  return "";
}

/// What stands there, or is to stand there while the step has not ended.
const Thing& shown(const Deviation& row) {
  const bool intended = row.kind == "intended" && row.wanted.kind != Thing::Kind::kAsItIs;
  return intended ? row.wanted : row.there;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

void put(Fields& fields, const char* name, std::string text) {
  if (!text.empty()) fields.emplace_back(name, std::move(text));
}

void put_thing(Fields& fields, const std::string& name, const Thing& thing) {
  put(fields, name.c_str(), thing_text(thing));
  if (thing.kind == Thing::Kind::kRelease) {
    put(fields, (name + "Digest").c_str(), "sha256:" + thing.digest.hex());
  }
}

}  // namespace

char sign_of(const Deviation& row) {
  const Thing& there = shown(row);
  if (is_run(row)) return there.value == "stopped" ? '-' : there.value == "running" ? '+' : '~';
  if (there.kind == Thing::Kind::kNothing && row.group.kind != Thing::Kind::kNothing) return '-';
  if (there.kind != Thing::Kind::kNothing && row.group.kind == Thing::Kind::kNothing) return '+';
  return '~';
}

std::string group_text(const Deviation& row) {
  if (row.group.kind == Thing::Kind::kNothing) return "(none)";
  return name_of(row.key) + (is_property(row) ? "=" : " ") + thing_text(row.group);
}

std::string deviation_text(const Deviation& row) {
  const std::string sign{sign_of(row), ' '};
  const Thing& there = shown(row);
  const std::string name = name_of(row.key);
  if (is_property(row)) {
    return sign + name + (sign[0] == '-' ? "" : "=" + thing_text(there));
  }
  if (is_run(row)) return sign + thing_text(there);
  if (row.cause == "hold") {
    return sign + name + " held" +
           (there.kind == Thing::Kind::kNothing ? "" : " at " + thing_text(there));
  }
  if (sign[0] == '-') return sign + "absent";
  const bool named = row.group.kind != Thing::Kind::kNothing;
  const bool digest_tells = there.kind == Thing::Kind::kRelease &&
                            there.version == row.group.version && there.digest != row.group.digest;
  return sign + (named ? "" : name + " ") +
         (there.kind == Thing::Kind::kNothing ? "absent" : thing_text(there)) +
         (digest_tells ? " " + there.digest.hex().substr(0, 12) : "");
}

std::string cause_text(const Deviation& row, const std::string& when) {
  if (row.kind != "intended") {
    if (row.kind == "foreign") return "in place, not in the group's state";
    return row.kind + (row.why.empty() ? "" : ": " + row.why);
  }
  std::string text = "by " + row.cause;
  if (row.cause == "override") {  // why names the repository
    return text + (when.empty() ? "" : ", " + when) + ": " + row.why;
  }
  if (!row.who.empty()) text += ": " + row.who;
  if (!when.empty()) text += ", " + when;
  if (!row.why.empty()) text += ", \"" + row.why + "\"";
  return text;
}

std::vector<std::pair<std::string, std::string>> deviation_fields(const Deviation& row) {
  Fields fields{{"key", row.key}, {"kind", row.kind}, {"sign", std::string(1, sign_of(row))}};
  put(fields, "cause", row.cause);
  put(fields, "who", row.who);
  put(fields, "why", row.why);
  put_thing(fields, "group", row.group);
  put_thing(fields, "there", row.there);
  if (row.kind == "intended") put_thing(fields, "wanted", row.wanted);
  return fields;
}

}  // namespace groupctl
