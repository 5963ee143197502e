#include "commands/state/rows.h"

#include <charconv>
#include <cstdio>

#include "commands/state/catalogue.h"
#include "commands/state/rollout.h"
#include "commands/state/row_codec.h"
#include "log/hash.h"

namespace groupctl {
namespace {

constexpr std::string_view kArtefactPrefix = "artefact/";
constexpr std::string_view kRunPrefix = "run/";
constexpr std::string_view kPropertyPrefix = "property/";
constexpr std::string_view kMemberPrefix = "member/";

std::string with_prefix(std::string_view prefix, std::string_view name) {
  std::string key;
  key.reserve(prefix.size() + name.size());
  return key.append(prefix).append(name);
}

std::optional<std::string_view> without_prefix(std::string_view prefix, std::string_view key) {
  if (!key.starts_with(prefix)) return std::nullopt;
  return key.substr(prefix.size());
}

template <class List>
unsigned count_of(const List& list) {
  return static_cast<unsigned>(list.size());
}

template <class Assignment, class Builder>
void write_head(const Assignment& assignment, Builder& out) {
  write_target(assignment.target, out.initTarget());
  out.setSequence(assignment.sequence.value);
}

template <class Assignment, class List>
Result<std::vector<Assignment>> read_assignments(List in) {
  std::vector<Assignment> out;
  out.reserve(in.size());
  for (auto item : in) {
    auto target = read_target(item.getTarget());
    if (!target) return tl::unexpected<Error>(target.error());
    auto assignment = read_assignment(*std::move(target), item);
    if (!assignment) return tl::unexpected<Error>(assignment.error());
    out.push_back(std::move(*assignment));
  }
  return out;
}

/// The decoded value under `key`, or `missing`.
template <class Row>
Row row_or(const GroupState& state, const std::string& key, Result<Row> (*decode)(ByteView),
           Row missing) {
  const Bytes* bytes = state.find(key);
  if (bytes == nullptr) return missing;
  Result<Row> row = decode(*bytes);
  GROUPCTL_INVARIANT(row.has_value(), "the state's value of " + key + " does not decode");
  return std::move(*row);
}

}  // namespace

Labels MemberRow::labels() const {
  Labels all = operator_labels;
  all.insert(own_labels.begin(), own_labels.end());  // keeps what is there: the operator's win
  return all;
}

std::string recipe_of(const Release& release) {
  Release recipe{{}, {}, release.deployer, release.config, {}, release.health};
  const auto bytes =
      canonical_bytes<state_schema::Release>([&](auto& out) { write_release(recipe, out); });
  return hash_of(bytes).hex().substr(0, 32);
}

std::string artefact_key(std::string_view name) { return with_prefix(kArtefactPrefix, name); }
std::string run_key(std::string_view artefact) { return with_prefix(kRunPrefix, artefact); }
std::string property_key(std::string_view key) { return with_prefix(kPropertyPrefix, key); }
std::string member_key(MemberId id) {
  char digits[21];
  std::snprintf(digits, sizeof digits, "%020llu", static_cast<unsigned long long>(id.value));
  return with_prefix(kMemberPrefix, digits);
}
std::optional<std::string_view> artefact_name(std::string_view key) {
  return without_prefix(kArtefactPrefix, key);
}
std::optional<std::string_view> property_name(std::string_view key) {
  return without_prefix(kPropertyPrefix, key);
}
std::optional<std::string_view> run_name(std::string_view key) {
  return without_prefix(kRunPrefix, key);
}
std::optional<std::string_view> artefact_in(std::string_view key) {
  const auto name = artefact_name(key);
  return name ? name : run_name(key);
}
std::optional<MemberId> member_in(std::string_view key) {
  const auto digits = without_prefix(kMemberPrefix, key);
  if (!digits) return std::nullopt;
  std::uint64_t id = 0;
  std::from_chars(digits->data(), digits->data() + digits->size(), id);
  return MemberId(id);
}

HealthCheck read_health(state_schema::Health::Reader in) {
  return {read_texts(in.getCommand()), in.getEveryMs(), in.getWithinMs()};
}

void write_health(const HealthCheck& health, state_schema::Health::Builder out) {
  write_texts(health.command, out.initCommand(count_of(health.command)));
  out.setEveryMs(health.every_ms);
  out.setWithinMs(health.within_ms);
}

Result<Release> read_release(state_schema::Release::Reader in) {
  Release out{
      text_of(in.getVersion()), {}, text_of(in.getDeployer()), copy_bytes(view_of(in.getConfig()))};
  if (!out.digest.assign(view_of(in.getDigest()))) {
    return fail(ErrorCode::kInvalid, "a release's digest is not 32 bytes");
  }
  out.after = read_texts(in.getAfter());
  if (in.hasHealth()) out.health = read_health(in.getHealth());
  return out;
}

void write_release(const Release& release, state_schema::Release::Builder out) {
  out.setVersion(text_reader(release.version));
  out.setDigest(data_of(release.digest.view()));
  out.setDeployer(text_reader(release.deployer));
  if (!release.config.empty()) out.setConfig(data_of(release.config));
  if (!release.after.empty()) write_texts(release.after, out.initAfter(count_of(release.after)));
  if (!release.health.command.empty()) write_health(release.health, out.initHealth());
}

Result<ArtefactAssignment> read_assignment(Target target,
                                           state_schema::ArtefactAssignment::Reader in) {
  ArtefactAssignment out{std::move(target), Sequence(in.getSequence()), std::nullopt};
  if (!in.hasRelease()) return out;
  auto release = read_release(in.getRelease());
  if (!release) return tl::unexpected<Error>(release.error());
  out.release = std::move(*release);
  return out;
}

Result<ArtefactAssignment> read_whole_assignment(state_schema::ArtefactAssignment::Reader in) {
  auto target = read_target(in.getTarget());
  if (!target) return tl::unexpected<Error>(target.error());
  return read_assignment(*std::move(target), in);
}

void write_assignment(const ArtefactAssignment& assignment,
                      state_schema::ArtefactAssignment::Builder out) {
  write_head(assignment, out);
  if (assignment.release) write_release(*assignment.release, out.initRelease());
}

Result<RunAssignment> read_assignment(Target target, state_schema::RunAssignment::Reader in) {
  return RunAssignment{std::move(target), Sequence(in.getSequence()), in.getRunning()};
}

Result<PropertyAssignment> read_assignment(Target target,
                                           state_schema::PropertyAssignment::Reader in) {
  PropertyAssignment out{std::move(target), Sequence(in.getSequence()), std::nullopt};
  if (in.hasValue()) out.value = text_of(in.getValue());
  return out;
}

Labels read_labels(capnp::List<state_schema::Label>::Reader in) {
  Labels out;
  for (auto label : in) out.insert_or_assign(text_of(label.getName()), text_of(label.getValue()));
  return out;
}

void write_labels(const Labels& labels, capnp::List<state_schema::Label>::Builder out) {
  unsigned i = 0;
  for (const auto& [name, value] : labels) {
    out[i].setName(text_reader(name));
    out[i].setValue(text_reader(value));
    ++i;
  }
}

Result<MemberRow> read_member(state_schema::MemberRow::Reader in) {
  MemberRow row;
  row.id = MemberId(in.getId());
  row.name = text_of(in.getName());
  if (!row.server_id.assign(view_of(in.getServerId()))) {
    return fail(ErrorCode::kInvalid, "a member's server id is not 16 bytes");
  }
  row.participant = text_of(in.getParticipant());
  row.replica = in.getReplica();
  row.own_labels = read_labels(in.getOwnLabels());
  row.operator_labels = read_labels(in.getOperatorLabels());
  return row;
}

void write_member(const MemberRow& row, state_schema::MemberRow::Builder out) {
  out.setId(row.id.value);
  out.setName(text_reader(row.name));
  out.setServerId(data_of(row.server_id.view()));
  out.setParticipant(text_reader(row.participant));
  out.setReplica(row.replica);
  write_labels(row.own_labels, out.initOwnLabels(count_of(row.own_labels)));
  write_labels(row.operator_labels, out.initOperatorLabels(count_of(row.operator_labels)));
}

Bytes encode(const ArtefactRow& row) {
  return canonical_bytes<state_schema::ArtefactRow>([&](auto& out) {
    auto releases = out.initReleases(count_of(row.releases));
    for (unsigned i = 0; i < row.releases.size(); ++i) {
      write_assignment(row.releases[i], releases[i]);
    }
    out.setRollout(row.rollout.value);
  });
}

Bytes encode(const RunRow& row) {
  return canonical_bytes<state_schema::RunRow>([&](auto& out) {
    auto runs = out.initRuns(count_of(row.runs));
    for (unsigned i = 0; i < row.runs.size(); ++i) {
      auto item = runs[i];
      write_head(row.runs[i], item);
      item.setRunning(row.runs[i].running);
    }
  });
}

Bytes encode(const PropertyRow& row) {
  return canonical_bytes<state_schema::PropertyRow>([&](auto& out) {
    auto values = out.initValues(count_of(row.values));
    for (unsigned i = 0; i < row.values.size(); ++i) {
      auto item = values[i];
      write_head(row.values[i], item);
      if (row.values[i].value) item.setValue(text_reader(*row.values[i].value));
    }
  });
}

Bytes encode(const MemberRow& row) {
  return canonical_bytes<state_schema::MemberRow>([&](auto& out) { write_member(row, out); });
}

Result<ArtefactRow> decode_artefact_row(ByteView bytes) {
  return with_capnp("artefact row", [&]() -> Result<ArtefactRow> {
    CanonicalReader reader(bytes);
    const auto in = reader.root<state_schema::ArtefactRow>();
    auto releases = read_assignments<ArtefactAssignment>(in.getReleases());
    if (!releases) return tl::unexpected<Error>(releases.error());
    return ArtefactRow{std::move(*releases), Sequence(in.getRollout())};
  });
}

Result<RunRow> decode_run_row(ByteView bytes) {
  return with_capnp("run row", [&]() -> Result<RunRow> {
    CanonicalReader reader(bytes);
    auto runs = read_assignments<RunAssignment>(reader.root<state_schema::RunRow>().getRuns());
    if (!runs) return tl::unexpected<Error>(runs.error());
    return RunRow{std::move(*runs)};
  });
}

Result<PropertyRow> decode_property_row(ByteView bytes) {
  return with_capnp("property row", [&]() -> Result<PropertyRow> {
    CanonicalReader reader(bytes);
    auto values =
        read_assignments<PropertyAssignment>(reader.root<state_schema::PropertyRow>().getValues());
    if (!values) return tl::unexpected<Error>(values.error());
    return PropertyRow{std::move(*values)};
  });
}

Result<MemberRow> decode_member_row(ByteView bytes) {
  return with_capnp("member row", [&]() -> Result<MemberRow> {
    CanonicalReader reader(bytes);
    return read_member(reader.root<state_schema::MemberRow>());
  });
}

Status check_state_row(std::string_view key, ByteView value) {
  const auto corrupt = [&](std::string_view why) {
    return fail(ErrorCode::kCorrupt, "row " + std::string(key) + ": " + std::string(why));
  };
  Status read;
  if (artefact_name(key)) read = decode_artefact_row(value).map([](const auto&) {});
  if (run_name(key)) read = decode_run_row(value).map([](const auto&) {});
  if (rollout_in(key)) {
    const auto row = decode_rollout_row(value);
    if (!row) return corrupt(row.error().text);
    if (rollout_key(row->assignment.sequence) != key) return corrupt("it is about another rollout");
  }
  if (property_name(key)) read = decode_property_row(value).map([](const auto&) {});
  if (key.starts_with(kMemberPrefix)) {
    const auto row = decode_member_row(value);
    if (!row) return corrupt(row.error().text);
    if (member_key(row->id) != key) return corrupt("it is about another member");
  }
  if (key.starts_with(kCataloguePrefix)) {
    if (!catalogue_name(key)) return corrupt("it names no version of an artefact");
    read = decode_catalogue_row(value).map([](const auto&) {});
  }
  if (!read) return corrupt(read.error().text);
  return {};
}

ArtefactRow artefact_row(const GroupState& state, std::string_view name) {
  return row_or(state, artefact_key(name), decode_artefact_row, ArtefactRow{});
}
RunRow run_row(const GroupState& state, std::string_view artefact) {
  return row_or(state, run_key(artefact), decode_run_row, RunRow{});
}
PropertyRow property_row(const GroupState& state, std::string_view key) {
  return row_or(state, property_key(key), decode_property_row, PropertyRow{});
}
std::optional<MemberRow> member_row(const GroupState& state, MemberId id) {
  const std::string key = member_key(id);
  if (state.find(key) == nullptr) return std::nullopt;
  return row_or(state, key, decode_member_row, MemberRow{});
}

std::vector<MemberRow> roster(const GroupState& state) {
  std::vector<MemberRow> members;
  for (auto at = state.lower_bound(kMemberPrefix);
       at != state.end() && at->first.starts_with(kMemberPrefix); ++at) {
    auto row = decode_member_row(at->second);
    GROUPCTL_INVARIANT(row.has_value(), "the state's value of " + at->first + " does not decode");
    members.push_back(std::move(*row));
  }
  return members;
}

}  // namespace groupctl
