#include "coordinator/access.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/planted_bug.h"
#include "wire/network.h"

namespace groupctl {
namespace {

constexpr std::string_view kPrefix = "key/";

bool is_persons(KeyRole role) {
  return role == KeyRole::kReader || role == KeyRole::kOperator || role == KeyRole::kAdmin;
}

/// Many have such a key.
bool is_shared(KeyRole role) { return role == KeyRole::kGuest || role == KeyRole::kToken; }

Admission admission_of(KeyRole role) {
  const bool asks = is_shared(role);
  const bool member = role == KeyRole::kMember;
  return {.member = member || asks,
          .admin = is_persons(role) || asks,
          .command = member,
          .shared = asks};
}

Standing standing_of(const KeyInfo& info, GroupTime now) {
  switch (info.state) {
    case KeyState::kPending:
      return Standing::kPending;
    case KeyState::kAccepted: {
      const bool over = info.until && now >= info.until;
      return over ? Standing::kExpired : Standing::kAccepted;
    }
    case KeyState::kRejected:
      return Standing::kRejected;
    case KeyState::kRevoked:
      return Standing::kRevoked;
  }
  return Standing::kUnknown;
}

/// Tokens, members and people are called apart.
bool has_name_of(const KeyInfo& info, const std::string& name, KeyRole role) {
  const bool same_kind = is_persons(info.role) ? is_persons(role) : info.role == role;
  return same_kind && info.name == name;
}

/// When a row is to be looked at; 0: never.
GroupTime end_of(const KeyInfo& info) {
  if (info.state == KeyState::kPending || info.state == KeyState::kRejected) {
    return GroupTime(info.since.value + Access::kPendingMs);
  }
  return info.state == KeyState::kAccepted ? info.until : GroupTime();
}

}  // namespace

RowKey key_row(const PublicKey& key) { return {Table::kMeta, std::string(kPrefix) + key.hex()}; }

Result<Access> Access::load(const Store& store, bool open) {
  Access access(open);
  Status sound;
  const Status read = store.for_each(Table::kMeta, kPrefix, [&](std::string_view, ByteView value) {
    auto info = decode_key_info(value);
    if (info) {
      access.keys_[info->key] = *std::move(info);
    } else {
      sound = tl::unexpected<Error>(info.error());
    }
    return info.has_value();
  });
  if (!read) return tl::unexpected<Error>(read.error());
  if (!sound) return tl::unexpected<Error>(sound.error());
  access.admit_anew();
  return access;
}

const KeyInfo* Access::find(const PublicKey& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &found->second;
}

std::uint32_t Access::pending() const {
  return static_cast<std::uint32_t>(std::count_if(keys_.begin(), keys_.end(), [](const auto& key) {
    return key.second.state == KeyState::kPending;
  }));
}

// ---- who may

Caller Access::caller(const Peer& peer, GroupTime now) const {
  if (open_ || peer.local) return {true, KeyRole::kAdmin, Standing::kAccepted, {}};
  const KeyInfo* info = find(peer.key);
  if (info == nullptr) return {};
  const bool once = planted(PlantedBug::kRevokedKeyStillAccepted);
  return {false, info->role, once ? Standing::kAccepted : standing_of(*info, now), info->name};
}

std::optional<Error> Access::refusal(const Caller& caller, Verb verb) {
  if (caller.trusted || is_allowed(caller.role, caller.standing, verb)) return std::nullopt;
  if (planted(PlantedBug::kRoleNotAsked) && caller.standing == Standing::kAccepted) {
    return std::nullopt;
  }
  if (caller.standing != Standing::kAccepted) {
    return Error{ErrorCode::kKeyRefused,
                 fmt::format("this key is not let in: it is {}", to_word(caller.standing))};
  }
  return Error{ErrorCode::kNotAllowed,
               fmt::format("the key of {} has the role {}, which may not {}", caller.name,
                           to_word(caller.role), to_phrase(verb))};
}

// ---- being let in

/// The key that is let in under this name, if there is one.
const KeyInfo* Access::holder_of(const std::string& name, KeyRole role) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& entry) {
    const KeyInfo& info = entry.second;
    return info.state == KeyState::kAccepted && !info.until && has_name_of(info, name, role);
  });
  return found == keys_.end() ? nullptr : &found->second;
}

