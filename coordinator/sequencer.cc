#include "coordinator/sequencer.h"

#include <algorithm>

#include "commands/system/system.h"
#include "log/little_endian.h"

namespace groupctl {
namespace {

/// What an evicted member is told.
std::string eviction_text(const Entry& entry) {
  const std::string by = "evicted by " + entry.issuer_name;
  return entry.message.empty() ? by : by + ": " + entry.message;
}

}  // namespace

RowKey roster_change_key() { return {Table::kMeta, "roster_change"}; }

Sequencer::Sequencer(const CommandTable& table, const TagSecret& secret, std::size_t max_gathered,
                     Origin origin)
    : table_(table),
      secret_(secret),
      max_gathered_(max_gathered),
      durable_(std::move(origin.head)),
      state_(std::move(origin.state)),
      roster_(state_),
      roster_change_(origin.roster_change),
      durable_roster_change_(origin.roster_change),
      state_kinds_(origin.state_kinds.begin(), origin.state_kinds.end()),
      durable_kinds_(state_kinds_),
      last_(durable_.last),
      chain_(durable_.chain),
      last_number_(durable_.batch) {}

// ---- one request

BatchResult<Placement> Sequencer::append(const std::vector<Draft>& drafts, GroupTime now,
                                         const Ledger& ledger) {
  const Sequence last_before = last_;
  auto steps = make_steps(drafts, now, ledger);
  if (!steps) return tl::unexpected(steps.error());
  place(*steps, now);
  return Placement{gathered_.back().number, last_before.next(), last_};
}

BatchResult<std::vector<Foreseen>> Sequencer::foresee(const std::vector<Draft>& drafts,
                                                      GroupTime now, const Ledger& ledger) {
  const End before = end();
  auto steps = make_steps(drafts, now, ledger);
  if (!steps) return tl::unexpected(steps.error());
  take_back(*steps, before);
  std::vector<Foreseen> foreseen;
  for (Step& step : *steps) {
    foreseen.push_back(
        {std::move(step.encoded.bytes), std::move(step.facts.targets), std::move(step.changes)});
  }
  return foreseen;
}

BatchResult<std::vector<Sequencer::Step>> Sequencer::make_steps(const std::vector<Draft>& drafts,
                                                                GroupTime now,
                                                                const Ledger& ledger) {
  const End before = end();
  std::vector<Step> steps;
  steps.reserve(drafts.size());
  std::optional<BatchError> refusal;
  FrameRoom room;
  std::size_t frames = 1;
  for (const Draft& draft : drafts) {
    auto step = make_step(draft, now, ledger);
    if (!step) {
      refusal = BatchError(step.error(), static_cast<std::uint32_t>(steps.size()) + 1);
      break;
    }
    steps.push_back(*std::move(step));
    const std::size_t bytes = steps.back().encoded.bytes.size();
    if (!room.add(bytes)) {
      room = {};
      room.add(bytes);
      ++frames;
    }
  }
  if (!refusal && frames > kMaxBatchFrames) {
    refusal = Error{ErrorCode::kInvalid, "more than a submit may hold (8 frames of 64 KiB)"};
  }
  if (!refusal) return steps;
  take_back(steps, before);
  if (drafts.size() > 1 && refusal->command != 0) {
    refusal->text = "command " + std::to_string(refusal->command) + ": " + refusal->text;
  }
  return tl::unexpected(*std::move(refusal));
}

void Sequencer::take_back(const std::vector<Step>& steps, const End& before) {
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    undo(step->undo);
    if (step->new_kind) state_kinds_.erase(step->facts.kind);
  }
  last_ = before.last;
  chain_ = before.chain;
  roster_change_ = before.roster_change;
}

Result<const ApplyRow*> Sequencer::check_kind(const Draft& draft) const {
  const ApplyRow* row = table_.find(draft.kind);
  const bool operators =
      row != nullptr &&
      (!row->system || (row->by_operator != nullptr && row->by_operator(draft.payload)));
  if (row == nullptr || operators == draft.by_system) {
    return fail(ErrorCode::kUnsupported,
                "no such group command here; supported: " + table_.supported());
  }
  const bool never_late = row->entry_class == EntryClass::kNeverLate;
  if (never_late && draft.ttl_ms == 0) {
    return fail(ErrorCode::kInvalid, std::string(row->name) + " needs a ttl");
  }
  if (!never_late && draft.ttl_ms != 0) {
    return fail(ErrorCode::kInvalid,
                std::string(row->name) + " takes no ttl: it is never too late");
  }
  if (draft.payload.size() > kMaxPayloadBytes) {
    return fail(ErrorCode::kInvalid, "payload over 32 KiB; what is larger is an artefact");
  }
  return row;
}

