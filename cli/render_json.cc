#include "cli/render_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/json_ledger.h"
#include "cli/json_text.h"
#include "cli/text.h"

namespace groupctl {
namespace {

using nlohmann::json;

std::string_view class_word(EntryClass entry_class) {
  switch (entry_class) {
    case EntryClass::kState:
      return "state";
    case EntryClass::kLatest:
      return "latest";
    case EntryClass::kNeverLate:
      break;
  }
  return "never_late";
}

json entry_of(const ShownEntry& shown) {
  const Entry& entry = shown.entry;
  json object = {{"seq", entry.sequence.value},
                 {"epoch", entry.epoch.value},
                 {"issuedAt", rfc3339(entry.issued)},
                 {"class", class_word(entry.entry_class)},
                 {"command", command_json(shown.command)},
                 {"target", {{"selector", shown.target}, {"expected", shown.targets}}},
                 {"summary", summary_json(shown.counts)}};
  put_text(object, "issuer", entry.issuer_name);
  put_text(object, "why", entry.message);
  if (entry.ttl_ms > 0) object["ttlMs"] = entry.ttl_ms;
  if (entry.request.number > 0) {
    object["request"] = {{"client", fmt::format("{:016x}{:016x}", entry.request.client.high,
                                                entry.request.client.low)},
                         {"number", entry.request.number}};
  }
  return object;
}

json member_of(const MemberInfo& member, Sequence head) {
  const std::uint64_t received = member.marks.received.value;
  std::string state(to_word(member.state));
  std::replace(state.begin(), state.end(), '-', '_');
  json object = {{"name", member.name},
                 {"id", fmt::to_string(member.id.value)},
                 {"serverId", member.server_id.hex()},
                 {"state", state},
                 {"received", received},
                 {"executed", member.marks.executed.value},
                 {"lag", head.value > received ? head.value - received : 0},
                 {"stateDigest", member.state_digest.hex()},
                 {"silentMs", member.silent_ms},
                 {"delta",
                  {{"pending", member.delta.pending},
                   {"failed", member.delta.failed},
                   {"drifted", member.delta.drifted},
                   {"foreign", member.delta.foreign},
                   {"intended", member.delta.intended}}},
                 {"labels", member.labels}};
  put_text(object, "version", member.product);
  put_text(object, "note", member.note);
  if (member.running.sequence) {
    object["running"] = {{"seq", member.running.sequence.value},
                         {"step", member.running.step},
                         {"percent", member.running.percent}};
  }
  return object;
}

json outcome_of(const OutcomeReport& report) {
  json object = {{"seq", report.last.value}, {"result", to_word(report.outcome)}};
  if (report.first != report.last) object["first"] = report.first.value;
  put_text(object, "step", report.step);
  put_text(object, "message", report.text);
  return object;
}

json coordinator_of(const HelloReply& hello, const std::string& endpoint) {
  json object = {{"endpoint", endpoint},        {"group", hello.group},
                 {"logId", hello.log_id.hex()}, {"epoch", hello.epoch.value},
                 {"version", hello.product},    {"groupTime", rfc3339(hello.now)}};
  if (hello.role) object["role"] = to_word(*hello.role);
  return object;
}

}  // namespace

std::string render_json(const CommandReport& report) { return json_line(result_json(report)); }

std::string render_json(const std::vector<CommandReport>& reports, int exit_code) {
  json object = json_envelope("CommandResultList");
  object["exitCode"] = exit_code;
  object["results"] = json::array();
  for (const CommandReport& report : reports) object["results"].push_back(result_json(report));
  return json_line(object);
}

std::string render_json(const ShownEntry& shown) {
  json object = json_envelope("LogEntry");
  object.update(entry_of(shown));
  return json_line(object);
}

std::string render_json(const LedgerRow& row, Sequence sequence) {
  json object = json_envelope("MemberResult");
  object["seq"] = sequence.value;
  object.update(ledger_row_json(row));
  return json_line(object);
}

std::string render_json(const MemberInfo& member, Sequence head) {
  json object = json_envelope("Member");
  object.update(member_of(member, head));
  return json_line(object);
}

std::string render_json(const EntryReport& report) {
  json object = json_envelope("LogEntry");
  object.update(entry_of(report.shown));
  object["members"] = ledger_rows_json(report.rows);
  for (std::size_t i = 0; i < report.rows.size(); ++i) {
    const auto found = report.foretold.find(report.rows[i].member);
    if (found == report.foretold.end()) continue;
    json& foretold = object["members"][i]["foretold"];
    foretold["result"] = to_word(found->second.outcome);
    put_text(foretold, "step", found->second.step);
    put_text(foretold, "message", found->second.text);
  }
  return json_line(object);
}

std::string render_json(const LogReport& report) {
  json object = json_envelope("LogList");
  object["head"] = report.head.value;
  object["floor"] = report.floor.value;
  object["entries"] = json::array();
  for (const ShownEntry& shown : report.entries) object["entries"].push_back(entry_of(shown));
  return json_line(object);
}

std::string render_json(const MembersReport& report) {
  json object = json_envelope("MemberList");
  object["head"] = report.head.value;
  object["members"] = json::array();
  for (const MemberInfo& member : report.members) {
    object["members"].push_back(member_of(member, report.head));
  }
  return json_line(object);
}

std::string render_json(const MemberDetail& detail) {
  json object = json_envelope("Member");
  object.update(member_of(detail.info, detail.head));
  object["head"] = detail.head.value;
  object["ownLabels"] = detail.own_labels;
  object["operatorLabels"] = detail.operator_labels;
  object["participant"] = detail.participant;
  object["replica"] = detail.replica;
  if (detail.since) {
    object["session"] = {{"since", rfc3339(detail.since)},
                         {"incarnation", detail.incarnation.value}};
    put_text(object["session"], "address", detail.address);
    if (detail.key) object["session"]["keyFingerprint"] = fingerprint(detail.key);
  }
  object["outcomes"] = json::array();
  for (const OutcomeReport& one : detail.outcomes) object["outcomes"].push_back(outcome_of(one));
  object["artefactsInAll"] = detail.wanted_in_all;
  object["artefacts"] = json::array();
  for (const WantedArtefact& one : detail.wanted) {
    object["artefacts"].push_back(
        {{"name", one.name}, {"version", one.version}, {"seq", one.sequence.value}});
  }
  return json_line(object);
}

std::string render_json(const RecoverReply& recovery) {
  json object = json_envelope("Recovery");
  object["done"] = recovery.done;
  put_text(object, "readOnly", recovery.read_only);
  object["head"] = recovery.head.value;
  object["lost"] = {{"first", recovery.first_lost.value}, {"last", recovery.last_lost.value}};
  object["proofs"] = json::array();
  for (const ProofOfLoss& one : recovery.proofs) {
    object["proofs"].push_back(
        {{"member", one.member}, {"seq", one.last.value}, {"epoch", one.epoch.value}});
  }
  object["absent"] = recovery.absent;
  return json_line(object);
}

std::string render_json(const EvictionReport& report) {
  json object = json_envelope("Eviction");
  object["exitCode"] = 0;
  object["members"] = json::array();
  for (const auto& [name, sequence] : report.members) {
    object["members"].push_back({{"name", name}, {"seq", sequence.value}});
  }
  return json_line(object);
}

std::string render_json(const StatusReport& report) {
  const StatusReply& s = report.status;
  json object = json_envelope("Status");
  object["coordinator"] = coordinator_of(s.hello, report.endpoint);
  object["coordinator"]["uptimeMs"] = s.uptime_ms;
  put_text(object["coordinator"], "members", s.endpoint_members);
  put_text(object["coordinator"], "readOnly", s.read_only);
  object["log"] = {{"seq", s.head.value}, {"floor", s.floor.value}, {"chain", s.chain.hex()}};
  if (s.last_command) object["log"]["lastCommandAt"] = rfc3339(s.last_command);
  put_text(object["log"], "lastIssuer", s.last_issuer);
  object["state"] = {
      {"artefacts", s.artefacts}, {"properties", s.properties}, {"digest", s.state_digest.hex()}};
  object["members"] = json::object();
  for (const auto& [state, count] : s.members) object["members"][camel(to_word(state))] = count;
  object["allInStep"] = report.all_in_step();
  object["pendingKeys"] = s.pending_keys;
  return json_line(object);
}

std::string render_json(const AdoptReport& report) {
  json object = json_envelope("AdoptResult");
  object["exitCode"] = report.exit_code;
  object["commands"] = json::array();
  for (const CommandReport& command : report.commands) {
    object["commands"].push_back(
        {{"seq", command.sequence.value},
         {"command", command_json(command.command)},
         {"target", {{"selector", command.target}, {"expected", command.targets}}},
         {"summary", summary_json(command.counts)},
         {"members", ledger_rows_json(command.rows)}});
  }
  if (!report.skipped.empty()) object["skipped"] = report.skipped;
  if (!report.holds.empty()) object["holds"] = report.holds;
  return json_line(object);
}

std::string render_json(const PingReport& report) {
  json object = json_envelope("Ping");
  object["coordinator"] = coordinator_of(report.hello, report.endpoint);
  object["roundTripMs"] = report.round_trip_ms;
  return json_line(object);
}

std::string render_json(const Contexts& contexts) {
  json object = json_envelope("ContextList");
  object["file"] = contexts.file;
  put_text(object, "current", contexts.current);
  object["contexts"] = json::array();
  for (const auto& [name, context] : contexts.by_name) {
    json one = {{"name", name}, {"endpoint", context.endpoint}};
    put_text(one, "group", context.group);
    put_text(one, "serverKey", context.server_key);
    put_text(one, "key", context.key);
    object["contexts"].push_back(std::move(one));
  }
  return json_line(object);
}

std::string render_json(const Failure& failure) {
  json object = json_envelope("Error");
  object["code"] = failure.word;
  object["message"] = failure.message;
  object["exitCode"] = failure.exit_code;
  put_text(object, "hint", failure.hint);
  if (!failure.more.empty()) object["more"] = failure.more;
  return json_line(object);
}

std::string render_version_json(std::string_view version) {
  json object = json_envelope("Version");
  object["version"] = version;
  return json_line(object);
}

}  // namespace groupctl
