// CoordinatorCore: the ledger as watchers see it.
#include <algorithm>

#include "commands/state/target.h"
#include "coordinator/core_impl.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

constexpr std::size_t kRowsPerUpdate = 128;
constexpr std::uint64_t kWatchIntervals = 5;  // heartbeats; then a Watch is answered without news

bool still_open(Outcome outcome) {
  return group_of(outcome) == OutcomeGroup::kOpen || outcome == Outcome::kBehind;
}

TargetSet targets_of(const RolloutRow& rollout) {
  std::vector<MemberId> ids;
  ids.reserve(rollout.targets.size());
  for (const RolloutTarget& target : rollout.targets) ids.push_back(target.id);
  return std::make_shared<const std::vector<MemberId>>(std::move(ids));
}

}  // namespace

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const Watch& watch) {
  if (!watch.sequence) return start_watch({peer, id, watch, {}});
  if (auto known = recent_.find(watch.sequence); known != recent_.end()) {
    return start_watch({peer, id, watch, known->second});
  }
  if (const RolloutRow* rollout = rollouts_.find(watch.sequence)) {
    return start_watch({peer, id, watch, {EntryClass::kState, targets_of(*rollout)}});
  }
  if (auto lost = recovery_.lost_at(watch.sequence)) {
    return answer(peer, id, QueryRefused{lost->code, lost->text});
  }
  if (reads_full()) {
    return answer(peer, id, QueryRefused{ErrorCode::kBusy, "too many look-ups are waiting"});
  }
  const std::uint64_t token = ++next_token_;
  read_waiters_.emplace(token, WatchRead{peer, id, watch});
  output_.reads.push_back(LogRead{token, watch.sequence, 1});
}

void CoordinatorCore::Impl::found(const WatchRead& read, const LogReadDone& done) {
  const Error missing{ErrorCode::kNotFound,
                      "no entry " + std::to_string(read.watch.sequence.value) + " in the log"};
  if (!done.entries || done.entries->empty()) {
    const Error& error = done.entries ? missing : done.entries.error();
    return answer(read.peer, read.id, QueryRefused{error.code, error.text});
  }
  auto entry = decode_entry(done.entries->front());
  if (!entry)
    return answer(read.peer, read.id, QueryRefused{entry.error().code, entry.error().text});
  start_watch({read.peer,
               read.id,
               read.watch,
               {entry->entry_class, ledger_.set_of(entry->sequence, entry->target)}});
}

void CoordinatorCore::Impl::start_watch(Watcher watcher) {
  std::erase_if(watchers_, [&](const Watcher& other) {
    const bool replaced =
        other.peer == watcher.peer && other.watch.sequence == watcher.watch.sequence;
    if (replaced && other.id != watcher.id) forget_asked(other.peer, other.id, Verb::kWatch);
    return replaced;
  });
  if (watchers_.size() >= config_.watchers) {
    return answer(watcher.peer, watcher.id, QueryRefused{ErrorCode::kBusy, "too many watchers"});
  }
  watcher.until = LocalTime(now_.value + config_.heartbeat_interval_ms * kWatchIntervals);
  const auto last = last_update_.find({watcher.peer, watcher.watch.sequence});
  if (last != last_update_.end()) {
    watcher.not_before = LocalTime(last->second.value + config_.watch_interval_ms);
  }
  watchers_.push_back(std::move(watcher));
}

void CoordinatorCore::Impl::serve_watchers() {
  std::erase_if(watchers_, [this](Watcher& watcher) { return serve(watcher); });
}

/// True when the watcher has got its Update.
bool CoordinatorCore::Impl::serve(Watcher& watcher) {
  if (!watcher.watch.sequence) return serve_head(watcher);
  // Of a rollout the state tells, however old its entry is.
  if (watcher.watch.sequence < ledger_floor_ && rollouts_.find(watcher.watch.sequence) == nullptr) {
    answer(watcher.peer, watcher.id,
           QueryRefused{ErrorCode::kCompacted, "entry " +
                                                   std::to_string(watcher.watch.sequence.value) +
                                                   " is below the floor of the log"});
    return true;
  }
  if (now_ < watcher.not_before && !may_be_closed(watcher)) return false;
  if (!news_for(watcher) && now_ < watcher.until) return false;
  Update update = update_for(watcher);
  if (now_ < watcher.not_before && !update.closed) return false;
  note_update(watcher);
  answer(watcher.peer, watcher.id, std::move(update));
  return true;
}

/// Who is not remembered need not wait for its next one.
void CoordinatorCore::Impl::note_update(const Watcher& watcher) {
  const std::pair key(watcher.peer, watcher.watch.sequence);
  if (last_update_.size() < kUpdatesRemembered * config_.watchers || last_update_.contains(key)) {
    last_update_[key] = now_;
  }
}

/// Who follows the log and the members is told that there is news, and asks for what it shows: the
/// slowest costs no more than the others.
bool CoordinatorCore::Impl::serve_head(const Watcher& watcher) {
  const std::uint64_t version = watcher.watch.version;
  const bool due = version == 0 || change_ > version || now_ >= watcher.until;
  if (!due || now_ < watcher.not_before) return false;
  Update update;
  update.sequence = sequencer_.durable().last;
  update.version = change_;
  note_update(watcher);
  answer(watcher.peer, watcher.id, std::move(update));
  return true;
}

bool CoordinatorCore::Impl::news_for(Watcher& watcher) const {
  if (watcher.watch.version == 0) return true;
  if (watcher.looked_at == change_) return false;
  const auto& targets = *watcher.entry.targets;
  const bool news = std::any_of(targets.begin(), targets.end(), [&](MemberId id) {
    return version_of(id) > watcher.watch.version;
  });
  if (!news) watcher.looked_at = change_;
  return news;
}

