// CoordinatorCore: Hello and Join, up to Welcome.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands/system/system.h"
#include "coordinator/core_impl.h"
#include "log/text.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

Draft system_draft(KindId kind, Target target, Bytes payload) {
  Draft draft;
  draft.kind = kind;
  draft.target = std::move(target);
  draft.issuer = "coordinator";
  draft.payload = std::move(payload);
  draft.by_system = true;
  return draft;
}

MemberRow row_of(const Join& join) {
  MemberRow row;
  row.name = join.name;
  row.server_id = join.server_id;
  row.participant = join.participant.empty() ? join.name : join.participant;
  row.replica = join.replica;
  row.own_labels = join.labels;
  return row;
}

}  // namespace

void CoordinatorCore::Impl::refuse(const Peer& peer, const Error& error, const std::string& name) {
  note(NoteLevel::kWarn, "refused", {{"member", name}, {"why", error.text}});
  audit(peer, std::string(to_word(Verb::kJoin)), &error, name);
  output_.to_members.push_back(
      {peer, Refused{error.code, error.text}, error.code == ErrorCode::kWrongGroup});
}

/// Whoever knocks too often is not answered, as if it were not heard.
bool CoordinatorCore::Impl::may_knock(const JoinGate::Verdict& verdict, const Peer& peer,
                                      const std::string& name) {
  if (verdict.dropped != 0) {
    note(NoteLevel::kWarn, "asks to join too often",
         {{"member", name}, {"address", peer.address}, {"dropped", verdict.dropped}});
  }
  return verdict.pass;
}

void CoordinatorCore::Impl::on_message(const Peer& peer, const Hello& hello) {
  if (!may_knock(join_gate_.knocks(now_, peer), peer, hello.name)) return;
  if (auto refusal = check_greeting(hello.protocol, hello.group)) {
    return refuse(peer, *refusal, hello.name);
  }
  to_member(peer, Offer{config_.group, config_.command_endpoint, config_.heartbeat_interval_ms});
}

std::optional<Error> CoordinatorCore::Impl::check_greeting(std::uint32_t protocol,
                                                           const std::string& group) const {
  if (protocol != kProtocolVersion) {
    return Error{ErrorCode::kUnsupported, "this coordinator speaks protocol 1"};
  }
  if (group != config_.group) return Error{ErrorCode::kWrongGroup, "no group of that name here"};
  return std::nullopt;
}

/// What can be said of a Join alone.
std::optional<Error> CoordinatorCore::Impl::check_join(const Join& join) const {
  if (auto refusal = check_greeting(join.protocol, join.group)) return refusal;
  if (!is_name(join.name)) return Error{ErrorCode::kInvalid, "not a member name"};
  if (!join.server_id) return Error{ErrorCode::kInvalid, "a join without a server id"};
  if (join.server_id == config_.server_id) {
    return Error{ErrorCode::kRefused,
                 "a coordinator cannot be a member of a group that it manages"};
  }
  if (!join.shared_tail.empty() && join.shared_tail != config_.shared_tail) {
    return Error{
        ErrorCode::kRefused,
        fmt::format("its shared repositories are [{}], this group's are [{}]",
                    fmt::join(join.shared_tail, ", "), fmt::join(config_.shared_tail, ", "))};
  }
  if (join.marks.executed > join.marks.received) {
    return Error{ErrorCode::kInvalid, "a join that executed more than it received"};
  }
  if (join.log_id && join.log_id != sequencer_.durable().log_id && join.marks.received) {
    return Error{ErrorCode::kDiverged, "foreign log: it follows " + join.log_id.hex() +
                                           ", this group's is " +
                                           sequencer_.durable().log_id.hex()};
  }
  return std::nullopt;
}

/// What a tag under this group's secret shows against this log: entries or an epoch that it lacks,
/// or another history up to its head; nullopt: nothing.
std::optional<std::string> CoordinatorCore::Impl::lost_history(const TagClaim& tag) const {
  const LogHead& head = sequencer_.durable();
  if (tag.log_id != head.log_id || !verify_tag(config_.secret, tag)) return std::nullopt;
  if (recovery_.forgiven(tag, head)) return std::nullopt;
  if (tag.last > head.last || tag.epoch > head.epoch) {
    return fmt::format("sequence {} of epoch {}; this log ends at {} of epoch {}", tag.last.value,
                       tag.epoch.value, head.last.value, head.epoch.value);
  }
  if (tag.last == head.last && tag.chain != head.chain) {
    return fmt::format("chain hash {} at sequence {} of epoch {}; this log has {} there",
                       tag.chain.hex(), tag.last.value, tag.epoch.value, head.chain.hex());
  }
  return std::nullopt;
}