/// The key that this one has replaced, while that is let in.
const KeyInfo* Access::former_of(const KeyInfo& own) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& entry) {
    const KeyInfo& info = entry.second;
    return info.state == KeyState::kAccepted && info.until && info.key != own.key &&
           has_name_of(info, own.name, own.role);
  });
  return found == keys_.end() ? nullptr : &found->second;
}

Status Access::check_name_free(const KeyInfo& wanted) const {
  const KeyInfo* holder = holder_of(wanted.name, wanted.role);
  if (holder == nullptr || holder->key == wanted.key) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("{} has another key, {}", wanted.name, fingerprint(holder->key)));
}

/// Who has a token may not take a name that anybody has had, be it that the key ends or was
/// revoked.
Status Access::check_name_unused(const KeyInfo& wanted) const {
  const auto known = std::find_if(keys_.begin(), keys_.end(), [&](const auto& entry) {
    const KeyInfo& info = entry.second;
    const bool counts = info.state == KeyState::kAccepted || info.state == KeyState::kRevoked;
    return counts && info.key != wanted.key && has_name_of(info, wanted.name, wanted.role);
  });
  if (known == keys_.end()) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("{} has another key, {}, {}", wanted.name, fingerprint(known->first),
                          to_word(known->second.state)));
}

Status Access::check_room() const {
  if (keys_.size() < kMaxKeys) return {};
  return fail(ErrorCode::kBusy, fmt::format("there are {} keys already", kMaxKeys));
}

Status Access::check_room_to_wait(const std::string& address) const {
  if (pending() >= kMaxPending) return fail(ErrorCode::kBusy, "too many keys wait to be accepted");
  const std::string network = network_of(address);
  const auto theirs = std::count_if(keys_.begin(), keys_.end(), [&](const auto& key) {
    return key.second.state == KeyState::kPending && network_of(key.second.from) == network;
  });
  if (static_cast<std::size_t>(theirs) < kMaxPendingOfAddress) return {};
  return fail(ErrorCode::kBusy, "too many keys from " + address + " wait to be accepted");
}

Result<Enrolled> Access::enrol(const Peer& asker, const Enrol& enrol, KeyRole role, GroupTime now,
                               RowChanges& rows) {
  const KeyInfo* known = find(enrol.key);
  if (known != nullptr && !is_shared(known->role) && known->state != KeyState::kPending) {
    const bool anothers = !has_name_of(*known, enrol.name, role);
    if (anothers && known->state == KeyState::kAccepted) {
      return fail(ErrorCode::kConflict, "that key is let in, and not for this");
    }
    return Enrolled{known->state, known->message};
  }
  if (known != nullptr && known->state != KeyState::kPending) {
    return fail(ErrorCode::kInvalid, "that key is for letting in others");
  }
  KeyInfo wanted{enrol.key,     enrol.name, role, KeyState::kPending, now, {}, 0,
                 asker.address, {},         {}};
  const KeyInfo* token = find(asker.key);
  const bool with_token = token != nullptr && token->role == KeyRole::kToken && !asker.local;
  if (const auto free = check_name_unused(wanted); with_token && free) {
    if (auto room = check_room(); !room) return tl::unexpected<Error>(room.error());
    wanted.state = KeyState::kAccepted;
    wanted.by = "token " + token->name;
    if (auto spent = spend_token(asker.key, rows); !spent) {
      return tl::unexpected<Error>(spent.error());
    }
    put(wanted, rows);
    return Enrolled{KeyState::kAccepted, {}};
  } else if (!free) {
    wanted.message = free.error().text;
  }
  // Asked again, with the same name: nothing to write.
  if (known != nullptr && known->name == enrol.name) return Enrolled{known->state, known->message};
  if (known == nullptr) {
    if (auto room = check_room_to_wait(asker.address); !room) {
      return tl::unexpected<Error>(room.error());
    }
  }
  // Else whoever renames it each day has its place for ever.
  if (known != nullptr) wanted.since = known->since;
  put(wanted, rows);
  return Enrolled{KeyState::kPending, wanted.message};
}

Status Access::spend_token(const PublicKey& token, RowChanges& rows) {
  KeyInfo info = keys_.at(token);
  if (info.uses_left == 0) return fail(ErrorCode::kRefused, "the token has been used up");
  if (--info.uses_left == 0) {
    erase(token, rows);
    admit_anew();
  } else {
    put(std::move(info), rows);
  }
  return {};
}

