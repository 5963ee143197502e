#include "agent/record.h"

#include "daemon/expansion.h"
#include "daemon/toml.h"
#include "keeper/json_fields.h"

namespace groupctl {

// Found by json_fields.h by its arguments, and so in this namespace.
template <class Io>
void describe(Io& io, MemberRecord& record) {
  io.field("wanted", record.wanted);
  io.field("pid", record.pid);
  io.field("start_time", record.start_time);
  io.field("boot", record.boot);
}

std::string record_text(const MemberRecord& record) {
  const auto text = keeper::written(record);
  GROUPCTL_INVARIANT(text.has_value(), "the kernel's names are text");
  return *text + "\n";
}

Result<MemberRecord> read_record(std::string_view text) {
  auto record = keeper::read_from<MemberRecord>(text);
  if (!record) return fail(ErrorCode::kCorrupt, record.error().text);
  return record;
}

std::string member_toml(const SpawnMember& spawn, const std::string& folder) {
  std::string text = "# Made by group-agent.\n";
  const auto set = [&text](std::string_view key, std::string_view value) {
    text += std::string(key) + " = " + toml_quoted(with_dollars_doubled(value)) + "\n";
  };
  set("coordinator", spawn.coordinator);
  set("group", spawn.member.group);
  set("name", spawn.member.name);
  set("server_key", spawn.server_key.hex());
  set("state_dir", folder + "/state");
  set("keys.dir", folder + "/keys");
  set("root", folder + "/files");
  if (spawn.labels.empty()) return text;
  text += "\n[labels]\n";
  for (const auto& [name, value] : spawn.labels) set(toml_quoted(name), value);
  return text;
}

}  // namespace groupctl
