#include "member/frame_run.h"

#include <fmt/format.h>

#include "commands/state/target.h"
#include "log/planted_bug.h"

namespace groupctl {

FrameRun::FrameRun(const CommandTable& table, const ServerId& self, const LogHead& head,
                   GroupState& state, const std::optional<MemberRow>& me)
    : table_(table), self_(self), state_(state), me_(me), digest_before_(state.digest()) {
  plan_.head = head;
}

bool FrameRun::add(const FramePtr& frame) {
  const FrameHeader& header = frame->header();
  if (header.last <= plan_.head.last) return true;
  if (planted(PlantedBug::kApplyAcrossGap) && header.first > plan_.head.last.next()) {
    return add_unchecked(frame);
  }
  GROUPCTL_INVARIANT(header.first <= plan_.head.last.next(), "ready frames continue the head");
  const Mark before = mark();
  const auto skipped = static_cast<std::size_t>(plan_.head.last.value + 1 - header.first.value);
  if (!chain_joins(frame, skipped)) return false;
  Step step = Step::kGoOn;
  for (std::size_t i = skipped; i < frame->size() && step == Step::kGoOn; ++i) {
    step = apply(Sequence(header.first.value + i), frame->entry_bytes(i));
  }
  if (step == Step::kGoOn && plan_.head.chain != header.chain_after) {
    step = resynchronise(
        "a frame's chain hash",
        fmt::format("the frame that ends at {} says chain {}, its entries give {}",
                    header.last.value, header.chain_after.hex(), plan_.head.chain.hex()));
  }
  if (step == Step::kGoOn && state_.digest() != header.state_digest_after) {
    step =
        resynchronise("state digest differs",
                      fmt::format("state digest at {} is {}, the group's is {}", header.last.value,
                                  state_.digest().hex(), header.state_digest_after.hex()));
  }
  if (step == Step::kTrouble) {
    back_to(before);
    return false;
  }
  if (step == Step::kHeld) return false;
  plan_.frames.push_back(frame);
  plan_.head.epoch = header.epoch;
  plan_.head.group_time = std::max(plan_.head.group_time, header.group_time);
  plan_.tag = header.tag_claim();
  return true;
}

/// What a planted bug does: applies the entries of a frame, whatever is missing before it.
bool FrameRun::add_unchecked(const FramePtr& frame) {
  const Mark before = mark();
  for (std::size_t i = 0; i < frame->size(); ++i) {
    const Sequence at(frame->header().first.value + i);
    if (apply(at, frame->entry_bytes(i)) == Step::kGoOn) continue;
    back_to(before);
    break;
  }
  return false;
}

FollowPlan FrameRun::finish() {
  plan_.head.state_digest = state_.digest();
  undo_to(0, digest_before_);
  plan_.me = std::move(me_);
  return std::move(plan_);
}

/// Whether the frame continues the own chain; the part that is already there is hashed again.
bool FrameRun::chain_joins(const FramePtr& frame, std::size_t skipped) {
  Hash chain = frame->header().chain_before;
  for (std::size_t i = 0; i < skipped; ++i) chain = chain_next(chain, frame->entry_bytes(i));
  if (chain == plan_.head.chain) return true;
  plan_.trouble =
      Trouble{Trouble::Kind::kDiverged, "diverged history",
              fmt::format("diverged history: at {} the own chain is {}, the coordinator's {}",
                          plan_.head.last.value, plan_.head.chain.hex(), chain.hex())};
  return false;
}

FrameRun::Step FrameRun::apply(Sequence sequence, ByteView bytes) {
  auto entry = decode_entry(bytes);
  if (!entry && entry.error().code == ErrorCode::kUnsupported) {
    plan_.held = Held{sequence, KindId{}, false};
    return Step::kHeld;
  }
  if (!entry || entry->sequence != sequence) {
    return resynchronise("an entry that is none",
                         fmt::format("entry {}: {}", sequence.value,
                                     entry ? "says another sequence" : entry.error().text));
  }
  const ApplyRow* row = table_.find(entry->kind);
  if (row == nullptr && entry->entry_class == EntryClass::kState) {
    plan_.held = Held{sequence, entry->kind, counts_me(*entry)};
    return Step::kHeld;
  }
  Hash chain = chain_next(plan_.head.chain, bytes);
  if (row == nullptr) {
    if (counts_me(*entry)) plan_.mine.push_back(std::move(*entry));
  } else if (apply_known(*row, std::move(*entry)) != Step::kGoOn) {
    return Step::kTrouble;
  }
  plan_.head.last = sequence;
  plan_.head.chain = chain;
  return Step::kGoOn;
}

FrameRun::Step FrameRun::apply_known(const ApplyRow& row, Entry entry) {
  auto changes = row.apply(entry, state_);
  if (!changes) {
    return resynchronise(
        "an entry that does not apply",
        fmt::format("entry {} ({}): {}", entry.sequence.value, row.name, changes.error().text));
  }
  const Sequence at = entry.sequence;
  if (counts_me(entry)) plan_.mine.push_back(std::move(entry));
  undo_.push_back(state_.apply(*changes));
  note_me(*changes, at);
  plan_.changes.insert(plan_.changes.end(), std::make_move_iterator(changes->begin()),
                       std::make_move_iterator(changes->end()));
  return Step::kGoOn;
}

/// Over the state before the entry, as everybody decides it.
bool FrameRun::counts_me(const Entry& entry) const { return me_ && matches(entry.target, *me_); }

void FrameRun::note_me(const StateChanges& changes, Sequence at) {
  for (const StateChange& change : changes) {
    if (!change.key.starts_with("member/")) continue;
    if (!change.value) {
      if (me_ && change.key == member_key(me_->id)) me_.reset();
      continue;
    }
    auto row = decode_member_row(*change.value);
    if (!row || row->server_id != self_) continue;
    if (!me_ || me_->id != row->id) plan_.joined_at = at;
    me_ = std::move(*row);
  }
}

FrameRun::Step FrameRun::resynchronise(std::string cause, std::string text) {
  plan_.trouble = Trouble{Trouble::Kind::kResynchronise, std::move(cause), std::move(text)};
  return Step::kTrouble;
}

FrameRun::Mark FrameRun::mark() const {
  return {plan_.changes.size(), undo_.size(), plan_.mine.size(), state_.digest(),
          plan_.head,           me_,          plan_.joined_at};
}

void FrameRun::undo_to(std::size_t left, const Hash& digest) {
  for (; undo_.size() > left; undo_.pop_back()) state_.move_to(std::move(undo_.back()), digest);
}

void FrameRun::back_to(Mark mark) {
  undo_to(mark.undo, mark.digest);
  plan_.changes.resize(mark.changes);
  plan_.mine.erase(plan_.mine.begin() + static_cast<std::ptrdiff_t>(mark.mine), plan_.mine.end());
  plan_.head = mark.head;
  me_ = std::move(mark.me);
  plan_.joined_at = mark.joined_at;
}

}  // namespace groupctl