Result<Enrolled> Access::rotate(const Peer& peer, const RotateKey& rotate, GroupTime now,
                                RowChanges& rows) {
  const KeyInfo* own = find(peer.key);
  if (own == nullptr) return fail(ErrorCode::kInvalid, "without a key there is none to replace");
  if (const KeyInfo* known = find(rotate.key)) {
    const bool again =
        known->state == KeyState::kAccepted && known->name == own->name && known->role == own->role;
    if (again) return Enrolled{KeyState::kAccepted, {}};
    return fail(ErrorCode::kConflict, "the new key is known already");
  }
  // Else whoever has a key that was replaced could keep it for ever.
  if (own->until) {
    return fail(ErrorCode::kConflict, "this key ends: only one without an end is replaced so");
  }
  // Else one stolen key becomes as many as there is room for.
  if (const KeyInfo* former = former_of(*own)) {
    return fail(ErrorCode::kConflict,
                fmt::format("the key before this one, {}, is let in still: one of them has to end "
                            "first",
                            fingerprint(former->key)));
  }
  if (auto room = check_room(); !room) return tl::unexpected<Error>(room.error());
  KeyInfo next = *own;
  next.key = rotate.key;
  next.since = now;
  next.by = own->name;
  next.message = "in place of " + fingerprint(own->key);
  KeyInfo former = *own;
  former.until = GroupTime(now.value + kGraceMs);
  put(std::move(former), rows);
  put(std::move(next), rows);
  return Enrolled{KeyState::kAccepted, {}};
}

// ---- what operators say

Result<KeyInfo> Access::add(const ChangeKey& change, GroupTime now) const {
  if (!change.role || change.name.empty()) {
    return fail(ErrorCode::kInvalid, "a new key takes a name and a role");
  }
  const bool token = *change.role == KeyRole::kToken;
  if (token != (change.uses > 0)) {
    return fail(ErrorCode::kInvalid, "a token lets in at least one, and only a token lets in");
  }
  if (change.ttl_ms > kMaxTtlMs || (token && change.ttl_ms == 0)) {
    return fail(ErrorCode::kInvalid, "a token ends, and no end is further away than ten years");
  }
  if (auto room = check_room(); !room) return tl::unexpected<Error>(room.error());
  KeyInfo info;
  info.key = change.key;
  info.name = change.name;
  info.role = *change.role;
  info.state = KeyState::kAccepted;
  info.uses_left = change.uses;
  if (change.ttl_ms != 0) info.until = GroupTime(now.value + change.ttl_ms);
  return info;
}

/// A key that many have is for asking to be let in: with another role it would let in all of them.
Status Access::check_stays_shared(const ChangeKey& change, const KeyInfo& known) {
  const KeyRole role = change.role.value_or(known.role);
  const std::string& name = change.name.empty() ? known.name : change.name;
  if (!is_shared(known.role) && !is_shared(role)) return {};
  if (role == known.role && name == known.name) return {};
  return fail(ErrorCode::kConflict,
              is_shared(known.role)
                  ? fmt::format("the key of {} is for asking to be let in, and nothing else", name)
                  : fmt::format("the key of {} is a {}'s, and no {}", name, to_word(known.role),
                                to_word(role)));
}

KeyInfo Access::accept(const ChangeKey& change, const KeyInfo& known) {
  KeyInfo info = known;
  info.state = KeyState::kAccepted;
  if (!change.name.empty()) info.name = change.name;
  if (change.role) info.role = *change.role;
  if (info.role != KeyRole::kToken) info.until = {};
  return info;
}

/// All that are let in under the name, those that have been replaced already, too.
void Access::revoke_holders(const KeyInfo& of, const std::string& by, GroupTime now,
                            RowChanges& rows) {
  std::vector<KeyInfo> former;
  for (const auto& [key, info] : keys_) {
    const bool holds = info.state == KeyState::kAccepted && has_name_of(info, of.name, of.role);
    if (holds && key != of.key) former.push_back(info);
  }
  for (KeyInfo& info : former) {
    info.state = KeyState::kRevoked;
    info.since = now;
    info.by = by;
    info.message = "replaced by " + fingerprint(of.key);
    put(std::move(info), rows);
  }
}