/// Whether what it has followed is this log. A proof that this coordinator has lost entries stops
/// all writing; a mere claim quarantines the member.
std::optional<Error> CoordinatorCore::Impl::check_history(const Join& join) {
  const LogHead& head = sequencer_.durable();
  if (auto lost = lost_history(join.tag)) {
    recovery_.proved(join.name, join.tag, ledger_rows_);
    if (read_only_.empty()) stop_writing("member " + join.name + " proves " + *lost);
    return Error{ErrorCode::kReadOnly, "this coordinator has lost entries: " + read_only_};
  }
  if (join.marks.received > head.last || join.envelope_epoch > head.epoch) {
    return Error{ErrorCode::kAhead,
                 "it claims sequence " + std::to_string(join.marks.received.value) + " of epoch " +
                     std::to_string(join.envelope_epoch.value) +
                     " without a proof; this log ends at " + std::to_string(head.last.value)};
  }
  if (auto other = recovery_.other_history(join.frame_epoch, join.marks.received)) {
    return Error{ErrorCode::kDiverged,
                 fmt::format("{}: it has chain hash {} there, this log {} at its head", *other,
                             join.chain.hex(), head.chain.hex())};
  }
  if (!join.resynchronise && !recovery_.follows_lost(join.frame_epoch) && join.marks.received &&
      join.marks.received == head.last && join.chain != head.chain) {
    return Error{ErrorCode::kDiverged, "at sequence " + std::to_string(head.last.value) +
                                           " it has chain hash " + join.chain.hex() +
                                           ", this log has " + head.chain.hex()};
  }
  return std::nullopt;
}

/// No entry is sequenced any more, after a restart neither, and what is gathered never was. The
/// batch in commit cannot be called back: it ends as its disk says. What members report is still
/// recorded.
void CoordinatorCore::Impl::stop_writing(std::string why) {
  note(NoteLevel::kError, "read-only", {{"seq", sequencer_.durable().last}, {"why", why}});
  ledger_rows_[read_only_key()] = copy_bytes(as_bytes(why));
  urgent_rows_ = true;
  read_only_ = std::move(why);
  refuse_fallen(sequencer_.drop_gathered(), {ErrorCode::kReadOnly, read_only_});
}

/// A member whose history or repositories are not this group's is shown so, unless it is here under
/// a live session and this is another process with its server id.
void CoordinatorCore::Impl::quarantine_if_due(const Join& join, const Error& refusal) {
  const bool other_history =
      refusal.code == ErrorCode::kAhead || refusal.code == ErrorCode::kDiverged;
  if (!other_history && refusal.code != ErrorCode::kRefused) return;
  const MemberRow* row = sequencer_.roster().find_server(join.server_id);
  if (row == nullptr) return;
  const MemberSession* session = sessions_->of(row->id);
  const bool here = session != nullptr && session->incarnation >= join.incarnation &&
                    sessions_->live(row->id, now_);
  std::string shown = refusal.text;
  if (other_history) {
    shown += "; if this log is the right one: stop group-member on " + join.name +
             ", move its state directory away and start it again";
  }
  shown = cut_text(shown, kMaxTextBytes);
  if (!here && quarantined_.insert_or_assign(row->id, std::move(shown)).second) ++change_;
}

void CoordinatorCore::Impl::on_message(const Peer& peer, const Join& join) {
  if (may_knock(join_gate_.knocks(now_, peer, join.server_id), peer, join.name)) {
    look_at(peer, join);
  }
}

void CoordinatorCore::Impl::look_at(const Peer& peer, const Join& join) {
  if (auto batch = batch_before(join)) return wait_to_join(*batch, peer, join);
  if (!passes(peer, join)) return;
  std::vector<Draft> drafts = drafts_for(join);
  if (drafts.empty()) return welcome(peer, join);
  draft_for_join(peer, join, std::move(drafts));
}

