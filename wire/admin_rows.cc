#include "wire/admin_rows.h"

#include <array>

namespace groupctl {
namespace {

/// By number, as in the schema.
constexpr std::array<std::string_view, 11> kStateWords = {
    "joining", "replaying", "in-step", "behind", "held",        "drifted",
    "failed",  "drained",   "lost",    "left",   "quarantined",
};

// Room that a row takes beside its texts: its struct and pointers, rounded up.
constexpr std::size_t kRowBytes = 96;
constexpr std::size_t kMemberRowBytes = 320;
constexpr std::size_t kLabelBytes = 32;
constexpr std::size_t kTextPadding = 8;

std::size_t text_size(const std::string& text) { return text.size() + kTextPadding; }

}  // namespace

std::string_view to_word(MemberState state) {
  return kStateWords.at(static_cast<std::size_t>(state));
}

std::size_t message_size(const OutcomeReport& report) {
  return kRowBytes + text_size(report.step) + text_size(report.text);
}

std::size_t message_size(const LedgerRow& row) {
  return kRowBytes + text_size(row.name) + text_size(row.step) + text_size(row.text);
}

std::size_t message_size(const MemberInfo& row) {
  std::size_t size = kMemberRowBytes + text_size(row.name) + text_size(row.running.step) +
                     text_size(row.product) + text_size(row.note);
  for (const auto& [name, value] : row.labels) {
    size += kLabelBytes + text_size(name) + text_size(value);
  }
  return size;
}

std::size_t message_size(const LogRow& row) {
  return kRowBytes + row.entry.size() + kTextPadding + row.counts.size() * sizeof(OutcomeCount);
}

}  // namespace groupctl

