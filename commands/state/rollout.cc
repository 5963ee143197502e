#include "commands/state/rollout.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "commands/state/row_codec.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

using Schema = state_schema::RolloutRow;

void write_amount(const Amount& amount, state_schema::Amount::Builder out) {
  out.setValue(amount.value);
  out.setPercent(amount.percent);
}
Amount read_amount(state_schema::Amount::Reader in) { return {in.getValue(), in.getPercent()}; }

RolloutPhase phase_of(Schema::Phase phase) { return static_cast<RolloutPhase>(phase); }

/// The targets are by id.
unsigned place_of(capnp::List<state_schema::RolloutTarget>::Reader targets, MemberId id) {
  unsigned low = 0;
  unsigned high = targets.size();
  while (low < high) {
    const unsigned middle = low + (high - low) / 2;
    if (targets[middle].getId() < id.value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<RolloutRow> read_row(Schema::Reader in) {
  RolloutRow row;
  row.artefact = text_of(in.getArtefact());
  auto assignment = read_whole_assignment(in.getAssignment());
  if (!assignment) return tl::unexpected<Error>(assignment.error());
  row.assignment = *std::move(assignment);
  row.policy = read_policy(in.getPolicy());
  for (auto target : in.getTargets()) {
    row.targets.push_back({MemberId(target.getId()), Sequence(target.getReleased())});
  }
  if (in.getPhase() > Schema::Phase::ENDED) {
    return fail(ErrorCode::kInvalid, "a rollout in a phase of a later version");
  }
  row.phase = phase_of(in.getPhase());
  row.why = text_of(in.getWhy());
  row.resumed = Sequence(in.getResumed());
  row.prior = Sequence(in.getPrior());
  for (auto item : in.getFormer()) {
    auto former = read_whole_assignment(item);
    if (!former) return tl::unexpected<Error>(former.error());
    row.former.push_back(*std::move(former));
  }
  return row;
}

struct Released {
  std::optional<ArtefactAssignment> assignment;
  Sequence prior;  ///< where to look when there is none
};

/// One that was ended by the next counts as long as that has not come to the member; behind one
/// that is finished nothing counts.
Result<Released> read_released(Schema::Reader in, bool first, const MemberRow& member) {
  const RolloutPhase phase = phase_of(in.getPhase());
  if (phase == RolloutPhase::kFinished) return Released{};
  const Released none{std::nullopt, Sequence(in.getPrior())};
  const bool counts = first ? counts_by_release(phase) : phase == RolloutPhase::kEnded;
  const auto targets = in.getTargets();
  const unsigned at = place_of(targets, member.id);
  if (!counts || at == targets.size() || targets[at].getId() != member.id.value ||
      targets[at].getReleased() == 0) {
    return none;
  }
  auto assignment = read_whole_assignment(in.getAssignment());
  if (!assignment) return tl::unexpected<Error>(assignment.error());
  if (!matches(assignment->target, member)) return none;
  return Released{*std::move(assignment), {}};
}

const RolloutTarget* find_target(const std::vector<RolloutTarget>& targets, MemberId id) {
  const auto found = std::lower_bound(
      targets.begin(), targets.end(), id,
      [](const RolloutTarget& target, MemberId wanted) { return target.id < wanted; });
  return found == targets.end() || found->id != id ? nullptr : &*found;
}

}  // namespace

RolloutPolicy read_policy(state_schema::RolloutPolicy::Reader in) {
  return {read_amount(in.getWindow()), read_amount(in.getMaxFailures()), in.getCanary(),
          in.getPauseMs()};
}

void write_policy(const RolloutPolicy& policy, state_schema::RolloutPolicy::Builder out) {
  write_amount(policy.window, out.initWindow());
  write_amount(policy.max_failures, out.initMaxFailures());
  out.setCanary(policy.canary);
  out.setPauseMs(policy.pause_ms);
}

std::size_t amount_of(const Amount& amount, std::size_t targets) {
  return amount.percent ? targets * amount.value / 100 : amount.value;
}

Result<Amount> parse_amount(std::string_view text) {
  Amount amount;
  std::string_view digits = text;
  if (digits.ends_with('%')) {
    amount.percent = true;
    digits.remove_suffix(1);
  }
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), amount.value);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (whole && !(amount.percent && amount.value > 100)) return amount;
  return fail(ErrorCode::kInvalid,
              "\"" + std::string(text) + "\" is neither a number like 10 nor a part like 25%");
}

std::string to_text(const Amount& amount) {
  return std::to_string(amount.value) + (amount.percent ? "%" : "");
}

std::string_view to_word(RolloutPhase phase) {
  static constexpr std::string_view kWords[] = {"open",     "paused", "stopped", "aborted",
                                                "finished", "undone", "ended"};
  return kWords[static_cast<std::size_t>(phase)];
}

bool goes_on(RolloutPhase phase) {
  return phase == RolloutPhase::kOpen || phase == RolloutPhase::kPaused;
}

bool is_unfinished(RolloutPhase phase) { return goes_on(phase) || phase == RolloutPhase::kStopped; }