/// What it waited for is durable. Nothing is drafted here: two that take a name from each other
/// would do so for ever, without a message from outside.
void CoordinatorCore::Impl::join_again(const Peer& peer, const Join& join) {
  if (!is_let_in(peer) || check_name(peer, join.name) || !passes(peer, join)) return;
  if (!batch_before(join) && drafts_for(join).empty()) return welcome(peer, join);
  refuse(peer, {ErrorCode::kBusy, "the roster has changed meanwhile; try again"}, join.name);
}

/// The batch, not durable yet, without which nothing can be said of this Join: it changes the row
/// of the member or of who has its name, or it has what the member claims to have. That can be,
/// since readers see what is on the disk before the storage thread has said so.
std::optional<BatchNumber> CoordinatorCore::Impl::batch_before(const Join& join) const {
  const RosterIndex& roster = sequencer_.roster();
  for (const MemberRow* row : {roster.find_server(join.server_id), roster.find_name(join.name)}) {
    if (row == nullptr) continue;
    if (auto batch = sequencer_.batch_changing(member_key(row->id))) return batch;
  }
  const Sequence claimed = std::max(join.marks.received, join.tag.last);
  return claimed <= sequencer_.last_in_commit() ? sequencer_.batch_of(claimed) : std::nullopt;
}

/// Whether it may be a member; if not, it is told why, or who stands in its way is asked.
bool CoordinatorCore::Impl::passes(const Peer& peer, const Join& join) {
  std::optional<Error> refusal = check_join(join);
  if (!refusal) refusal = check_history(join);
  if (!refusal) return !challenged(peer, join);
  quarantine_if_due(join, *refusal);
  refuse(peer, *refusal, join.name);
  return false;
}

// ---- the roster

/// The entries that make the roster say of this member what its Join says; none: it does.
std::vector<Draft> CoordinatorCore::Impl::drafts_for(const Join& join) const {
  std::vector<Draft> drafts;
  auto replaced = [&](const MemberRow& row) {
    drafts.push_back(
        system_draft(kLeftKind, Target::none(), left_payload(row.id, LeftCause::kReplaced)));
  };
  const MemberRow* known = sequencer_.roster().find_server(join.server_id);
  const MemberRow* named = sequencer_.roster().find_name(join.name);
  if (named != nullptr && named != known) replaced(*named);
  const bool renamed = known != nullptr && known->name != join.name;
  if (renamed) replaced(*known);
  if (known == nullptr || renamed) {
    drafts.push_back(system_draft(kJoinedKind, Target::none(), joined_payload(row_of(join))));
  } else if (known->own_labels != join.labels) {
    drafts.push_back(system_draft(kLabelledKind, Target::one(known->id),
                                  labelled_payload(known->id, join.labels)));
  }
  return drafts;
}

void CoordinatorCore::Impl::draft_for_join(const Peer& peer, const Join& join,
                                           std::vector<Draft> drafts) {
  if (!read_only_.empty()) return refuse(peer, {ErrorCode::kReadOnly, read_only_}, join.name);
  if (!sequencer_.has_room() || waiters_full()) {
    return refuse(peer, {ErrorCode::kBusy, "the coordinator is busy; try again"}, join.name);
  }
  const RosterIndex& roster = sequencer_.roster();
  const bool more = drafts.size() == 1 && drafts.front().kind == kJoinedKind;
  if (more && roster.rows().size() >= config_.bounds.members) {
    return refuse(peer,
                  {ErrorCode::kBusy, fmt::format("the group has {} members, as many as it may",
                                                 roster.rows().size())},
                  join.name);
  }
  if (!join_gate_.may_change_roster(now_, peer, join.server_id)) {
    return refuse(
        peer, {ErrorCode::kBusy, "its joins have changed the roster too often; try again later"},
        join.name);
  }
  auto placed = sequencer_.append(drafts, group_now(), ledger_);
  if (!placed) return refuse(peer, placed.error(), join.name);
  wait_to_join(placed->batch, peer, join);
}

