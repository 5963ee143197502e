// CoordinatorCore: what only looks.
#include <fmt/format.h>

#include <algorithm>

#include "coordinator/core_impl.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

constexpr std::size_t kMembersPerPage = 128;
constexpr std::uint32_t kMaxLogRows = 200;
constexpr std::size_t kLogPageBytes = 96 * 1024;

std::uint32_t count_prefix(const GroupState& state, std::string_view prefix) {
  std::uint32_t count = 0;
  for (auto row = state.lower_bound(prefix); row != state.end() && row->first.starts_with(prefix);
       ++row) {
    ++count;
  }
  return count;
}

}  // namespace

HelloReply CoordinatorCore::Impl::hello_reply() const {
  HelloReply hello;
  hello.product = config_.product;
  hello.group = config_.group;
  hello.log_id = sequencer_.durable().log_id;
  hello.epoch = sequencer_.durable().epoch;
  hello.now = group_now();
  hello.members = static_cast<std::uint32_t>(sequencer_.roster().rows().size());
  return hello;
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const AdminHello& hello) {
  if (hello.protocol != kProtocolVersion) {
    return answer(peer, id,
                  QueryRefused{ErrorCode::kUnsupported, "this coordinator speaks protocol 1"});
  }
  HelloReply reply = hello_reply();
  if (!access_.open()) {
    reply.role = access_.caller(peer, group_now()).role;
    if (reply.role == KeyRole::kGuest || reply.role == KeyRole::kToken) reply.members = 0;
  }
  answer(peer, id, std::move(reply));
}

StatusReply CoordinatorCore::Impl::status_reply() const {
  const LogHead& head = sequencer_.durable();
  StatusReply status;
  status.hello = hello_reply();
  status.endpoint_members = config_.member_endpoint;
  status.head = head.last;
  status.floor = head.floor;
  status.chain = head.chain;
  status.state_digest = head.state_digest;
  status.uptime_ms = now_.value - started_.value;
  status.artefacts = count_prefix(sequencer_.state(), "artefact/");
  status.properties = count_prefix(sequencer_.state(), "property/");
  std::map<MemberState, std::uint32_t> states;
  for (const auto& [member, row] : sequencer_.roster().rows()) {
    ++states[state_of(row, sessions_->of(member))];
  }
  status.members.assign(states.begin(), states.end());
  status.read_only = read_only_;
  status.last_command = last_command_;
  status.last_issuer = last_issuer_;
  status.pending_keys = access_.pending();
  return status;
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const StatusQuery&) {
  StatusReply reply = status_reply();
  if (!access_.open()) reply.hello.role = access_.caller(peer, group_now()).role;
  answer(peer, id, std::move(reply));
}

MemberState CoordinatorCore::Impl::state_of(const MemberRow& row,
                                            const MemberSession* session) const {
  if (quarantined_.contains(row.id)) return MemberState::kQuarantined;
  if (!sessions_->live(row.id, now_)) return MemberState::kLost;
  if (session == nullptr) return MemberState::kJoining;
  if (session->held_at) return MemberState::kHeld;
  if (session->delta.failed > 0) return MemberState::kFailed;
  if (rollouts_.waits(row.id)) return MemberState::kHeld;
  const Watermarks marks = ledger_.account(row.id)->marks;
  const Sequence head = sequencer_.durable().last;
  if (marks.received == head && marks.executed == head) {
    const DeltaCounts& delta = session->delta;
    const bool deviates = delta.intended + delta.drifted + delta.foreign > 0;
    return deviates ? MemberState::kDrifted : MemberState::kInStep;
  }
  if (sluggish_.told(row.id)) return MemberState::kBehind;
  return pacer_.in_window(session->number) ? MemberState::kBehind : MemberState::kReplaying;
}