/// The key as it is to be; where that is so already, as it is.
Result<KeyInfo> Access::wanted(const ChangeKey& change, GroupTime now) const {
  using What = ChangeKey::What;
  const KeyInfo* known = find(change.key);
  if (change.what == What::kAdd && known == nullptr) return add(change, now);
  if (known == nullptr) {
    return fail(ErrorCode::kNotFound, change.what == What::kAccept
                                          ? "nobody asks to be let in with that key"
                                          : "there is no such key");
  }
  const bool is_added = change.what == What::kAdd && known->state == KeyState::kAccepted &&
                        known->name == change.name && known->role == change.role;
  if (is_added) return *known;
  if (change.what == What::kAdd || change.what == What::kAccept) {
    if (auto same = check_stays_shared(change, *known); !same) {
      return tl::unexpected<Error>(same.error());
    }
    const bool other_role = change.role && *change.role != known->role;
    if (known->state == KeyState::kAccepted && other_role && !change.replace) {
      return fail(ErrorCode::kConflict,
                  fmt::format("{} is let in as {}: to be {} instead takes --replace", known->name,
                              to_word(known->role), to_word(*change.role)));
    }
    return accept(change, *known);
  }
  KeyInfo info = *known;
  info.state = change.what == What::kReject ? KeyState::kRejected : KeyState::kRevoked;
  const bool may_reject = known->state == KeyState::kPending || known->state == info.state;
  if (info.state == KeyState::kRejected && !may_reject) {
    return fail(ErrorCode::kConflict, fmt::format("the key of {} does not wait: it is {}",
                                                  known->name, to_word(known->state)));
  }
  return info;
}

Result<KeyInfo> Access::change(const ChangeKey& change, const std::string& by, GroupTime now,
                               RowChanges& rows) {
  const KeyInfo* known = find(change.key);
  Result<KeyInfo> next = wanted(change, now);
  if (!next || (known != nullptr && *next == *known)) return next;
  if (next->state == KeyState::kAccepted) {
    if (auto free = check_name_free(*next); !free && !change.replace) {
      return tl::unexpected<Error>(free.error());
    }
    if (change.replace) revoke_holders(*next, by, now, rows);
  }
  next->since = now;
  next->by = by;
  next->message = change.message;
  put(*next, rows);
  return next;
}

// ---- rows

void Access::move_guests(const PublicKey& key, RowChanges& rows) {
  const auto is_former = [&](const auto& entry) {
    return entry.second.role == KeyRole::kGuest && entry.first != key;
  };
  const auto former = std::find_if(keys_.begin(), keys_.end(), is_former);
  if (former == keys_.end() || keys_.contains(key)) return;
  KeyInfo info = former->second;
  erase(info.key, rows);
  info.key = key;
  put(std::move(info), rows);
}

bool Access::expire(GroupTime now, RowChanges& rows) {
  if (!due_ || now < *due_) return false;
  std::vector<PublicKey> over;
  for (const auto& [key, info] : keys_) {
    const GroupTime end = end_of(info);
    if (end && now >= end) over.push_back(key);
  }
  for (const PublicKey& key : over) erase(key, rows);
  admit_anew();
  return !over.empty();
}

/// Of a key that is not let in, neither before nor now, only the end counts: a stranger may have it
/// written often.
void Access::put(KeyInfo info, RowChanges& rows) {
  rows[key_row(info.key)] = encode(info);
  KeyInfo& row = keys_[info.key];
  const bool was_let_in = row.state == KeyState::kAccepted;
  row = std::move(info);
  if (was_let_in || row.state == KeyState::kAccepted) return admit_anew();
  if (const GroupTime end = end_of(row); end && (!due_ || end < *due_)) due_ = end;
}

void Access::erase(const PublicKey& key, RowChanges& rows) {
  rows[key_row(key)] = std::nullopt;
  keys_.erase(key);
}

std::optional<KeyState> Access::key_of_member(const std::string& name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? std::nullopt : std::optional(found->second);
}

void Access::admit_anew() {
  ++let_in_changes_;
  auto admitted = std::make_shared<Admissions>();
  due_.reset();
  members_.clear();
  for (const auto& [key, info] : keys_) {
    const bool let_in = info.state == KeyState::kAccepted;
    if (let_in) (*admitted)[key] = admission_of(info.role);
    if (info.role == KeyRole::kMember) {
      KeyState& state = members_.try_emplace(info.name, info.state).first->second;
      if (let_in) state = info.state;
    }
    const GroupTime end = end_of(info);
    if (end && (!due_ || end < *due_)) due_ = end;
  }
  if (*admitted != *admissions_) admissions_ = std::move(admitted);
}

}  // namespace groupctl