/// False when one target is open for certain. Costs one look as long as that one stays open.
bool CoordinatorCore::Impl::may_be_closed(Watcher& watcher) const {
  const auto& targets = *watcher.entry.targets;
  for (; watcher.open_target < targets.size(); ++watcher.open_target) {
    const MemberId id = targets[watcher.open_target];
    const auto row = ledger_row(watcher.watch.sequence, watcher.entry.entry_class, id);
    if (still_open(row.outcome)) return false;
  }
  watcher.open_target = 0;  // one may have opened again
  return true;
}

std::uint64_t CoordinatorCore::Impl::version_of(MemberId member) const {
  auto at = changed_at_.find(member);
  return at == changed_at_.end() ? sequencer_.durable().epoch.value << 32 : at->second;
}

Update CoordinatorCore::Impl::update_for(const Watcher& watcher) const {
  const Watch& watch = watcher.watch;
  Update update;
  update.sequence = watch.sequence;
  update.version = change_;
  update.targets = static_cast<std::uint32_t>(watcher.entry.targets->size());
  update.counts = tally(watch.sequence, watcher.entry.entry_class, *watcher.entry.targets);
  update.closed = std::none_of(update.counts.begin(), update.counts.end(),
                               [](const OutcomeCount& count) { return still_open(count.outcome); });
  // By version, which every member has one of its own: the next Watch begins behind the last row.
  std::vector<std::pair<std::uint64_t, MemberId>> changes;
  for (MemberId id : *watcher.entry.targets) {
    if (version_of(id) > watch.version) changes.push_back({version_of(id), id});
  }
  std::sort(changes.begin(), changes.end());
  std::size_t bytes = 0;
  for (const auto& [version, id] : changes) {
    LedgerRow row = row_for(watcher, id);
    bytes += message_size(row);
    update.more = update.rows.size() == kRowsPerUpdate || bytes > kPageBudgetBytes;
    if (update.more) break;
    update.rows.push_back(std::move(row));
    update.version = version;
  }
  if (!update.more) update.version = change_;
  return update;
}

LedgerRow CoordinatorCore::Impl::row_for(const Watcher& watcher, MemberId id) const {
  OutcomeReport row = ledger_row(watcher.watch.sequence, watcher.entry.entry_class, id);
  const AccountRow* account = ledger_.account(id);
  if (row.outcome == Outcome::kRunning) {
    const RunningStep& running = sessions_->of(id)->running;
    row.step = running.step;
    if (running.percent > 0) row.text = std::to_string(running.percent) + " %";
  }
  return {id,
          account != nullptr ? account->name : to_text(Target::one(id)),
          row.outcome,
          std::move(row.step),
          std::move(row.text),
          row.outcome == Outcome::kLost ? sessions_->silent_ms(id, now_) : 0};
}

/// A member that has just been lost, or found, changes its rows without a word from it.
void CoordinatorCore::Impl::note_lost() {
  if (now_.value - liveness_checked_.value < config_.heartbeat_interval_ms / 4) return;
  liveness_checked_ = now_;
  forget_old_changes();
  for (const auto& [id, row] : sequencer_.roster().rows()) {
    const bool live = sessions_->live(id, now_);
    const auto known = was_live_.try_emplace(id, true).first;
    if (known->second == live) continue;
    known->second = live;
    changed(id);
    note(live ? NoteLevel::kInfo : NoteLevel::kWarn, live ? "found" : "lost",
         {{"member", row.name}});
    if (const MemberSession* session = sessions_->of(id); session != nullptr && !live) {
      pacer_.member_gone(session->number);
    } else if (session != nullptr) {
      pacer_.member_came(session->number, ledger_.account(id)->marks.received);
    }
  }
  std::erase_if(was_live_,
                [&](const auto& one) { return sequencer_.roster().find(one.first) == nullptr; });
}

/// What no watcher can ask for any more.
void CoordinatorCore::Impl::forget_old_changes() {
  std::erase_if(last_update_, [this](const auto& last) {
    return now_.value - last.second.value >= config_.watch_interval_ms;
  });
  std::erase_if(changed_at_,
                [this](const auto& one) { return ledger_.account(one.first) == nullptr; });
}

Presence CoordinatorCore::Impl::presence(MemberId member) const {
  Presence presence;
  presence.live = sessions_->live(member, now_);
  if (const MemberSession* session = sessions_->of(member)) {
    presence.catching_up = !pacer_.in_window(session->number);
    presence.running = session->running.sequence;
    presence.held_at = session->held_at;
  }
  return presence;
}

OutcomeReport CoordinatorCore::Impl::ledger_row(Sequence sequence, EntryClass entry_class,
                                                MemberId member) const {
  const RolloutRow* rollout = rollouts_.find(sequence);
  if (rollout != nullptr) return rollout_outcome(*rollout, member);
  return ledger_.row(sequence, entry_class, member, presence(member));
}

std::vector<OutcomeCount> CoordinatorCore::Impl::tally(Sequence sequence, EntryClass entry_class,
                                                       const std::vector<MemberId>& targets) const {
  std::map<Outcome, std::uint32_t> counts;
  for (MemberId id : targets) ++counts[ledger_row(sequence, entry_class, id).outcome];
  std::vector<OutcomeCount> list;
  for (const auto& [outcome, count] : counts) list.push_back({outcome, count});
  return list;
}

}  // namespace groupctl
