#include "tests/simulation/world/world_check.h"

#include <algorithm>

#include "tests/simulation/world/describe.h"
#include "tests/simulation/world/rollout_check.h"

namespace groupctl::sim {
namespace {

std::string number(Sequence sequence) { return std::to_string(sequence.value); }

/// I9: the rows on the disk are the fold of the log up to the disk's head.
void check_fold(Truth& truth, const MemoryStore& store, const std::string& who) {
  GroupState state;
  auto head =
      store.read_state([&](std::string_view key, ByteView value) { state.load_row(key, value); });
  if (!head || !head->log_id || head->log_id != truth.head().log_id) return;
  const auto lost = truth.lost_digest(head->last, head->chain);
  if (!lost && head->last > truth.last()) {
    return truth.broken("I5", who + " has rows of " + number(head->last));
  }
  if (state.digest() != (lost ? *lost : truth.digest_at(head->last))) {
    truth.broken("I9", who + "'s rows are not the fold of the log to " + number(head->last));
  }
}

/// I10: every sequence from the floor on can be read.
void check_log(Truth& truth, const MemoryStore& store) {
  const LogHead head = *store.head();
  if (head.last < head.floor) return;
  auto frames = store.read_frames(head.floor, SIZE_MAX);
  Sequence end = head.floor.previous();
  if (!frames || frames->empty() || frames->front()->header().first > head.floor) {
    return truth.broken("I10", "the log cannot be read from its floor " + number(head.floor));
  }
  for (const FramePtr& frame : *frames) end = frame->header().last;
  if (end != head.last) truth.broken("I10", "the log ends at " + number(end));
}

void check_coordinator_reload(World& world) {
  const CoordinatorNode& node = world.coordinator();
  Truth& truth = world.stage().truth;
  auto loaded = node.reload();
  if (!loaded) return truth.broken("I17", "a restart would fail: " + loaded.error().text);
  truth.coordinator_loaded((*loaded)->durable_head());
  if ((*loaded)->speculative_state().digest() != truth.state().digest()) {
    truth.broken("I17", "a restarted coordinator would have another state");
  }
}

void check_member_reload(World& world, const MemberNode& node) {
  Truth& truth = world.stage().truth;
  auto loaded = node.reload();
  const std::string& name = node.spec().name;
  if (!loaded) return truth.broken("I17", name + ": a restart would fail: " + loaded.error().text);
  if (!node.up() || !node.idle()) return;
  const MemberCore& now = *node.core();
  if ((*loaded)->marks() != now.marks() || (*loaded)->head() != now.head()) {
    truth.broken("I17", name + " would restart with " + describe((*loaded)->marks()) + ", not " +
                            describe(now.marks()));
  }
  if (!((*loaded)->actual() == now.actual())) {
    truth.broken("I17", name + " would restart with another actual state");
  }
  if ((*loaded)->intended() != now.intended()) {
    truth.broken("I17", name + " would restart with other intended deltas");
  }
}

const MemberRow* row_of(const Truth& truth, const MemberNode& node, std::optional<MemberRow>& row) {
  const auto rows = roster(truth.state());
  for (const MemberRow& one : rows) {
    if (one.server_id == node.spec().server_id) row = one;
  }
  return row ? &*row : nullptr;
}

/// What a member says is in place, against its machine; what was changed by hand and not yet looked
/// at it cannot know.
bool runs_as_said(const Aim& aim, const Delta& delta, const SimHost& host) {
  return std::all_of(host.placed().begin(), host.placed().end(), [&](const auto& placed) {
    const auto& [name, there] = placed;
    return there.run == Run::kNothing || host.tampered().contains(name) ||
           there.run == run_with_delta(aim, delta, name);
  });
}
bool is_in_place(const std::map<std::string, ActualArtefact>& said, const SimHost& host) {
  const auto& tampered = host.tampered();
  for (const auto& [name, artefact] : said) {
    if (tampered.contains(name)) continue;
    const auto found = host.placed().find(name);
    if (found == host.placed().end() || found->second.version != artefact.version ||
        found->second.digest != artefact.digest) {
      return false;
    }
  }
  return std::all_of(host.placed().begin(), host.placed().end(), [&](const auto& placed) {
    return tampered.contains(placed.first) || said.contains(placed.first);
  });
}

/// I14 and G36: state + intended + observed is what the machine has, whenever no step runs; and
/// nothing intended says what the state says anyway.
void check_delta(World& world, const MemberNode& node) {
  if (!node.up() || !node.idle()) return;
  Truth& truth = world.stage().truth;
  const MemberCore& core = *node.core();
  std::optional<MemberRow> row;
  for (const MemberRow& one : roster(core.state())) {
    if (one.server_id == node.spec().server_id) row = one;
  }
  for (const auto& [key, delta] : core.intended()) {
    if (!is_void(core.state(), row, key, delta)) continue;
    truth.broken("G36", node.spec().name + " deviates in " + key + " for no reason any more");
  }
  const Aim aim = aim_for(core.state(), row, core.intended());
  const Delta delta = core.delta();
  if (!runs_as_said(aim, delta, node.exec().host())) {
    truth.broken("I14", "state + deltas of " + node.spec().name + " is not how things run");
  }
  const auto said = with_delta(aim, delta);
  if (is_in_place(said, node.exec().host())) return;
  std::string text = "state + deltas of " + node.spec().name + " is not what is in place: said";
  for (const auto& [name, artefact] : said) text += " " + name + "@" + artefact.version;
  text += ", placed";
  for (const auto& [name, artefact] : node.exec().host().placed()) {
    text += " " + name + "@" + artefact.version;
  }
  truth.broken("I14", text);
}

}  // namespace

void check_watermarks(World& world) {
  const CoordinatorCore* core = world.coordinator().core();
  if (core == nullptr) return;
  Truth& truth = world.stage().truth;
  truth.for_each_row([&](MemberId id, const MemberRow& row) {
    if (is_hostile(row.name)) return;
    const auto marks = core->marks_of(id);
    const TrueMember* member = truth.find_member(row.server_id);
    if (!marks || member == nullptr) return;
    if (marks->received > member->highest.received || marks->executed > member->highest.executed) {
      truth.broken("I8", "the coordinator believes " + describe(*marks) + " of " + row.name +
                             ", true is " + describe(member->highest));
    }
  });
}

void check_sizes(World& world) {
  const CoordinatorCore* core = world.coordinator().core();
  if (core == nullptr) return;
  for (const CoreSize& one : core->sizes()) {
    if (one.size <= one.most) continue;
    world.stage().truth.broken("I15", "the coordinator holds " + std::to_string(one.size) + " " +
                                          std::string(one.what) + ", more than " +
                                          std::to_string(one.most));
  }
}

void check_disks(World& world) {
  Truth& truth = world.stage().truth;
  check_fold(truth, world.coordinator().disk().store(), "the coordinator");
  check_log(truth, world.coordinator().disk().store());
  check_coordinator_reload(world);
  for (const auto& member : world.members()) {
    check_fold(truth, member->disk().store(), member->spec().name);
    check_member_reload(world, *member);
    check_delta(world, *member);
  }
}

std::string not_in_step(World& world) {
  const Truth& truth = world.stage().truth;
  for (const MemberRow& row : roster(truth.state())) {
    if (is_hostile(row.name)) return row.name + " is in the roster";
  }
  if (!world.coordinator().up()) {
    return "the coordinator is down " + world.coordinator().last_error();
  }
  for (const auto& admin : world.admins()) {
    if (!admin->all_answered()) return admin->name() + " has no answer";
  }
  if (auto open = open_rollout(truth); !open.empty()) return open;
  for (const auto& member : world.members()) {
    const std::string& name = member->spec().name;
    if (!member->up()) return name + " is down " + member->last_error();
    const MemberCore& core = *member->core();
    if (core.phase() != MemberPhase::kInStep)
      return name + " is " + std::string(to_word(core.phase()));
    if (core.marks().received != truth.last() || core.marks().executed != truth.last()) {
      return name + " has " + describe(core.marks()) + " of " + number(truth.last());
    }
    if (!member->idle()) return name + " is at work";
    if (!member->exec().host().tampered().empty()) return name + " has not seen a change by hand";
  }
  return {};
}

void check_outcome(World& world) {
  Truth& truth = world.stage().truth;
  for (const auto& member : world.members()) {
    std::optional<MemberRow> held;
    const MemberRow* row = row_of(truth, *member, held);
    if (row == nullptr) return truth.broken("L1", member->spec().name + " is not in the roster");
    const Actual& actual = member->core()->actual();
    const Aim aim = with_intended(desired_for(truth.state(), *row), member->core()->intended());
    for (const auto& [key, entry] : observed_delta(aim, actual)) {
      const auto name = run_name(key);
      if (!name || entry.kind != DeltaKind::kPending) continue;
      if (actual.failures.contains(artefact_key(*name))) continue;
      truth.broken("L1", member->spec().name + " has not brought " + key +
                             " to what is wanted since " + number(entry.sequence) + ": it is " +
                             std::string(to_word(entry.run)) + ", as at " +
                             number(actual.runs.at(std::string(*name)).sequence));
    }
    for (const auto& [name, desired] : aim.desired.artefacts) {
      if (!desired.release) continue;
      const auto& placed = member->exec().host().placed();
      auto found = placed.find(name);
      if (found != placed.end() && found->second.digest == desired.release->digest) continue;
      const std::string key = artefact_key(name);
      if (actual.failures.contains(key) || actual.drifts.contains(key)) continue;
      truth.broken("L1", member->spec().name + " does not run " + name + "@" +
                             desired.release->version + ", and no failure or drift is on record");
    }
  }
}

}  // namespace groupctl::sim
