#include "tests/simulation/world/truth.h"

#include "commands/state/target.h"
#include "coordinator/rows.h"

namespace groupctl::sim {
namespace {

std::string at_text(Sequence sequence) { return " at " + std::to_string(sequence.value); }

bool same_content(const Entry& entry, const SubmittedCommand& command) {
  return entry.kind == command.kind && entry.payload == command.payload &&
         entry.message == command.message && entry.ttl_ms == command.ttl_ms;
}

}  // namespace

void Truth::begin(const CommandTable& table, const LogHead& head) {
  table_ = &table;
  head_ = head;
  chain_start_ = head.chain;
}

void Truth::broken(const std::string& invariant, const std::string& text) {
  if (watching_ && !violation_) violation_ = Violation{invariant, text};
}

Hash Truth::chain_at(Sequence sequence) const {
  return sequence ? at(sequence).chain : chain_start_;
}

Hash Truth::digest_at(Sequence sequence) const {
  return sequence ? at(sequence).state_digest : Hash{};
}

const TrueMember* Truth::find_member(const ServerId& server) const {
  auto found = members_.find(server);
  return found == members_.end() ? nullptr : &found->second;
}

const MemberRow* Truth::last_row(MemberId id) const {
  auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second.rbegin()->second;
}

void Truth::coordinator_wrote(const Batch& batch) {
  if (!watching_) return;
  note_reports(batch.rows);
  for (const FramePtr& frame : batch.frames) {
    const FrameHeader& header = frame->header();
    if (header.first != last().next())
      return broken("I2", "not contiguous" + at_text(header.first));
    if (header.chain_before != chain_at(last()))
      return broken("I2", "chain" + at_text(header.first));
    for (std::size_t index = 0; index < frame->size(); ++index) {
      auto entry = decode_entry(frame->entry_bytes(index));
      if (!entry) return broken("I2", "unreadable entry" + at_text(last().next()));
      append(*entry, frame->entry_bytes(index));
    }
    if (violation_) return;
    if (header.chain_after != chain_at(last())) return broken("I2", "chain" + at_text(header.last));
    if (header.state_digest_after != state_.digest()) {
      return broken("I9", "a frame's state digest is not that of the fold" + at_text(header.last));
    }
  }
  const LogHead& head = batch.head;
  if (batch.rows.contains({Table::kMeta, "lost_ranges"})) give_up(head);
  if (head.last != last() || head.chain != chain_at(last())) {
    broken("I2", "the head does not end with the log" + at_text(head.last));
  }
  if (head.state_digest != state_.digest()) broken("I9", "state digest" + at_text(head.last));
  if (head.floor < head_.floor) broken("I10", "the floor fell to" + at_text(head.floor));
  if (head.floor > head.last.next()) broken("I10", "no snapshot covers the floor");
  if (head.epoch < head_.epoch || head.group_time < head_.group_time) {
    broken("I3", "epoch or group time went back" + at_text(head.last));
  }
  head_ = head;
}

void Truth::note_reports(const RowChanges& rows) {
  for (auto& [key, value] : newest_reported_) reported_[key] = std::move(value);
  newest_reported_.clear();
  for (const auto& [key, value] : rows) {
    if (key.table == Table::kLedger) newest_reported_[key] = value;
  }
}

std::optional<Outcome> Truth::reported(MemberId id, Sequence sequence) const {
  OutcomeReport report;
  report.first = report.last = sequence;
  const auto found = reported_.find(exception_key(id, report));
  if (found == reported_.end() || !found->second) return std::nullopt;
  const auto kept = decode_exception(*found->second);
  return kept ? std::optional(kept->outcome) : std::nullopt;
}

/// F29: the lost sequences are passed over; the state stays as it was put back.
void Truth::give_up(const LogHead& head) {
  if (head.last < last() || head.floor != head.last.next()) {
    return broken("I2", "what was lost is given out again" + at_text(head.last));
  }
  recovered_ = true;
  if (last() == head.last) lose(last());  // another chain stands there now
  while (last() < head.last) log_.push_back({{}, head.chain, state_.digest(), {}});
  if (!log_.empty()) log_.back().chain = head.chain;
  exposed_.erase(head.last);
}

void Truth::restored(const LogHead& head) {
  if (!watching_) return;
  kept_ = std::min(kept(), head.last);
  ++generation_;
  for (Sequence at = head.last.next(); at <= last(); at = at.next()) lose(at);
  log_.resize(head.last.value);
  state_ = {};
  for (const TrueEntry& one : log_) {
    const ApplyRow* row = table_->find(one.entry.kind);
    if (row != nullptr) state_.apply(*row->apply(one.entry, state_));
  }
  reported_.clear();
  newest_reported_.clear();
  exposed_.erase(exposed_.upper_bound(head.last), exposed_.end());
  std::erase_if(requests_, [&](const auto& one) { return one.second > head.last; });
  // Of what is not before a request that it still has, a coordinator does not know that it refused.
  std::erase_if(refused_, [&](const auto& one) {
    const auto later = requests_.upper_bound(one.first);
    return later == requests_.end() || later->first.client != one.first.client;
  });
  for (auto& [id, rows] : rows_) rows.erase(rows.upper_bound(head.last), rows.end());
  std::erase_if(rows_, [](const auto& one) { return one.second.empty(); });
  for (auto& [server, member] : members_) {
    member.worked.erase(member.worked.upper_bound(head.last), member.worked.end());
    member.reconciled.erase(member.reconciled.upper_bound(head.last), member.reconciled.end());
  }
  head_ = head;
}

void Truth::lose(Sequence sequence) { lost_[{sequence, chain_at(sequence)}] = digest_at(sequence); }

std::optional<Hash> Truth::lost_digest(Sequence last, const Hash& chain) const {
  auto found = lost_.find({last, chain});
  return found == lost_.end() ? std::nullopt : std::optional(found->second);
}

bool Truth::has(const Entry& entry) const {
  return entry.sequence <= last() && at(entry.sequence).entry == entry;
}

void Truth::append(const Entry& entry, ByteView bytes) {
  if (entry.sequence != last().next()) return broken("I2", "sequence" + at_text(entry.sequence));
  const ApplyRow* row = table_->find(entry.kind);
  if (row == nullptr) return broken("I2", "unknown kind" + at_text(entry.sequence));
  auto changes = row->apply(entry, state_);
  if (!changes) return broken("I2", "a refused entry is in the log" + at_text(entry.sequence));
  std::vector<MemberId> targets = resolve(entry.target, state_);
  const Hash chain = chain_next(chain_at(last()), bytes);
  state_.apply(*changes);
  log_.push_back({entry, chain, state_.digest(), std::move(targets)});
  follow_roster(entry, *changes);
  note_request(entry);
}

void Truth::note_request(const Entry& entry) {
  if (entry.request.number == 0) return;
  if (!requests_.emplace(entry.request, entry.sequence).second) {
    broken("I11", "one request has two entries" + at_text(entry.sequence));
  }
  if (refused_.contains(entry.request)) {
    broken("I11", "a refused request came into the log" + at_text(entry.sequence));
  }
}

void Truth::follow_roster(const Entry& entry, const StateChanges& changes) {
  for (const StateChange& change : changes) {
    const auto id = member_in(change.key);
    if (!id) continue;
    if (auto row = member_row(state_, *id)) rows_[*id][entry.sequence] = *std::move(row);
  }
}

void Truth::coordinator_loaded(const LogHead& head) {
  if (head.last != last() || head.chain != chain_at(last())) {
    broken("I1",
           "a restarted coordinator's log ends" + at_text(head.last) + ", not" + at_text(last()));
  }
}

void Truth::exposed(const LogId& log_id, Sequence last, const Hash& chain, const std::string& how) {
  if (!watching_ || log_id != head_.log_id) return;
  auto [seen, fresh] = exposed_.emplace(last, chain);
  if (!fresh && seen->second != chain) {
    return broken("I3", "two histories were shown" + at_text(last) + " (" + how + ")");
  }
  if (last > Truth::last()) {
    return broken(
        "I5", how + " shows" + at_text(last) + ", the durable log ends" + at_text(Truth::last()));
  }
  if (chain_at(last) != chain) broken("I3", how + " shows another history" + at_text(last));
}

void Truth::acknowledged(const Submit& submit, const Accepted& accepted) {
  if (!watching_) return;
  if (accepted.last.value - accepted.first.value + 1 != submit.commands.size()) {
    return broken("I1", "acknowledged another number of entries" + at_text(accepted.first));
  }
  if (accepted.last > last()) {
    return broken("I1", "acknowledged before it was durable" + at_text(accepted.last));
  }
  for (std::size_t i = 0; i < submit.commands.size(); ++i) {
    const Entry& entry = at(Sequence(accepted.first.value + i)).entry;
    const RequestId id{submit.first.client, submit.first.number + i};
    if (entry.request != id || !same_content(entry, submit.commands[i])) {
      return broken("I1", "acknowledged, and another entry stands" + at_text(entry.sequence));
    }
  }
}

void Truth::refused(const Submit& submit) {
  if (!watching_) return;
  for (std::size_t i = 0; i < submit.commands.size(); ++i) {
    const RequestId id{submit.first.client, submit.first.number + i};
    auto found = requests_.find(id);
    if (found != requests_.end()) {
      return broken("I11", "refused, and in the log" + at_text(found->second));
    }
    refused_[id] = true;
  }
}

/// The floor passes only what was answered long ago, but for the one of a recovery.
void Truth::too_old_to_know(const Submit& submit, bool again) {
  if (!recovered_ && !again) return refused(submit);
  for (std::size_t i = 0; i < submit.commands.size(); ++i) {
    auto found = requests_.find({submit.first.client, submit.first.number + i});
    if (found == requests_.end() || found->second < head_.floor) continue;
    return broken("I11", "too old to know, and in the log" + at_text(found->second));
  }
}

void Truth::member_wrote(const ServerId& server, const std::string& name, const LogHead& before,
                         const Batch& batch) {
  if (!watching_) return;
  const LogHead& head = batch.head;
  if (batch.replace_all) member(server).swaps.push_back(head.last);
  if (!head.log_id || head.log_id != head_.log_id) return;
  TrueMember& who = member(server);
  who.highest.received = std::max(who.highest.received, head.last);
  if (const auto digest = lost_digest(head.last, head.chain)) {  // it was told of it before
    if (head.state_digest != *digest)
      broken("I9", name + " has another state" + at_text(head.last));
    return;
  }
  if (head.last > last()) {
    return broken("I5", name + " has stored" + at_text(head.last) + ", the durable log ends" +
                            at_text(last()));
  }
  if (head.chain != chain_at(head.last))
    broken("I4", name + " has another chain" + at_text(head.last));
  if (head.state_digest != digest_at(head.last)) {
    broken("I9", name + " has another state" + at_text(head.last));
  }
  if (!batch.replace_all && head.last < before.last) broken("I4", name + " went back");
}

}  // namespace groupctl::sim
