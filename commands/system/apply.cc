#include <algorithm>

#include "commands/payload.h"
#include "commands/state/names.h"
#include "commands/state/row_codec.h"
#include "commands/system/rows.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {
namespace {

static_assert(kJoinedKind == kind_of<payload::Joined>());
static_assert(kLabelledKind == kind_of<payload::Labelled>());
static_assert(kLeftKind == kind_of<payload::Left>());

using Keys = Result<std::vector<std::string>>;

template <class Schema>
Result<MemberId> id_in(std::string_view command, ByteView payload) {
  return read_payload<Schema>(command, payload,
                              [](auto in) -> Result<MemberId> { return MemberId(in.getId()); });
}

/// "member/ID" of LABELLED and LEFT.
template <class Schema>
Keys keys_of_member(ByteView payload) {
  auto id = id_in<Schema>("member", payload);
  if (!id) return tl::unexpected<Error>(id.error());
  return std::vector<std::string>{member_key(*id)};
}

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
    return Relabelling{MemberId(in.getId()), in.getOwner() == payload::Labelled::Owner::OPERATOR,
                       read_labels(in.getLabels())};
  });
}

Result<StateChanges> apply_labelled(const Entry& entry, const GroupState& state) {
  auto wanted = read_labelled(entry.payload);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  if (auto valid = check_labels(wanted->labels); !valid) return fail("LABELLED", valid.error());
  auto row = member_row(state, wanted->id);
  if (!row) return unknown_member(wanted->id);
  if (!wanted->by_operator) {
    row->own_labels = std::move(wanted->labels);
  } else {
    for (auto& [name, value] : wanted->labels) {
      if (value.empty()) {
        row->operator_labels.erase(name);
      } else {
        row->operator_labels.insert_or_assign(name, std::move(value));
      }
    }
  }
  return StateChanges{{member_key(row->id), encode(*row)}};
}

/// Assignments to this member alone stay in their lists: its id is never given out again, so they
/// match nobody, and looking for them would make LEFT cost the whole state.
Result<StateChanges> apply_left(const Entry& entry, const GroupState& state) {
  auto id = id_in<payload::Left>("LEFT", entry.payload);
  if (!id) return tl::unexpected<Error>(id.error());
  std::string key = member_key(*id);
  if (state.find(key) == nullptr) return unknown_member(*id);
  return StateChanges{{std::move(key), std::nullopt}};
}

}  // namespace

std::vector<ApplyRow> system::apply_rows() {
  return {
      {kJoinedKind, "JOINED", EntryClass::kState, true, joined_keys, apply_joined, always_counts},
      {kLabelledKind, "LABELLED", EntryClass::kState, true, keys_of_member<payload::Labelled>,
       apply_labelled, always_counts},
      {kLeftKind, "LEFT", EntryClass::kState, true, keys_of_member<payload::Left>, apply_left,
       always_counts}};
}

Bytes joined_payload(const MemberRow& row) {
  return make_payload<payload::Joined>([&](auto out) {
    write_member(row, out.initRow());
    out.getRow().setId(0);
  });
}

Bytes labelled_payload(MemberId id, const Labels& labels, LabelOwner owner) {
  return make_payload<payload::Labelled>([&](auto out) {
    out.setId(id.value);
    out.setOwner(owner == LabelOwner::kOperator ? payload::Labelled::Owner::OPERATOR
                                                : payload::Labelled::Owner::MEMBER);
    write_labels(labels, out.initLabels(static_cast<unsigned>(labels.size())));
  });
}

Bytes left_payload(MemberId id, LeftCause cause) {
  return make_payload<payload::Left>([&](auto out) {
    out.setId(id.value);
    out.setCause(static_cast<payload::Left::Cause>(cause));  // the same order
  });
}

bool changes_roster(KindId kind) {
  return kind == kJoinedKind || kind == kLabelledKind || kind == kLeftKind;
}

std::optional<MemberId> subject_of(const Entry& entry) {
  if (entry.kind == kJoinedKind) return MemberId(entry.sequence.value);
  Result<MemberId> id = fail(ErrorCode::kNotFound, "no roster entry");
  if (entry.kind == kLabelledKind) id = id_in<payload::Labelled>("LABELLED", entry.payload);
  if (entry.kind == kLeftKind) id = id_in<payload::Left>("LEFT", entry.payload);
  return id ? std::optional(*id) : std::nullopt;
}

}  // namespace groupctl
