#include <algorithm>

#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/state/row_codec.h"
#include "commands/state/target.h"
#include "commands/system/rows.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {
namespace {

static_assert(kJoinedKind == kind_of<payload::Joined>());
static_assert(kLabelledKind == kind_of<payload::Labelled>());
static_assert(kLeftKind == kind_of<payload::Left>());

using Keys = Result<std::vector<std::string>>;

tl::unexpected<Error> unknown_member(MemberId id) {
  return fail(ErrorCode::kNotFound, "the roster has no member with id " + std::to_string(id.value));
}

bool always_counts(const Entry&, const GroupState&, const MemberRow&) { return true; }

/// Who has this name or server id already. Reads no more of a row than these, since a storm of
/// joiners asks for each of them.
Result<std::optional<std::string>> holder_of(const GroupState& state, const MemberRow& row) {
  using Holder = std::optional<std::string>;
  return with_capnp("roster", [&]() -> Result<Holder> {
    for (auto at = state.lower_bound("member/");
         at != state.end() && at->first.starts_with("member/"); ++at) {
      CanonicalReader reader(at->second);
      auto in = reader.root<state_schema::MemberRow>();
      const ByteView server = view_of(in.getServerId());
      if (std::equal(server.begin(), server.end(), row.server_id.bytes.begin(),
                     row.server_id.bytes.end())) {
        return Holder("server id " + row.server_id.hex());
      }
      auto name = in.getName();
      if (std::string_view(name.cStr(), name.size()) == row.name) {
        return Holder("name " + row.name);
      }
    }
    return Holder();
  });
}

Status check_row(const MemberRow& row) {
  if (!is_name(row.name)) return fail(ErrorCode::kInvalid, "\"" + row.name + "\" is no name");
  if (!is_name(row.participant)) {
    return fail(ErrorCode::kInvalid, "\"" + row.participant + "\" is no participant name");
  }
  if (!row.server_id) return fail(ErrorCode::kInvalid, "a member needs a server id");
  if (auto labels = check_labels(row.own_labels); !labels) return labels;
  return check_labels(row.operator_labels);
}

/// The entry's own sequence is not in its payload, so JOINED can name no key.
Keys joined_keys(ByteView) { return std::vector<std::string>{}; }

Result<StateChanges> apply_joined(const Entry& entry, const GroupState& state) {
  auto row = read_payload<payload::Joined>("JOINED", entry.payload,
                                           [](auto in) { return read_member(in.getRow()); });
  if (!row) return tl::unexpected<Error>(row.error());
  if (auto valid = check_row(*row); !valid) return fail("JOINED", valid.error());
  auto holder = holder_of(state, *row);
  GROUPCTL_INVARIANT(holder.has_value(), "the roster does not decode");
  if (*holder) return fail(ErrorCode::kConflict, "the roster has the " + **holder + " already");
  row->id = MemberId(entry.sequence.value);
  return StateChanges{{member_key(row->id), encode(*row)}};
}

struct Relabelling {
  MemberId id;
  bool by_operator = false;
  Labels labels;
};

Result<Relabelling> read_labelled(ByteView payload) {
  return read_payload<payload::Labelled>("LABELLED", payload, [](auto in) -> Result<Relabelling> {
    if (in.getOwner() > payload::Labelled::Owner::OPERATOR) {
      return fail(ErrorCode::kUnsupported, "LABELLED: an owner of a newer version");
    }
    Relabelling read{MemberId(in.getId()), in.getOwner() == payload::Labelled::Owner::OPERATOR,
                     read_labels(in.getLabels())};
    if (read.by_operator == static_cast<bool>(read.id)) {
      return fail(ErrorCode::kInvalid, "LABELLED: the member's own name an id, an operator's none");
    }
    if (read.by_operator && read.labels.empty()) {
      return fail(ErrorCode::kInvalid, "LABELLED: no label");
    }
    return read;
  });
}

/// The operator's form names no key: whom it changes is its target's business.
Keys labelled_keys(ByteView payload) {
  auto read = read_labelled(payload);
  if (!read) return tl::unexpected<Error>(read.error());
  if (read->by_operator) return std::vector<std::string>{};
  return std::vector<std::string>{member_key(read->id)};
}

Status relabel(MemberRow& row, const Labels& labels) {
  for (const auto& [name, value] : labels) {
    if (value.empty()) {
      row.operator_labels.erase(name);
    } else {
      row.operator_labels.insert_or_assign(name, value);
    }
  }
  if (row.operator_labels.size() <= kMaxOperatorLabels) return {};
  return fail(ErrorCode::kRefused, "member " + row.name + " would have more than " +
                                       std::to_string(kMaxOperatorLabels) +
                                       " labels of the operator's");
}

Result<StateChanges> relabel_all(const Target& target, const Labels& labels,
                                 const GroupState& state) {
  StateChanges changes;
  for (MemberRow& row : roster(state)) {
    if (!matches(target, row)) continue;
    const Labels before = row.operator_labels;
    if (auto done = relabel(row, labels); !done) return tl::unexpected<Error>(done.error());
    if (row.operator_labels != before) changes.push_back({member_key(row.id), encode(row)});
  }
  return changes;
}

Result<StateChanges> apply_labelled(const Entry& entry, const GroupState& state) {
  auto wanted = read_labelled(entry.payload);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  if (auto valid = check_labels(wanted->labels); !valid) return fail("LABELLED", valid.error());
  if (wanted->by_operator) return relabel_all(entry.target, wanted->labels, state);
  auto row = member_row(state, wanted->id);
  if (!row) return unknown_member(wanted->id);
  row->own_labels = std::move(wanted->labels);
  return StateChanges{{member_key(row->id), encode(*row)}};
}

struct Departing {
  MemberId id;       ///< evicted: none
  std::string name;  ///< evicted
};

Result<Departing> read_left(ByteView payload) {
  return read_payload<payload::Left>("LEFT", payload, [](auto in) -> Result<Departing> {
    if (in.getCause() > payload::Left::Cause::EVICTED) {
      return fail(ErrorCode::kUnsupported, "LEFT: a cause of a newer version");
    }
    Departing read{MemberId(in.getId()), text_of(in.getName())};
    const bool evicted = in.getCause() == payload::Left::Cause::EVICTED;
    if (evicted ? read.id || read.name.empty() : !read.id || !read.name.empty()) {
      return fail(ErrorCode::kInvalid, "LEFT: who is evicted is named, who leaves has its id");
    }
    return read;
  });
}

Keys left_keys(ByteView payload) {
  auto read = read_left(payload);
  if (!read) return tl::unexpected<Error>(read.error());
  if (!read->id) return std::vector<std::string>{};
  return std::vector<std::string>{member_key(read->id)};
}

/// Reads no more of a row than its name, since many may be evicted at once.
Result<std::optional<MemberId>> find_name(const std::string& name, const GroupState& state) {
  using Found = std::optional<MemberId>;
  return with_capnp("roster", [&]() -> Result<Found> {
    for (auto at = state.lower_bound("member/");
         at != state.end() && at->first.starts_with("member/"); ++at) {
      CanonicalReader reader(at->second);
      auto has = reader.root<state_schema::MemberRow>().getName();
      if (std::string_view(has.cStr(), has.size()) == name) return member_in(at->first);
    }
    return Found();
  });
}

Result<MemberId> id_of(const std::string& name, const GroupState& state) {
  const auto found = find_name(name, state);
  GROUPCTL_INVARIANT(found.has_value(), "the roster does not decode");
  if (*found) return **found;
  std::vector<std::string> names;
  for (const MemberRow& row : roster(state)) names.push_back(row.name);
  return fail(ErrorCode::kNotFound, no_such_member(name, names));
}

/// Assignments to this member alone stay in their lists: its id is never given out again, so they
/// match nobody, and looking for them would make LEFT cost the whole state.
Result<StateChanges> apply_left(const Entry& entry, const GroupState& state) {
  auto who = read_left(entry.payload);
  if (!who) return tl::unexpected<Error>(who.error());
  const auto id = who->id ? Result<MemberId>(who->id) : id_of(who->name, state);
  if (!id) return tl::unexpected<Error>(id.error());
  std::string key = member_key(*id);
  if (state.find(key) == nullptr) return unknown_member(*id);
  return StateChanges{{std::move(key), std::nullopt}};
}

bool labelled_by_operator(ByteView payload) {
  const auto read = read_labelled(payload);
  return read && read->by_operator;
}
bool left_by_operator(ByteView payload) { return evicted_by(kLeftKind, payload).has_value(); }

}  // namespace

std::vector<ApplyRow> system::apply_rows() {
  std::vector<ApplyRow> rows{
      {kJoinedKind, "JOINED", EntryClass::kState, true, joined_keys, apply_joined, always_counts},
      {kLabelledKind, "LABELLED", EntryClass::kState, true, labelled_keys, apply_labelled,
       always_counts},
      {kLeftKind, "LEFT", EntryClass::kState, true, left_keys, apply_left, always_counts},
      catalogued_apply_row()};
  rows[1].by_operator = labelled_by_operator;
  rows[2].by_operator = left_by_operator;
  for (const ApplyRow& row : rollout_apply_rows()) rows.push_back(row);
  return rows;
}

bool changes_roster(KindId kind) {
  return kind == kJoinedKind || kind == kLabelledKind || kind == kLeftKind;
}

std::optional<std::string> evicted_by(KindId kind, ByteView payload) {
  if (kind != kLeftKind) return std::nullopt;
  const auto read = read_left(payload);
  return read && !read->id ? std::optional(read->name) : std::nullopt;
}

}  // namespace groupctl
