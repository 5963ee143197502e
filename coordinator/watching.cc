// CoordinatorCore: the ledger as watchers see it.
#include <algorithm>

#include "coordinator/core_impl.h"

namespace groupctl {
namespace {

constexpr std::size_t kRowsPerUpdate = 128;

bool still_open(Outcome outcome) {
  return group_of(outcome) == OutcomeGroup::kOpen || outcome == Outcome::kBehind;
}

}  // namespace

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const Watch& watch) {
  if (auto known = recent_.find(watch.sequence); known != recent_.end()) {
    return start_watch({peer, id, watch, known->second, now_});
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
               {entry->entry_class, ledger_.set_of(entry->sequence, entry->target)},
               now_});
}

void CoordinatorCore::Impl::start_watch(Watcher watcher) {
  std::erase_if(watchers_, [&](const Watcher& other) {
    return other.peer == watcher.peer && other.watch.sequence == watcher.watch.sequence;
  });
  if (watchers_.size() >= config_.watchers) {
    return answer(watcher.peer, watcher.id, QueryRefused{ErrorCode::kBusy, "too many watchers"});
  }
  const auto last = last_update_.find({watcher.peer, watcher.watch.sequence});
  if (last != last_update_.end()) {
    watcher.not_before = LocalTime(last->second.value + config_.watch_interval_ms);
  }
  watchers_.push_back(std::move(watcher));
}

void CoordinatorCore::Impl::serve_watchers() {
  std::erase_if(watchers_, [this](const Watcher& watcher) { return serve(watcher); });
}

/// True when the watcher has got its Update.
bool CoordinatorCore::Impl::serve(const Watcher& watcher) {
  const std::vector<MemberId>& targets = *watcher.entry.targets;
  const bool news =
      watcher.watch.version == 0 || std::any_of(targets.begin(), targets.end(), [&](MemberId id) {
        auto at = changed_at_.find(id);
        return at != changed_at_.end() && at->second > watcher.watch.version;
      });
  if (!news) return false;
  Update update = update_for(watcher);
  if (now_ < watcher.not_before && !update.closed) return false;
  const std::pair key{watcher.peer, watcher.watch.sequence};
  if (update.closed && !update.more) {
    last_update_.erase(key);
  } else {
    last_update_[key] = now_;
  }
  answer(watcher.peer, watcher.id, std::move(update));
  return true;
}

Update CoordinatorCore::Impl::update_for(const Watcher& watcher) const {
  const Watch& watch = watcher.watch;
  Update update;
  update.sequence = watch.sequence;
  update.targets = static_cast<std::uint32_t>(watcher.entry.targets->size());
  update.counts = tally(watch.sequence, watcher.entry.entry_class, *watcher.entry.targets);
  update.closed = std::none_of(update.counts.begin(), update.counts.end(),
                               [](const OutcomeCount& count) { return still_open(count.outcome); });
  std::vector<std::pair<std::uint64_t, MemberId>> rows;
  for (MemberId id : *watcher.entry.targets) {
    auto at = changed_at_.find(id);
    const std::uint64_t version = at == changed_at_.end() ? 1 : at->second;
    if (version > watch.version) rows.push_back({version, id});
  }
  std::sort(rows.begin(), rows.end());
  update.version = change_;
  // A page ends between two versions, so that the next Watch begins exactly behind it.
  std::size_t end = std::min(rows.size(), kRowsPerUpdate);
  while (end < rows.size() && end > 0 && rows[end].first == rows[end - 1].first) --end;
  if (end == 0) end = rows.size();
  update.more = end < rows.size();
  if (update.more) update.version = rows[end - 1].first;
  for (std::size_t i = 0; i < end; ++i) {
    const OutcomeReport row = ledger_row(watch.sequence, watcher.entry.entry_class, rows[i].second);
    const AccountRow* account = ledger_.account(rows[i].second);
    update.rows.push_back(
        {rows[i].second, account != nullptr ? account->name : "", row.outcome, row.step, row.text,
         row.outcome == Outcome::kLost ? sessions_->silent_ms(rows[i].second, now_) : 0});
  }
  return update;
}

/// A member that has just been lost, or found, changes its rows without a word from it.
void CoordinatorCore::Impl::note_lost() {
  if (now_.value - liveness_checked_.value < config_.heartbeat_interval_ms / 4) return;
  liveness_checked_ = now_;
  for (const auto& [id, row] : sequencer_.roster().rows()) {
    const bool live = sessions_->live(id, now_);
    auto [known, added] = was_live_.try_emplace(id, live);
    if (added || known->second == live) continue;
    known->second = live;
    changed(id);
    note(live ? NoteLevel::kInfo : NoteLevel::kWarn,
         std::string(live ? "found" : "lost") + " member=" + row.name);
    if (const Session* session = sessions_->of(id); session != nullptr && !live) {
      pacer_.member_gone(session->number);
    } else if (session != nullptr) {
      pacer_.member_came(session->number, ledger_.account(id)->marks.received);
    }
  }
  std::erase_if(was_live_,
                [&](const auto& one) { return sequencer_.roster().find(one.first) == nullptr; });
}

Presence CoordinatorCore::Impl::presence(MemberId member) const {
  Presence presence;
  presence.live = sessions_->live(member, now_);
  if (const Session* session = sessions_->of(member)) {
    presence.catching_up = !pacer_.in_window(session->number);
    presence.running = session->running.sequence;
    presence.held_at = session->held_at;
  }
  return presence;
}

OutcomeReport CoordinatorCore::Impl::ledger_row(Sequence sequence, EntryClass entry_class,
                                                MemberId member) const {
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
