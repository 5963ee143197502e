#include "tests/simulation/world/true_keys.h"

#include <algorithm>

#include "commands/state/rows.h"
#include "wire/question_messages.h"

namespace groupctl::sim {
namespace {

constexpr std::string_view kKeyRows = "key/";

using Roles = std::set<KeyRole>;
const Roles kLookOn = {KeyRole::kReader, KeyRole::kOperator, KeyRole::kAdmin};
const Roles kWork = {KeyRole::kOperator, KeyRole::kAdmin};
const Roles kRule = {KeyRole::kAdmin};
const Roles kAsk = {KeyRole::kToken, KeyRole::kGuest};
const Roles kHaveOwn = {KeyRole::kMember, KeyRole::kReader, KeyRole::kOperator, KeyRole::kAdmin};

/// docs/security.md, once more and in other words than the coordinator's table.
struct WhoMay {
  Roles operator()(const Enrol&) const { return kAsk; }
  Roles operator()(const RotateKey&) const { return kHaveOwn; }
  // operators
  Roles operator()(const Submit&) const { return kWork; }
  Roles operator()(const PutArtefact&) const { return kWork; }
  Roles operator()(const PutChunk&) const { return kWork; }
  Roles operator()(const VerifyQuery&) const { return kWork; }
  Roles operator()(const CollectGarbage& m) const { return m.dry_run ? kLookOn : kWork; }
  Roles operator()(const MemberAsk& m) const {
    const auto question = decode_question(m.question);
    if (!question || std::holds_alternative<ReconcileQuestion>(*question)) return kWork;
    return std::holds_alternative<ForetellQuestion>(*question) ? kWork : kLookOn;
  }
  Roles operator()(const Foresee&) const { return kWork; }
  Roles operator()(const Predict&) const { return kWork; }
  // admins
  Roles operator()(const CreateGroup&) const { return kRule; }
  Roles operator()(const DeleteGroup&) const { return kRule; }
  Roles operator()(const ChangeKey&) const { return kRule; }
  Roles operator()(const Recover& m) const { return m.through ? kRule : kLookOn; }
  // whoever looks on
  template <class Query>
  Roles operator()(const Query&) const {
    return kLookOn;
  }
};

bool is_ours(const MemberMessage& message, KeyRole role) {
  if (std::holds_alternative<Enrol>(message)) return kAsk.contains(role);
  if (std::holds_alternative<RotateKey>(message)) return kHaveOwn.contains(role);
  return role == KeyRole::kMember;
}

struct KeyNamed {
  const PublicKey* operator()(const Enrol& m) const { return &m.key; }
  const PublicKey* operator()(const RotateKey& m) const { return &m.key; }
  const PublicKey* operator()(const ChangeKey& m) const { return &m.key; }
  template <class Other>
  const PublicKey* operator()(const Other&) const {
    return nullptr;
  }
};

}  // namespace

void TrueKeys::load(const Store& store, bool open) {
  open_ = open;
  rows_.clear();
  waiting_.clear();
  in_commit_.clear();
  store.for_each(Table::kMeta, kKeyRows, [&](std::string_view, ByteView value) {
    if (auto info = decode_key_info(value)) rows_[info->key] = *std::move(info);
    return true;
  });
}

void TrueKeys::handed_over() { in_commit_ = std::exchange(waiting_, {}); }

void TrueKeys::wrote(const Batch& batch) {
  for (const auto& [row, value] : batch.rows) {
    if (row.table != Table::kMeta || !row.key.starts_with(kKeyRows)) continue;
    PublicKey key;
    from_hex(std::string_view(row.key).substr(kKeyRows.size()), key.bytes);
    if (!value) {
      lose(key, batch.head.group_time);
      continue;
    }
    const auto info = decode_key_info(*value);
    if (info && info->key == key) {
      take(*info);
    } else {
      broken_ = "a key's row does not say that key";
    }
  }
}

/// One that ends is given longer by those alone who rule on keys.
void TrueKeys::take(const KeyInfo& info) {
  const KeyInfo* before = find(info.key);
  const bool lives = info.state == KeyState::kAccepted;
  const bool was_let_in = before != nullptr && before->state == KeyState::kAccepted;
  if (was_let_in && before->until && lives && info.by == before->by &&
      (!info.until || info.until > before->until)) {
    broken_ = "the key of " + info.name + " is let in for longer than was said";
  }
  if (lives && !was_let_in && info.by.starts_with("token ")) {
    trace_.sometimes("a member is let in by a token");
  }
  rows_[info.key] = info;
}

void TrueKeys::lose(const PublicKey& key, GroupTime now) {
  const KeyInfo* before = find(key);
  if (before != nullptr && before->until && before->until <= now) {
    trace_.sometimes("a key's time is over");
  }
  rows_.erase(key);
}

const KeyInfo* TrueKeys::find(const PublicKey& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

bool TrueKeys::is_member(const Peer& peer) const {
  const KeyInfo* info = find(peer.key);
  const bool member = info != nullptr && info->role == KeyRole::kMember;
  return cannot_be_judged(peer) || (member && info->state == KeyState::kAccepted);
}

bool TrueKeys::cannot_be_judged(const Peer& peer) const {
  return open_ || peer.local || waiting_.contains(peer.key) || in_commit_.contains(peer.key);
}

Barred TrueKeys::judge_key(const Peer& peer, GroupTime now) const {
  if (cannot_be_judged(peer)) return Barred::kNo;
  const KeyInfo* info = find(peer.key);
  const bool over = info != nullptr && info->until && now >= info->until;
  return info == nullptr || info->state != KeyState::kAccepted || over ? Barred::kKey : Barred::kNo;
}

Barred TrueKeys::judge(const Peer& peer, const MemberMessage& message, GroupTime now,
                       const GroupState& state) const {
  if (const Barred barred = judge_key(peer, now); barred != Barred::kNo) return barred;
  if (cannot_be_judged(peer)) return Barred::kNo;
  const KeyInfo* info = find(peer.key);
  if (!is_ours(message, info->role)) return Barred::kRole;
  const auto* hello = std::get_if<Hello>(&message);
  const auto* join = std::get_if<Join>(&message);
  if (hello != nullptr && hello->name != info->name) return Barred::kName;
  if (join == nullptr) return Barred::kNo;
  if (join->name != info->name) return Barred::kName;
  const auto rows = roster(state);
  const bool others = std::any_of(rows.begin(), rows.end(), [&](const MemberRow& row) {
    return row.server_id == join->server_id && row.name != info->name;
  });
  return others ? Barred::kServer : Barred::kNo;
}

Barred TrueKeys::judge(const Peer& peer, const AdminRequest& request, GroupTime now) const {
  if (const Barred barred = judge_key(peer, now); barred != Barred::kNo) return barred;
  if (cannot_be_judged(peer)) return Barred::kNo;
  const Roles may = std::visit(WhoMay(), request);
  return may.contains(find(peer.key)->role) ? Barred::kNo : Barred::kRole;
}

template <class Message>
void TrueKeys::note(const Peer& peer, const Message& message) {
  const PublicKey* named = std::visit(KeyNamed(), message);
  if (named == nullptr) return;
  waiting_.insert(*named);
  waiting_.insert(peer.key);
}

void TrueKeys::said(const Peer& peer, const MemberMessage& message) { note(peer, message); }
void TrueKeys::said(const Peer& peer, const AdminRequest& request) { note(peer, request); }

}  // namespace groupctl::sim