bool counts_by_release(RolloutPhase phase) {
  return goes_on(phase) || phase == RolloutPhase::kStopped || phase == RolloutPhase::kAborted;
}

Sequence RolloutRow::released_at(MemberId id) const {
  const RolloutTarget* target = find_target(targets, id);
  return target == nullptr ? Sequence() : target->released;
}

bool RolloutRow::is_target(MemberId id) const { return find_target(targets, id) != nullptr; }

std::string rollout_key(Sequence sequence) {
  char digits[21];
  std::snprintf(digits, sizeof digits, "%020llu", static_cast<unsigned long long>(sequence.value));
  return std::string(kRolloutPrefix) + digits;
}

std::optional<Sequence> rollout_in(std::string_view key) {
  if (!key.starts_with(kRolloutPrefix)) return std::nullopt;
  key.remove_prefix(kRolloutPrefix.size());
  std::uint64_t number = 0;
  std::from_chars(key.data(), key.data() + key.size(), number);
  return Sequence(number);
}

Bytes encode(const RolloutRow& row) {
  return canonical_bytes<Schema>([&](auto& out) {
    out.setArtefact(text_reader(row.artefact));
    write_assignment(row.assignment, out.initAssignment());
    write_policy(row.policy, out.initPolicy());
    auto targets = out.initTargets(static_cast<unsigned>(row.targets.size()));
    for (unsigned i = 0; i < row.targets.size(); ++i) {
      targets[i].setId(row.targets[i].id.value);
      targets[i].setReleased(row.targets[i].released.value);
    }
    out.setPhase(static_cast<Schema::Phase>(row.phase));  // the same order
    out.setWhy(text_reader(row.why));
    out.setResumed(row.resumed.value);
    out.setPrior(row.prior.value);
    auto former = out.initFormer(static_cast<unsigned>(row.former.size()));
    for (unsigned i = 0; i < row.former.size(); ++i) write_assignment(row.former[i], former[i]);
  });
}

Result<RolloutRow> decode_rollout_row(ByteView bytes) {
  return with_capnp("rollout row", [&]() -> Result<RolloutRow> {
    CanonicalReader reader(bytes);
    return read_row(reader.root<Schema>());
  });
}

std::optional<RolloutRow> rollout_row(const GroupState& state, Sequence sequence) {
  const Bytes* bytes = state.find(rollout_key(sequence));
  if (bytes == nullptr) return std::nullopt;
  auto row = decode_rollout_row(*bytes);
  GROUPCTL_INVARIANT(row.has_value(), "the state's value of a rollout does not decode");
  return *std::move(row);
}

std::vector<RolloutRow> rollouts(const GroupState& state) {
  std::vector<RolloutRow> rows;
  for (auto at = state.lower_bound(kRolloutPrefix);
       at != state.end() && at->first.starts_with(kRolloutPrefix); ++at) {
    auto row = decode_rollout_row(at->second);
    GROUPCTL_INVARIANT(row.has_value(), "the state's value of " + at->first + " does not decode");
    rows.push_back(*std::move(row));
  }
  return rows;
}

bool starts_after(const RolloutRow& row, const RolloutRow& other) {
  if (!row.assignment.release || other.assignment.sequence >= row.assignment.sequence) return false;
  const auto& after = row.assignment.release->after;
  return std::find(after.begin(), after.end(), other.artefact) != after.end();
}

StateChange change_of(const RolloutRow& row) {
  return {rollout_key(row.assignment.sequence), encode(row)};
}

StateChanges stop_what_follows(const RolloutRow& given_up, std::string_view how,
                               const GroupState& state) {
  StateChanges changes;
  for (RolloutRow& row : rollouts(state)) {
    if (row.phase != RolloutPhase::kOpen || !starts_after(row, given_up)) continue;
    row.phase = RolloutPhase::kStopped;
    row.why = "rollout " + std::to_string(given_up.assignment.sequence.value) + " of " +
              given_up.artefact + ", which it starts after, was " + std::string(how);
    changes.push_back(change_of(row));
  }
  return changes;
}

bool holds_releases(const RolloutRow& row) {
  return counts_by_release(row.phase) || (row.phase == RolloutPhase::kUndone && row.prior);
}

Sequence came_by(const GroupState& state, Sequence assigned, MemberId member) {
  const auto rollout = rollout_row(state, assigned);
  const Sequence released = rollout ? rollout->released_at(member) : Sequence();
  return released ? released : assigned;
}

std::optional<ArtefactAssignment> released_to(const GroupState& state, Sequence sequence,
                                              const MemberRow& member) {
  for (bool first = true; sequence; first = false) {
    const Bytes* bytes = state.find(rollout_key(sequence));
    if (bytes == nullptr) return std::nullopt;
    auto found = with_capnp("rollout row", [&]() -> Result<Released> {
      CanonicalReader reader(*bytes);
      return read_released(reader.root<Schema>(), first, member);
    });
    GROUPCTL_INVARIANT(found.has_value(), "the state's value of a rollout does not decode");
    if (found->assignment) return std::move(found->assignment);
    sequence = found->prior;
  }
  return std::nullopt;
}

}  // namespace groupctl