/// A Join that is repeated takes the place of the one that waits: each gets one Welcome, and the
/// session of a former one would end with the next.
void CoordinatorCore::Impl::wait_to_join(BatchNumber batch, const Peer& peer, const Join& join) {
  for (Waiter& waiter : waiters_[batch]) {
    auto* one = std::get_if<JoinWaits>(&waiter);
    if (one == nullptr || one->peer != peer) continue;
    one->join = join;
    return;
  }
  if (waiters_full()) {
    return refuse(peer, {ErrorCode::kBusy, "the coordinator is busy; try again"}, join.name);
  }
  wait_for(batch, JoinWaits{peer, join});
}

// ---- welcome

CatchUp CoordinatorCore::Impl::plan_for(const Join& join, const MemberRow& row) const {
  const LogHead& head = sequencer_.durable();
  const Sequence received = join.marks.received;
  // Below its own JOINED it has never been told of itself: whatever R it claims is another life's.
  if (join.resynchronise || received.value < row.id.value) return CatchUp::kSnapshot;
  if (recovery_.follows_lost(join.frame_epoch)) return CatchUp::kSnapshot;
  if (received == head.last) {
    return join.state_digest == head.state_digest ? CatchUp::kNothing : CatchUp::kSnapshot;
  }
  return received.next() < floor() ? CatchUp::kSnapshot : CatchUp::kReplay;
}

/// The E up to which the ledger has every outcome. A coordinator that was put back has lost some
/// that the member takes for recorded: beyond it nothing is believed until it is reported again.
Sequence CoordinatorCore::Impl::known_executed(const Join& join, const MemberRow& row) const {
  const Sequence before_it_came(row.id.value);  // no entry up to its JOINED counts it
  return std::min(join.marks.executed,
                  std::max(ledger_.account(row.id)->marks.executed, before_it_came));
}

void CoordinatorCore::Impl::welcome(const Peer& peer, const Join& join) {
  const MemberRow& row = *sequencer_.roster().find_server(join.server_id);
  if (const MemberSession* old = sessions_->of(row.id)) session_ends(old->number);
  MemberSession session;
  session.member = row.id;
  session.peer = peer;
  session.server_id = join.server_id;
  session.incarnation = join.incarnation;
  session.product = join.product;
  session.known_kinds = join.known_kinds;
  session.heard = now_;
  session.since = group_now();
  session.state_digest = join.state_digest;
  session.digest_at = join.marks.received;
  const CatchUp plan = plan_for(join, row);
  session.image_from = sluggish_.told(row.id) ? sequencer_.durable().last : join.marks.received;
  session.takes_snapshot = plan == CatchUp::kSnapshot;
  const MemberSession& opened = sessions_->open(std::move(session));
  quarantined_.erase(row.id);
  sluggish_.moves(row.id, now_);
  pacer_.member_came(opened.number, plan == CatchUp::kSnapshot ? Sequence(0) : join.marks.received);
  ledger_.exceptions().applied(row.id, ledger_.account(row.id)->marks.received, join.marks.received,
                               ledger_rows_);
  // What a replay has to show first is reported when it has.
  if (plan != CatchUp::kReplay) record_outcomes(row.id, join.outcomes);
  const Sequence executed = known_executed(join, row);
  ledger_.set_marks(row.id, {join.marks.received, executed});
  changed(row.id);
  static constexpr std::string_view kPlans[] = {"nothing", "replay", "snapshot"};
  std::vector<NoteField> fields = {{"member", row.name},
                                   {"seq", join.marks.received},
                                   {"plan", kPlans[static_cast<std::size_t>(plan)]}};
  audit(peer, std::string(to_word(Verb::kJoin)), nullptr, row.name);
  if (join.resynchronise) fields.emplace_back("cause", join.resynchronise_cause);
  note(NoteLevel::kInfo, "joined", std::move(fields));
  Welcome reply;
  reply.session = opened.number;
  reply.member = row.id;
  reply.head = sequencer_.durable().last;
  reply.heartbeat_interval_ms = config_.heartbeat_interval_ms;
  reply.lost_after_ms = config_.heartbeat_interval_ms * config_.lost_after_heartbeats;
  reply.shared_tail = config_.shared_tail;
  reply.plan = plan;
  reply.executed = executed;
  to_member(peer, reply);
}

}  // namespace groupctl
