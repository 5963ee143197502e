// What entries carry: every command's payload, applied over a state and shown to people.
#include <gtest/gtest.h>

#include <algorithm>

#include "commands/command.h"
#include "commands/syntax.h"
#include "commands/system/system.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/state_rows.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

constexpr std::size_t kMostShown = 1000;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string shown_badly(ByteView payload, const SyntaxRow& syntax) {
  const std::string line = syntax.describe(payload);
  if (line.size() > kMostShown) return "its line is long";
  if (std::any_of(line.begin(), line.end(), is_control)) return "its line has control characters";
  syntax.fields(payload);
  return {};
}

/// Applied, used and taken back. A complaint, or nothing.
std::string applied_badly(const Entry& entry, const ApplyRow& row, const StateChanges& changes) {
  GroupState state = a_group().state();
  const StateChanges undo = state.apply(changes);
  for (const StateChange& change : changes) {
    std::string complaint = complaint_about(change);
    if (!complaint.empty()) return complaint;
  }
  if (row.by_operator != nullptr) row.by_operator(entry.payload);
  evicted_by(entry.kind, entry.payload);
  for (const MemberRow& member : roster(state)) {
    if (row.entry_class != EntryClass::kNeverLate) row.counts(entry, state, member);
    desired_for(state, member);
  }
  state.apply(undo);
  const bool same = state == a_group().state() && state.digest() == a_group().state().digest();
  return same ? "" : "taken back, the state is another";
}

/// Whom it is for; the second byte of an input says so.
Target target_by(std::uint8_t number) {
  const Target targets[] = {
      Target::all(),
      Target::none(),
      Target::one(MemberId(2)),
      Target::of({{{"role", SelectorTerm::Test::kEquals, {"web"}}}}),
  };
  return targets[number % std::size(targets)];
}

Verdict apply_and_show(ByteView input) {
  const auto& kinds = command_table().rows();
  const auto [which, payload] = pick(input, kinds.size());
  const ApplyRow& row = kinds[which];
  const SyntaxRow* syntax = find_syntax(row.kind);
  if (syntax == nullptr) return broken("no syntax");
  std::string complaint = shown_badly(payload, *syntax);
  if (!complaint.empty()) return broken(complaint);
  auto keys = row.keys(payload);
  if (!keys) return refused();
  Entry entry;
  entry.sequence = a_group().last().next();
  entry.kind = row.kind;
  entry.entry_class = row.entry_class;
  entry.keys = std::move(*keys);
  entry.target = target_by(input.size() > 1 ? input[1] : 0);
  entry.payload = copy_bytes(payload);
  const auto changes = row.apply(entry, a_group().state());
  if (!changes) return refused();
  complaint = applied_badly(entry, row, *changes);
  return complaint.empty() ? accepted() : broken(complaint);
}

std::uint8_t place_of(KindId kind) {
  const auto& rows = command_table().rows();
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const ApplyRow& row) { return row.kind == kind; });
  return static_cast<std::uint8_t>(found - rows.begin());
}

Bytes input_of(KindId kind, const Bytes& payload, std::uint8_t whom) {
  Bytes input = picked(place_of(kind), payload);
  input[1] = whom;
  return input;
}

/// What groupctl builds from a command line's values.
Bytes built(std::string_view verb, const SyntaxValues& values, std::uint8_t whom) {
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb != verb) continue;
    const auto command = row.build(values);
    EXPECT_TRUE(command) << verb << ": " << (command ? "" : command.error().text);
    if (command) return input_of(command->kind, command->payload, whom);
  }
  ADD_FAILURE() << "no verb " << verb;
  return {};
}

TEST(Payloads, F33_F34_Payloads) {
  const std::string digest(64, 'a');
  MemberRow joining = a_member();
  joining.name = "web-09";
  joining.server_id.bytes.fill(9);
  const RolloutName rollout{a_group().last(), "pay"};
  FuzzTarget target;
  target.seeds = {
      input_of(kJoinedKind, joined_payload(joining), 1),
      input_of(kLabelledKind, operator_labels_payload({{"role", "db"}, {"rack", ""}}), 3),
      input_of(kLabelledKind, labelled_payload(MemberId(2), {{"role", "db"}}), 1),
      input_of(kCataloguedKind, catalogued_payload({"shop", "3.0"}, testing::digest_of("3.0"), 9),
               1),
      input_of(kLeftKind, evicted_payload("web-02"), 2),
      input_of(kLeftKind, left_payload(MemberId(1), LeftCause::kAsked), 1),
      built("deploy", {{"ARTEFACT", {"shop@3.0"}}, {"--digest", {digest}}}, 0),
      built("deploy", {{"ARTEFACT", {"new@1"}}, {"--digest", {digest}}}, 3),
      built("set", {{"KEY=VALUE", {"log.level=warn", "a=b"}}}, 2),
      built("unset", {{"KEY", {"log.level"}}}, 3),
      built("ping", {}, 0),
      built("undeploy", {{"ARTEFACT", {"shop"}}}, 3),
      built("dump", {}, 2),
      built("deploy",
            {{"ARTEFACT", {"shop@3.0"}},
             {"--digest", {digest}},
             {"--batch", {"25%"}},
             {"--max-failures", {"1"}},
             {"--canary", {"1"}},
             {"--after", {"db"}},
             {"--health", {"./well"}}},
            0),
      built("start", {{"ARTEFACT", {"shop"}}}, 0),
      built("stop", {{"ARTEFACT", {"shop"}}}, 3),
      built("restart", {{"ARTEFACT", {"shop"}}}, 2),
      built("refresh", {{"ARTEFACT", {"shop"}}}, 0),
      built("exec", {{"PROGRAM", {"df", "-h", "/srv"}}}, 3),
      input_of(kReleaseKind, release_payload(rollout), 2),
      input_of(kFinishKind, finish_payload(rollout, ""), 0),
      input_of(kFinishKind, finish_payload(rollout, "2 of 4 have failed"), 0),
      input_of(kSteerKind, steer_payload(rollout, SteerWhat::kPause), 1),
      input_of(kSteerKind, steer_payload(rollout, SteerWhat::kUndo), 3),
  };
  target.decode = apply_and_show;
  target.fixed_bytes = 1 << 20;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