namespace groupctl::wire {

wire_schema::MemberState to_schema(MemberState state) {
  return static_cast<wire_schema::MemberState>(state);
}

MemberState from_schema(wire_schema::MemberState state, FieldReader& fields) {
  const auto number = static_cast<std::size_t>(state);
  if (number < kStateWords.size()) return static_cast<MemberState>(number);
  fields.refuse(ErrorCode::kUnsupported, "state of a member", "is unknown to this build");
  return MemberState::kLost;
}

void write(const std::vector<OutcomeCount>& counts,
           capnp::List<wire_schema::OutcomeCount>::Builder out) {
  for (unsigned i = 0; i < counts.size(); ++i) {
    out[i].setOutcome(static_cast<std::uint8_t>(counts[i].outcome));
    out[i].setCount(counts[i].count);
  }
}

std::vector<OutcomeCount> read(capnp::List<wire_schema::OutcomeCount>::Reader list,
                               FieldReader& fields) {
  std::vector<OutcomeCount> counts(fields.count(list.size(), "counts", all_outcomes().size()));
  for (unsigned i = 0; i < counts.size(); ++i) {
    counts[i] = {fields.outcome(list[i].getOutcome()), list[i].getCount()};
  }
  return counts;
}

void write(const StateCounts& counts, capnp::List<wire_schema::StateCount>::Builder out) {
  for (unsigned i = 0; i < counts.size(); ++i) {
    out[i].setState(to_schema(counts[i].first));
    out[i].setCount(counts[i].second);
  }
}

StateCounts read(capnp::List<wire_schema::StateCount>::Reader list, FieldReader& fields) {
  StateCounts counts(fields.count(list.size(), "counts of members", kStateWords.size()));
  for (unsigned i = 0; i < counts.size(); ++i) {
    counts[i] = {from_schema(list[i].getState(), fields), list[i].getCount()};
  }
  return counts;
}

void write(const LedgerRow& row, wire_schema::LedgerRow::Builder out) {
  out.setMember(row.member.value);
  out.setName(text_reader(row.name));
  out.setOutcome(static_cast<std::uint8_t>(row.outcome));
  out.setStep(text_reader(shortened(row.step)));
  out.setText(text_reader(shortened(row.text)));
  out.setSilentMs(row.silent_ms);
}

LedgerRow read(wire_schema::LedgerRow::Reader in, FieldReader& fields) {
  LedgerRow row;
  row.member = MemberId(in.getMember());
  row.name = fields.name_or_empty(in.getName(), "member");
  row.outcome = fields.outcome(in.getOutcome());
  row.step = fields.text(in.getStep(), "step");
  row.text = fields.text(in.getText(), "text of an outcome");
  row.silent_ms = in.getSilentMs();
  return row;
}

void write(const MemberInfo& row, wire_schema::MemberInfo::Builder out) {
  out.setId(row.id.value);
  out.setName(text_reader(row.name));
  out.setServerId(block_field(row.server_id));
  out.setState(to_schema(row.state));
  write(row.marks, out.initMarks());
  out.setStateDigest(block_field(row.state_digest));
  out.setSilentMs(row.silent_ms);
  write(row.delta, out.initDelta());
  write(row.running, out.initRunning());
  write(row.labels, out.initLabels(list_size(row.labels.size())));
  out.setProduct(text_reader(shortened(row.product)));
  out.setNote(text_reader(shortened(row.note)));
}

MemberInfo read(wire_schema::MemberInfo::Reader in, FieldReader& fields) {
  MemberInfo row;
  row.id = MemberId(in.getId());
  row.name = fields.name(in.getName(), "member");
  row.server_id = fields.block<ServerId>(in.getServerId(), "server id");
  row.state = from_schema(in.getState(), fields);
  row.marks = fields.watermarks(in.getMarks());
  row.state_digest = fields.block<Hash>(in.getStateDigest(), "state digest");
  row.silent_ms = in.getSilentMs();
  row.delta = fields.delta(in.getDelta());
  row.running = fields.running(in.getRunning());
  row.labels = fields.labels(in.getLabels(), kMaxAllLabels);
  row.product = fields.text(in.getProduct(), "product");
  row.note = fields.text(in.getNote(), "note");
  return row;
}

void write(const MemberDetail& detail, wire_schema::MemberDetail::Builder out) {
  write(detail.info, out.initInfo());
  write(detail.own_labels, out.initOwnLabels(list_size(detail.own_labels.size())));
  write(detail.operator_labels, out.initOperatorLabels(list_size(detail.operator_labels.size())));
  out.setParticipant(text_reader(detail.participant));
  out.setReplica(detail.replica);
  out.setHead(detail.head.value);
  out.setIncarnation(detail.incarnation.value);
  out.setAddress(text_reader(shortened(detail.address)));
  out.setSinceMs(detail.since.value);
  write(detail.outcomes, out.initOutcomes(list_size(detail.outcomes.size())));
  auto wanted = out.initWanted(list_size(detail.wanted.size()));
  for (unsigned i = 0; i < wanted.size(); ++i) {
    wanted[i].setName(text_reader(detail.wanted[i].name));
    wanted[i].setVersion(text_reader(detail.wanted[i].version));
    wanted[i].setSequence(detail.wanted[i].sequence.value);
  }
  out.setWantedInAll(detail.wanted_in_all);
  out.setKey(block_field(detail.key));
}

MemberDetail read(wire_schema::MemberDetail::Reader in, FieldReader& fields) {
  MemberDetail detail;
  detail.info = read(in.getInfo(), fields);
  detail.own_labels = fields.labels(in.getOwnLabels());
  detail.operator_labels = fields.labels(in.getOperatorLabels());
  detail.participant = fields.name_or_empty(in.getParticipant(), "participant");
  detail.replica = in.getReplica();
  detail.head = Sequence(in.getHead());
  detail.incarnation = Incarnation(in.getIncarnation());
  detail.address = fields.text(in.getAddress(), "address");
  detail.since = GroupTime(in.getSinceMs());
  detail.outcomes = fields.reports(in.getOutcomes());
  auto wanted = in.getWanted();
  detail.wanted.resize(fields.count(wanted.size(), "artefacts", kMaxPageRows));
  for (unsigned i = 0; i < detail.wanted.size(); ++i) {
    detail.wanted[i] = {fields.name(wanted[i].getName(), "artefact"),
                        fields.text(wanted[i].getVersion(), "version"),
                        Sequence(wanted[i].getSequence())};
  }
  detail.wanted_in_all = in.getWantedInAll();
  detail.key = fields.block<PublicKey>(in.getKey(), "key");
  return detail;
}

void write(const LogRow& row, wire_schema::LogRow::Builder out) {
  out.setEntry(data_of(row.entry));
  out.setTargets(row.targets);
  write(row.counts, out.initCounts(list_size(row.counts.size())));
}

LogRow read(wire_schema::LogRow::Reader in, FieldReader& fields) {
  LogRow row;
  row.entry = fields.bytes(in.getEntry(), "entry", kMaxFrameBytes);
  row.targets = in.getTargets();
  row.counts = read(in.getCounts(), fields);
  return row;
}

void write_members(const std::vector<MemberId>& ids, capnp::List<std::uint64_t>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, ids[i].value);
}

std::vector<MemberId> read_members(capnp::List<std::uint64_t>::Reader list, FieldReader& fields) {
  std::vector<MemberId> ids;
  const unsigned size = fields.count(list.size(), "members", kMaxMessageBytes / sizeof(MemberId));
  for (unsigned i = 0; i < size; ++i) ids.emplace_back(list[i]);
  return ids;
}

void write_predicted(const std::vector<Predicted>& rows,
                     capnp::List<wire_schema::Predicted>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    const Predicted& row = rows[i];
    out[i].setOutcome(static_cast<std::uint8_t>(row.outcome));
    out[i].setStep(text_reader(shortened(row.step)));
    out[i].setText(text_reader(shortened(row.text)));
    write_members(row.members, out[i].initMembers(list_size(row.members.size())));
  }
}

std::vector<Predicted> read_predicted(capnp::List<wire_schema::Predicted>::Reader list,
                                      FieldReader& fields) {
  std::vector<Predicted> rows;
  const unsigned size = fields.count(list.size(), "rows", kMaxPageRows);
  for (unsigned i = 0; i < size; ++i) {
    rows.push_back({fields.outcome(list[i].getOutcome()), fields.text(list[i].getStep(), "step"),
                    fields.text(list[i].getText(), "text"),
                    read_members(list[i].getMembers(), fields)});
  }
  return rows;
}

}  // namespace groupctl::wire