MemberInfo CoordinatorCore::Impl::info(const MemberRow& row) const {
  const MemberSession* session = sessions_->of(row.id);
  MemberInfo info;
  info.id = row.id;
  info.name = row.name;
  info.server_id = row.server_id;
  info.state = state_of(row, session);
  if (const AccountRow* account = ledger_.account(row.id)) info.marks = account->marks;
  info.silent_ms = sessions_->silent_ms(row.id, now_);
  info.labels = row.labels();
  if (auto why = quarantined_.find(row.id); why != quarantined_.end()) info.note = why->second;
  if (session == nullptr) {
    const auto key = access_.key_of_member(row.name);
    if (info.note.empty() && key && *key != KeyState::kAccepted) {
      info.note = fmt::format("its key is {}: key accept, or member evict", to_word(*key));
    }
    return info;
  }
  info.state_digest = session->state_digest;
  info.delta = session->delta;
  info.running = session->running;
  info.product = session->product;
  if (auto lag = sluggish_.told(row.id)) {
    info.note = "told to resynchronise: " + lag_text(*lag);
  }
  if (rollouts_.waits(row.id)) info.note = "held: its rollout has not come to it yet";
  if (session->held_at) {
    info.note =
        "held at " + std::to_string(session->held_at.value) + ": needs a newer group-member";
  }
  return info;
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const MembersQuery& query) {
  MembersReply reply;
  reply.head = sequencer_.durable().last;
  const auto& rows = sequencer_.roster().rows();
  auto row = rows.upper_bound(query.after);
  std::size_t bytes = 0;
  for (; row != rows.end() && reply.rows.size() < kMembersPerPage; ++row) {
    MemberInfo one = info(row->second);
    bytes += message_size(one);
    if (bytes > kPageBudgetBytes) break;
    reply.rows.push_back(std::move(one));
  }
  reply.more = row != rows.end();
  answer(peer, id, std::move(reply));
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const LogQuery& query) {
  const LogHead& head = sequencer_.durable();
  LogQuery wanted = query;
  wanted.limit = std::clamp<std::uint32_t>(query.limit, 1, kMaxLogRows);
  if (!wanted.from) {
    const std::uint64_t back = std::min<std::uint64_t>(wanted.limit, head.last.value);
    wanted.from = std::max({head.floor, ledger_floor_, Sequence(head.last.value - back + 1)});
  }
  if (!head.last || wanted.from > head.last) {
    return answer(peer, id, LogReply{{}, head.last, head.floor, false});
  }
  if (auto lost = recovery_.lost_at(wanted.from)) {
    return answer(peer, id, QueryRefused{lost->code, lost->text});
  }
  if (reads_full()) {
    return answer(peer, id, QueryRefused{ErrorCode::kBusy, "too many look-ups are waiting"});
  }
  const std::uint64_t token = ++next_token_;
  read_waiters_.emplace(token, LogQueryRead{peer, id, wanted});
  output_.reads.push_back(LogRead{token, wanted.from, wanted.limit});
}

void CoordinatorCore::Impl::answer_log(const LogQueryRead& query, const LogReadDone& read) {
  if (!read.entries) {
    const Error& error = read.entries.error();
    return answer(query.peer, query.id, QueryRefused{error.code, error.text});
  }
  const LogHead& head = sequencer_.durable();
  LogReply reply{{}, head.last, head.floor, false};
  Sequence next = query.query.from;
  std::size_t bytes = 0;
  for (const Bytes& stored : *read.entries) {
    bytes += stored.size() + 256;
    if (!reply.rows.empty() && bytes > kLogPageBytes) break;
    auto entry = decode_entry(stored);
    if (!entry)
      return answer(query.peer, query.id, QueryRefused{entry.error().code, entry.error().text});
    if (entry->sequence < ledger_floor_) continue;
    const TargetSet targets = ledger_.set_of(entry->sequence, entry->target);
    next = entry->sequence.next();
    reply.rows.push_back({stored, static_cast<std::uint32_t>(targets->size()),
                          tally(entry->sequence, entry->entry_class, *targets)});
  }
  reply.more = next <= head.last;
  answer(query.peer, query.id, std::move(reply));
}

}  // namespace groupctl
