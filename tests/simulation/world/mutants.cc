#include "tests/simulation/world/mutants.h"

#include <malloc.h>

#include <algorithm>

#include "commands/system/system.h"
#include "tests/fuzz/target.h"
#include "tests/simulation/world/describe.h"
#include "tests/simulation/world/world_check.h"

namespace groupctl::sim {
namespace {

constexpr std::size_t kKeptOfAKind = 8;
constexpr std::uint64_t kLookEach = 1000;
constexpr std::uint64_t kRenewEach = 100;
constexpr std::uint64_t kBackEach = 100;  // who hears them is brought back into its life
constexpr std::uint64_t kGivenAMs = 5;
constexpr std::size_t kBesideTheQueues = 4 << 20;  // of a member's core

volatile std::uint64_t under_way = 0;

struct SetSession {
  SessionNumber session;
  template <class Message>
  void operator()(Message& message) const {
    if constexpr (requires { message.session; }) message.session = session;
  }
};

}  // namespace

std::uint64_t mutant_under_way() { return under_way; }

MutantCounts& MutantCounts::operator+=(const MutantCounts& other) {
  given += other.given;
  decoded += other.decoded;
  answered += other.answered;
  entries += other.entries;
  held_bytes = std::max(held_bytes, other.held_bytes);
  return *this;
}

MutantRound::MutantRound(MutantStream stream, std::uint64_t seed)
    : stream_(stream), seed_(seed), group_(seed) {
  group_.world().stage().net.set_tap(
      [this](const Passage& passage, ByteView first, ByteView second) {
        if (listens_) return capture(passage, first, second);
        const NodeId node = goes_to_coordinator() ? passage.to : passage.from;
        answers_ += node == suspect_node() ? 1U : 0U;
      });
}

NodeId MutantRound::suspect_node() {
  if (stream_ == MutantStream::kAdminRequests) return LivingGroup::kSuspectOperator;
  return group_.suspect().spec().node;
}

bool MutantRound::goes_to_coordinator() const {
  return stream_ == MutantStream::kMemberMessages || stream_ == MutantStream::kAdminRequests;
}

// ---- what was said

void MutantRound::capture(const Passage& passage, ByteView first, ByteView second) {
  const bool up = passage.to == kCoordinatorNode;
  const NodeId node = up ? passage.from : passage.to;
  const bool suspect = group_.is_suspect(node);
  if (up && suspect) {
    const auto said = decode_member_message(first);
    const auto* ack = said ? std::get_if<Ack>(&*said) : nullptr;
    if (ack != nullptr && ack->session) session_ = ack->session;
    if (said && stream_ == MutantStream::kMemberMessages) keep(said->index(), copy_bytes(first));
  } else if (stream_ == MutantStream::kAdminRequests && up && passage.plane == Plane::kAdmin) {
    const auto said = decode_admin_request(first);
    const bool others = said && node != LivingGroup::kSuspectOperator;
    // Of the honest admin's requests those that nobody is to carry out in its place.
    if (!said || (others && std::holds_alternative<Submit>(said->request))) return;
    keep(said->request.index(), copy_bytes(first));
  } else if (stream_ == MutantStream::kMemberReplies && !up && suspect &&
             passage.plane == Plane::kMember) {
    if (const auto said = decode_member_reply(first)) keep(said->reply.index(), copy_bytes(first));
  } else if (stream_ == MutantStream::kPublications && !up && suspect &&
             passage.plane == Plane::kCommand) {
    const auto said = decode_publication(first, second);
    if (said)
      keep(said->publication.index(), fuzz::joined({copy_bytes(first), copy_bytes(second)}));
  }
}

/// The newest: of the session that there is now.
void MutantRound::keep(std::size_t kind, Bytes bytes) {
  std::deque<Bytes>& kept = captured_[kind];
  kept.push_back(std::move(bytes));
  if (kept.size() > kKeptOfAKind) kept.pop_front();
  is_new_ = true;
}

/// Of the session that there is now, and under an id that was not asked under before: else nothing
/// comes of it.
Bytes MutantRound::as_said_next(const Bytes& message) {
  if (stream_ == MutantStream::kMemberMessages) {
    auto said = decode_member_message(message);
    std::visit(SetSession{session_}, *said);
    return encode(*said);
  }
  if (stream_ != MutantStream::kAdminRequests) return message;
  auto said = decode_admin_request(message);
  if (auto* submit = std::get_if<Submit>(&said->request)) submit->first = group_.next_request();
  return encode(said->id, said->request);
}

/// As many of each kind of message.
void MutantRound::renew_material() {
  is_new_ = false;
  material_.items.clear();
  material_.max_bytes = 0;
  for (const auto& [kind, messages] : captured_) {
    for (std::size_t i = 0; i < kKeptOfAKind; ++i) {
      material_.items.push_back(as_said_next(messages[i % messages.size()]));
      material_.max_bytes = std::max(material_.max_bytes, 2 * material_.items.back().size());
    }
  }
}

// ---- giving

std::string MutantRound::give(std::uint64_t first, std::uint64_t last) {
  std::string wrong = group_.grow_up();
  if (!wrong.empty()) return wrong;
  group_.says_otherwise(session_);
  looked_until_ = group_.world().stage().truth.last();
  keys_ = group_.world().coordinator().keys().all();
  for (std::uint64_t number = first; wrong.empty() && number <= last; ++number) {
    if (is_new_ || number % kRenewEach == 0) renew_material();
    under_way = number;
    mutant_ = fuzz::mutant(material_, seed_, number);
    give_one();
    wrong = violation();
    if (number % kGivenAMs == 0 && wrong.empty()) wrong = live_on();
    const bool back = !goes_to_coordinator() && number % kBackEach == 0;
    if (back && wrong.empty()) wrong = group_.recovers_the_suspect();
    if ((number == last || number % kLookEach == 0) && wrong.empty()) wrong = look();
    if (!wrong.empty()) {
      wrong = "mutant " + std::to_string(number) + ": " + wrong + "\n" + last_mutant();
    }
  }
  return wrong.empty() ? look_at_memory() : wrong;
}

std::string MutantRound::violation() {
  const auto& violation = group_.world().stage().truth.violation();
  return violation ? violation->invariant + " broken: " + violation->text : std::string();
}

std::string MutantRound::live_on() {
  group_.live_on();
  check_sizes(group_.world());
  check_watermarks(group_.world());
  std::string wrong = violation();
  return wrong.empty() ? look_at_marks() : wrong;
}

void MutantRound::give_one() {
  ++counts_.given;
  answers_ = 0;
  listens_ = false;
  goes_to_coordinator() ? give_to_coordinator() : give_to_member();
  listens_ = true;
  counts_.answered += answers_ > 0 ? 1U : 0U;
}

void MutantRound::give_to_coordinator() {
  World& world = group_.world();
  const bool member = stream_ == MutantStream::kMemberMessages;
  if (member) {
    note_decoded(decode_member_message(mutant_));
  } else {
    note_decoded(decode_admin_request(mutant_).map([](auto one) { return one.request; }));
  }
  const auto peer = world.stage().net.peer_of(suspect_node());
  if (!peer) return;  // it connects anew
  world.coordinator().hear_at_door(member ? Plane::kMember : Plane::kAdmin, *peer, mutant_);
}

/// What does not decode its shell has dropped.
void MutantRound::give_to_member() {
  MemberNode& member = group_.suspect();
  if (stream_ == MutantStream::kMemberReplies) {
    auto reply = decode_member_reply(mutant_);
    note_decoded(reply.map([](const auto& one) { return one.reply; }));
    if (reply) {
      get_past_the_fence(reply->envelope);
      member.hear(FromCoordinator{*std::move(reply)});
    }
    return;
  }
  std::vector<ByteView> parts = fuzz::parted(mutant_);
  parts.resize(2);
  auto said = decode_publication(parts[0], parts[1]);
  note_decoded(said.map([](const auto& one) { return one.publication; }));
  if (!said) return;
  get_past_the_fence(said->envelope);
  member.hear(FromCommandPlane{{*std::move(said)}});
}

/// Of eight mutants seven are of the log that the member follows. None is of a later epoch: of
/// whoever has the coordinator's key a member believes it, and hears nobody else any more.
void MutantRound::get_past_the_fence(Envelope& envelope) {
  const CoordinatorCore* core = group_.world().coordinator().core();
  if (counts_.given % 8 != 0) envelope.log_id = core->durable_head().log_id;
  envelope.epoch = std::min(envelope.epoch, core->epoch());
}

template <class Message>
void MutantRound::note_decoded(const Result<Message>& message) {
  counts_.decoded += message ? 1U : 0U;
  said_ = message ? describe(*message) : message.error().text;
}

std::string MutantRound::last_mutant() const { return said_ + "\n" + to_hex(mutant_); }

// ---- what must hold

std::string MutantRound::look() {
  std::string wrong = group_.serves();
  if (wrong.empty()) wrong = group_.recovers_the_suspect();
  check_disks(group_.world());
  if (std::string broken = violation(); !broken.empty()) return broken;
  if (wrong.empty()) wrong = look_at_log();
  return wrong.empty() ? look_at_keys() : wrong;
}

/// F40: of nobody more is believed than there is.
std::string MutantRound::look_at_marks() {
  const CoordinatorCore* core = group_.world().coordinator().core();
  if (core == nullptr) return "the coordinator is down";
  for (const MemberRow& row : roster(core->speculative_state())) {
    const auto marks = core->marks_of(row.id);
    if (!marks) continue;
    if (marks->received > core->durable_head().last || marks->executed > marks->received) {
      return "of " + row.name + " is believed " + describe(*marks);
    }
  }
  return {};
}

/// Entries come from operators that may submit, and with them the steps of their rollouts; and that
/// somebody came, went or changed its labels from the suspect member alone.
std::string MutantRound::look_at_log() {
  const Truth& truth = group_.world().stage().truth;
  while (looked_until_ < truth.last()) {
    looked_until_ = looked_until_.next();
    ++counts_.entries;
    const Entry& entry = truth.at(looked_until_).entry;
    const bool by_operator =
        entry.issuer_name.starts_with("a1") ||
        (stream_ == MutantStream::kAdminRequests && entry.issuer_name.starts_with("xo"));
    const bool of_a_rollout = entry.kind == kReleaseKind || entry.kind == kFinishKind;
    const bool by_itself =
        (changes_roster(entry.kind) || of_a_rollout) && entry.issuer_name == "coordinator";
    if (!by_operator && !by_itself) {
      return "entry " + std::to_string(looked_until_.value) + " is of " + entry.issuer_name;
    }
    const MemberRow* joined =
        entry.kind == kJoinedKind ? truth.last_row(MemberId(looked_until_.value)) : nullptr;
    if (joined != nullptr && !is_hostile(joined->name)) return joined->name + " has joined";
  }
  return {};
}

/// The suspects' own keys are theirs to replace, by others for the same.
std::string MutantRound::look_at_keys() {
  const auto& now = group_.world().coordinator().keys().all();
  for (const auto& [key, info] : now) {
    const auto before = keys_.find(key);
    const bool known = before != keys_.end();
    const bool own = is_hostile(info.name) && (!known || before->second.role == info.role);
    if (own || (known && before->second == info)) continue;
    return "the key of " + info.name + " has changed";
  }
  for (const auto& [key, info] : keys_) {
    if (!now.contains(key)) return "the key of " + info.name + " is gone";
  }
  return {};
}

/// A member's core counts what it queues and tells nobody: what goes with it is asked of malloc.
std::string MutantRound::look_at_memory() {
  const std::size_t before = ::mallinfo2().uordblks;
  group_.suspect().crash();
  const std::size_t after = ::mallinfo2().uordblks;
  counts_.held_bytes = before - std::min(before, after);
  const MemberConfig bounds = member_defaults();
  if (counts_.held_bytes <= 2 * bounds.max_queued_bytes + kBesideTheQueues) return {};
  return "the member held " + std::to_string(counts_.held_bytes) + " bytes";
}

}  // namespace groupctl::sim
