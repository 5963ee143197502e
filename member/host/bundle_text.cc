#include "member/host/bundle_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands/state/catalogue.h"
#include "commands/state/target.h"
#include "commands/syntax.h"
#include "member/deviations.h"
#include "wire/deviation_text.h"

namespace groupctl {
namespace {

using nlohmann::json;

// Bytes that are no UTF-8 are replaced, so that it is JSON whatever happens.
std::string line_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

/// Rows one below the other, as many as fit.
class Lines {
 public:
  void add(const json& row) {
    std::string line = line_of(row);
    if (left_out_ == 0 && text_.size() + line.size() <= kMaxBundlePartBytes) {
      text_ += line;
    } else {
      ++left_out_;
    }
  }
  std::string take() {
    if (left_out_ != 0) text_ += line_of({{"leftOut", left_out_}});
    return std::move(text_);
  }

 private:
  std::string text_;
  std::uint64_t left_out_ = 0;
};

std::string sha256(const ArtefactDigest& digest) { return "sha256:" + digest.hex(); }

json artefact_json(const ArtefactRow& row) {
  json object = {{"releases", json::array()}};
  for (const ArtefactAssignment& one : row.releases) {
    json assignment = {{"target", to_text(one.target)}, {"seq", one.sequence.value}};
    if (one.release) {
      assignment["version"] = one.release->version;
      assignment["digest"] = sha256(one.release->digest);
      assignment["deployer"] = one.release->deployer;
      assignment["configBytes"] = one.release->config.size();
    }
    object["releases"].push_back(std::move(assignment));
  }
  return object;
}

json run_json(const RunRow& row) {
  json object = {{"runs", json::array()}};
  for (const RunAssignment& one : row.runs) {
    object["runs"].push_back(
        {{"target", to_text(one.target)}, {"seq", one.sequence.value}, {"running", one.running}});
  }
  return object;
}

json property_json(const PropertyRow& row) {
  json object = {{"values", json::array()}};
  for (const PropertyAssignment& one : row.values) {
    json assignment = {{"target", to_text(one.target)}, {"seq", one.sequence.value}};
    if (one.value) assignment["value"] = *one.value;
    object["values"].push_back(std::move(assignment));
  }
  return object;
}

json member_row_json(const MemberRow& row) {
  return {{"id", row.id.value},
          {"name", row.name},
          {"serverId", row.server_id.hex()},
          {"participant", row.participant},
          {"replica", row.replica},
          {"ownLabels", row.own_labels},
          {"operatorLabels", row.operator_labels}};
}

json catalogue_json(const CatalogueRow& row) {
  return {{"digest", sha256(row.digest)},
          {"bytes", row.bytes},
          {"seq", row.sequence.value},
          {"issuer", row.who}};
}

/// A row that this build cannot read is there as it is stored.
template <class Row>
json row_json(Result<Row> row, json (*shown)(const Row&), ByteView stored) {
  return row ? shown(*row) : json{{"stored", to_hex(stored)}};
}

json state_row_json(const std::string& key, ByteView value) {
  if (artefact_name(key)) return row_json(decode_artefact_row(value), &artefact_json, value);
  if (run_name(key)) return row_json(decode_run_row(value), &run_json, value);
  if (property_name(key)) return row_json(decode_property_row(value), &property_json, value);
  if (member_in(key)) return row_json(decode_member_row(value), &member_row_json, value);
  if (catalogue_name(key)) return row_json(decode_catalogue_row(value), &catalogue_json, value);
  return {{"stored", to_hex(value)}};
}

json outcome_json(const OutcomeReport& report) {
  return {{"first", report.first.value},
          {"last", report.last.value},
          {"result", to_word(report.outcome)},
          {"step", report.step},
          {"why", report.text}};
}

json entry_json(const Entry& entry) {
  const SyntaxRow* row = find_syntax(entry.kind);
  json object = {{"seq", entry.sequence.value},
                 {"epoch", entry.epoch.value},
                 {"issuedMs", entry.issued.value},
                 {"command", row == nullptr ? fmt::format("kind {:#x}", entry.kind.value)
                                            : row->describe(entry.payload)},
                 {"target", to_text(entry.target)}};
  if (entry.ttl_ms != 0) object["ttlMs"] = entry.ttl_ms;
  if (!entry.issuer_name.empty()) object["issuer"] = entry.issuer_name;
  if (!entry.message.empty()) object["message"] = entry.message;
  return object;
}

}  // namespace

std::string member_json(const MemberView& view) {
  json object = {{"group", view.group},
                 {"member", view.member},
                 {"version", view.product},
                 {"phase", view.phase},
                 {"epoch", view.epoch.value},
                 {"logId", view.head.log_id.hex()},
                 {"received", view.head.last.value},
                 {"executed", view.executed.value},
                 {"knownHead", view.known_head.value},
                 {"floor", view.head.floor.value},
                 {"chain", view.head.chain.hex()},
                 {"stateDigest", view.head.state_digest.hex()},
                 {"artefacts", json::array()}};
  if (!view.note.empty()) object["note"] = view.note;
  if (view.me) object["row"] = member_row_json(*view.me);
  for (const auto& [name, placed] : in_place(view.actual)) {
    object["artefacts"].push_back({{"name", name},
                                   {"version", placed.version},
                                   {"digest", sha256(placed.digest)},
                                   {"seq", placed.sequence.value}});
  }
  return line_of(object);
}

std::string state_lines(const MemberView& view) {
  Lines lines;
  for (auto at = view.state.lower_bound(""); at != view.state.end(); ++at) {
    json row = state_row_json(at->first, at->second);
    row["key"] = at->first;
    lines.add(row);
  }
  return lines.take();
}

std::string delta_lines(const MemberView& view) {
  Lines lines;
  for (const Deviation& one : deviations({view.state, view.me, view.intended, view.actual})) {
    json row = json::object();
    for (auto& [key, value] : deviation_fields(one)) row[key] = value;
    if (one.sequence) row["seq"] = one.sequence.value;
    if (one.when_ms != 0) row["whenMs"] = one.when_ms;
    lines.add(row);
  }
  return lines.take();
}

std::string outcome_lines(const MemberView& view) {
  Lines lines;
  for (const OutcomeReport& report : view.outcomes) lines.add(outcome_json(report));
  for (const auto& [key, step] : view.actual.failures) {
    lines.add({{"key", key}, {"seq", step.sequence.value}, {"failed", step.text}});
  }
  return lines.take();
}

std::string log_lines(const std::vector<Entry>& entries) {
  Lines lines;
  for (const Entry& entry : entries) lines.add(entry_json(entry));
  return lines.take();
}

}  // namespace groupctl
