// rollout list, status, pause, resume, abort, undo.
#include <fmt/format.h>

#include <algorithm>

#include "cli/dry_run.h"
#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/rollout_report.h"
#include "cli/run.h"
#include "cli/wait_report.h"
#include "cli/waiting.h"
#include "commands/state/target.h"
#include "daemon/random.h"

namespace groupctl {
namespace {

/// With how its targets stand.
Result<ShownRollout> shown_of(RolloutRow row, Client& client, std::uint64_t within_ms) {
  const auto update = client.ask<Update>(Watch{row.assignment.sequence, 0}, within_ms);
  if (!update) return tl::unexpected<Error>(update.error());
  return ShownRollout{std::move(row), update->targets, update->counts};
}

tl::expected<RolloutRow, Failure> read_rollout(Client& client, Sequence sequence,
                                               std::uint64_t within_ms) {
  GroupState state;
  if (auto read = read_state(client, rollout_key(sequence), within_ms, state); !read) {
    return look_failure(client, read.error());
  }
  auto row = rollout_row(state, sequence);
  if (row) return *std::move(row);
  Failure failure =
      failure_of({ErrorCode::kNotFound,
                  fmt::format("entry {} is no rollout, or is kept no more", sequence.value)});
  failure.hint = "groupctl rollout list";
  return tl::unexpected(std::move(failure));
}

Submit submit_of(const RolloutSteerCall& call, const RolloutRow& row, const HelloReply& hello,
                 std::string issuer) {
  Submit submit;
  submit.first.client =
      call.id ? keyed_client_id(*call.id) : drawn_client_id(hello.now, random_number());
  submit.first.number = 1;
  submit.issuer = std::move(issuer);
  submit.allow_empty_target = true;
  submit.at_sequence = call.at_sequence;
  const Target target = call.what == SteerWhat::kUndo ? row.assignment.target : Target::none();
  submit.commands.push_back({kSteerKind, target, 0, call.message,
                             steer_payload({call.sequence, row.artefact}, call.what)});
  return submit;
}

}  // namespace

Done run_rollout_list(const GlobalOptions& global, Client& client) {
  GroupState state;
  if (auto read = read_state(client, std::string(kRolloutPrefix), global.timeout_ms, state);
      !read) {
    return look_failure(client, read.error());
  }
  RolloutsReport report;
  for (RolloutRow& row : rollouts(state)) {
    auto shown = shown_of(std::move(row), client, global.timeout_ms);
    if (!shown) return look_failure(client, shown.error());
    report.rollouts.push_back(*std::move(shown));
  }
  std::reverse(report.rollouts.begin(), report.rollouts.end());
  return Said{global.format == Format::kJson ? render_json(report) : render_text(report)};
}

Done run_rollout_status(const GlobalOptions& global, const RolloutStatusCall& call,
                        Client& client) {
  auto row = read_rollout(client, call.sequence, global.timeout_ms);
  if (!row) return tl::unexpected(std::move(row.error()));
  const auto ledger = read_ledger(client, call.sequence, global.timeout_ms);
  if (!ledger) return look_failure(client, ledger.error());
  RolloutReport report{{*std::move(row), ledger->targets(), ledger->counts()}, ledger->rows()};
  return Said{global.format == Format::kJson ? render_json(report) : render_text(report)};
}

/// Of all but undo there is nothing to wait for: members are not asked.
Done run_rollout_steer(const GlobalOptions& global, const RolloutSteerCall& call,
                       const HelloReply& hello, Client& client, const Surroundings& around) {
  const auto row = read_rollout(client, call.sequence, global.timeout_ms);
  if (!row) return tl::unexpected(row.error());
  const Submit submit = submit_of(call, *row, hello, around.issuer);
  if (global.dry_run != DryRun::kNo) return dry_said(submit, global, hello, client);
  const auto accepted = client.submit(submit, global.timeout_ms);
  if (!accepted) return tl::unexpected(submit_failure(accepted.error(), call.id));
  CommandReport report = begun(submit.commands.front(), accepted->first, global);
  if (call.what == SteerWhat::kUndo && call.wait) {
    wait_into(report, EntryClass::kState, call.wait_timeout_ms, global, client, around);
  }
  return Said{rendered(report, global, around), report.exit_code};
}

}  // namespace groupctl