Entry Sequencer::entry_of(const Draft& draft, const ApplyRow& row, GroupTime now) const {
  Entry entry;
  entry.sequence = last_.next();
  entry.epoch = durable_.epoch;
  entry.issued = now;
  entry.ttl_ms = draft.ttl_ms;
  entry.kind = draft.kind;
  entry.entry_class = row.entry_class;
  entry.target = draft.target;
  entry.issuer_key = draft.issuer_key;
  entry.issuer_name = draft.issuer;
  entry.request = draft.request;
  entry.message = draft.message;
  entry.payload = draft.payload;
  return entry;
}

Result<Sequencer::Step> Sequencer::make_step(const Draft& draft, GroupTime now,
                                             const Ledger& ledger) {
  auto row = check_kind(draft);
  if (!row) return tl::unexpected<Error>(row.error());
  auto keys = (*row)->keys(draft.payload);
  if (!keys) return tl::unexpected<Error>(keys.error());
  Step step;
  auto targets = freeze(draft, ledger, step.rows);
  if (!targets) return tl::unexpected<Error>(targets.error());

  Entry entry = entry_of(draft, **row, now);
  entry.keys = *std::move(keys);
  step.encoded.bytes = encode_entry(entry);
  if (!FrameRoom().fits(step.encoded.bytes.size())) {
    return fail(ErrorCode::kInvalid, "entry larger than a frame of 64 KiB");
  }
  auto changes = (*row)->apply(entry, state_);
  if (!changes) return tl::unexpected<Error>(changes.error());

  step.undo = state_.apply(*changes);
  roster_.follow(*changes);
  step.changes = *std::move(changes);
  last_ = entry.sequence;
  chain_ = chain_next(chain_, step.encoded.bytes);
  step.encoded.chain_after = chain_;
  step.encoded.digest_after = state_.digest();
  step.facts = {
      last_, entry.entry_class, entry.kind, entry.target, *targets, roster_change_, {}, {}, {}};
  note_kind(**row, step);
  note_account(entry, step.changes, ledger, step);
  return step;
}

/// What follows for the rows from the kind alone.
void Sequencer::note_kind(const ApplyRow& row, Step& step) {
  if (changes_roster(row.kind)) {
    roster_change_ = last_;
    step.rows[roster_change_key()] = u64_bytes(last_.value);
  }
  step.new_kind = row.entry_class == EntryClass::kState && state_kinds_.insert(row.kind).second;
  if (step.new_kind) {
    step.rows[state_kinds_key()] = encode_state_kinds({state_kinds_.begin(), state_kinds_.end()});
  }
}

/// JOINED opens an account in the ledger, LEFT closes one: their rows go with the entry.
void Sequencer::note_account(const Entry& entry, const StateChanges& changes, const Ledger& ledger,
                             Step& step) const {
  if (entry.kind == kJoinedKind) {
    const MemberRow* row = roster_.find(MemberId(entry.sequence.value));
    GROUPCTL_INVARIANT(row != nullptr, "JOINED made no roster row");
    step.facts.joined = *row;
    step.rows[account_key(row->id)] = encode(AccountRow{row->name, {}, {}});
  }
  if (entry.kind == kLeftKind) {
    const auto left = member_in(changes.front().key);
    GROUPCTL_INVARIANT(left, "LEFT erased no roster row");
    step.facts.left = left;
    if (evicted_by(entry.kind, entry.payload)) step.facts.evicted = eviction_text(entry);
    const AccountRow* account = ledger.account(*left);
    AccountRow row = account != nullptr ? *account : AccountRow{};
    row.left_at = entry.sequence;
    step.rows[account_key(*left)] = encode(row);
  }
}

void Sequencer::undo(const StateChanges& changes) {
  state_.apply(changes);
  roster_.follow(changes);
}

}  // namespace groupctl
