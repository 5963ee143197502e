// adopt: what members have otherwise becomes what the group wants. The one verb about deviations
// that writes to the log.
#include <fmt/format.h>

#include <algorithm>

#include "cli/adoption.h"
#include "cli/dry_run.h"
#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "cli/wait_report.h"
#include "daemon/random.h"

namespace groupctl {
namespace {

Result<Adoption> adoption_of(const std::vector<MemberInfo>& members, const AdoptCall& call,
                             const GlobalOptions& global, Client& client) {
  std::optional<Target> target;
  if (!call.targets.empty()) {
    auto parsed = parse_target(call.targets);
    if (!parsed) return fail("--target", parsed.error());
    target = *std::move(parsed);
  }
  Adoption adoption;
  for (const MemberInfo& member : members) {
    if (member.state == MemberState::kLost) {
      return fail(ErrorCode::kUnknownSession, member.name + " is lost: it cannot be asked");
    }
    auto rows = read_deviations(client, member.id, global.timeout_ms);
    if (!rows) return fail(member.name, rows.error());
    const Status taken = adopt_rows(member, *rows, target ? &*target : nullptr, adoption);
    if (!taken) return tl::unexpected(taken.error());
  }
  if (adoption.commands.size() > kMaxCommandsPerSubmit) {
    return fail(ErrorCode::kInvalid, "more deviations than one submit takes: name fewer members");
  }
  return adoption;
}

std::string question(const Adoption& adoption) {
  std::string text;
  for (const Adopted& one : adoption.commands) {
    text += fmt::format("  {} to {}\n",
                        escaped(shown_command(one.command.kind, one.command.payload).text),
                        escaped(to_text(one.command.target)));
  }
  return text + fmt::format("Make these {} the group's?", adoption.commands.size());
}

/// Whether this member has taken the command up, its hold aside: then to let go changes nothing
/// there. Else why not.
Status came_to(const CommandReport& report, const MemberInfo& member) {
  const auto row = std::find_if(report.rows.begin(), report.rows.end(),
                                [&](const LedgerRow& one) { return one.member == member.id; });
  if (row == report.rows.end()) return fail(ErrorCode::kRefused, "the command is not for it");
  switch (row->outcome) {
    case Outcome::kDone:
    case Outcome::kUnchanged:
    case Outcome::kOverridden:
    case Outcome::kBySnapshot:
      return {};
    case Outcome::kSuperseded:
      return fail(ErrorCode::kRefused, "another command has come since");
    default:
      return fail(ErrorCode::kRefused,
                  "there the command is " + std::string(to_word(row->outcome)));
  }
}

/// One after the other; what is waited for last has often ended by then. The exit code of the whole
/// follows from all counts.
void wait_for_all(const Adoption& adoption, Sequence first, std::uint64_t within_ms,
                  const GlobalOptions& global, Client& client, const Surroundings& around,
                  AdoptReport& report) {
  const std::uint64_t until = client.now_ms() + within_ms;
  bool open = false;
  std::vector<OutcomeCount> counts;
  for (const Adopted& one : adoption.commands) {
    const Sequence sequence(first.value + report.commands.size());
    CommandReport& command = report.commands.emplace_back(begun(one.command, sequence, global));
    const std::uint64_t left = until - std::min(until, client.now_ms());
    if (!client.stopped()) {
      wait_into(command, EntryClass::kState, left, global, client, around);
    }
    open = open || command.open || !command.waited;
    counts.insert(counts.end(), command.counts.begin(), command.counts.end());
  }
  report.exit_code = exit_code_of(counts, EntryClass::kState);
  if (open && report.exit_code == kExitDone) report.exit_code = kExitOpen;
}

/// Lets go of what was held and is now what the group wants. Else it stays held: released any
/// earlier, the member would for a while have what the group wanted before.
Status let_go(const CommandReport& report, const MemberInfo& member, const std::string& key,
              const Surroundings& around, const GlobalOptions& global, Client& client) {
  if (const Status came = came_to(report, member); !came) return fail("still held", came.error());
  const ReconcileQuestion question{{key}, around.issuer, "adopted"};
  const auto job = begin_reconcile(client, member.id, question, global.timeout_ms);
  if (!job) return fail("still held, as far as is known", job.error());
  const auto results =
      await_job(client, member.id, *job, global.timeout_ms, client.now_ms() + global.timeout_ms);
  if (!results) return fail("released", results.error());
  for (const KeyResult& result : *results) {
    if (group_of(result.outcome) != OutcomeGroup::kBad) continue;
    return fail(ErrorCode::kRefused, "released, and then: " + result.text);
  }
  return {};
}

void release_held(const Adoption& adoption, const Surroundings& around, const GlobalOptions& global,
                  Client& client, AdoptReport& report) {
  for (std::size_t i = 0; i < adoption.commands.size(); ++i) {
    const Adopted& one = adoption.commands[i];
    for (const MemberInfo& member : one.held_by) {
      const Status gone = let_go(report.commands[i], member, one.key, around, global, client);
      if (gone) continue;
      report.holds.push_back(fmt::format("{}: {}: {}", member.name, one.key, gone.error().text));
      if (report.exit_code == kExitDone) report.exit_code = kExitBad;
    }
  }
}

Failure adopt_failure(const Client& client, const Error& error) {
  if (error.code == ErrorCode::kUnknownSession) {
    Failure failure = failure_of(error);
    failure.exit_code = kExitBad;
    return failure;
  }
  return look_failure(client, error).value();
}

/// It has no --id to ask again with: what is adopted is no deviation the next time.
Failure adoption_lost(const Error& error) {
  Failure failure = submit_failure(error, std::nullopt);
  if (failure.exit_code == kExitUnknown) failure.hint = "groupctl diff shows whether it was taken";
  return failure;
}

}  // namespace

Done run_adopt(const GlobalOptions& global, const AdoptCall& call, const HelloReply& hello,
               Client& client, const Surroundings& around) {
  Sequence head;
  auto all = read_members(client, global.timeout_ms, head);
  if (!all) return look_failure(client, all.error());
  auto members = named_members(*std::move(all), call.members);
  if (!members) return tl::unexpected(members.error());
  const auto adoption = adoption_of(*members, call, global, client);
  if (!adoption) return tl::unexpected(adopt_failure(client, adoption.error()));
  AdoptReport report;
  report.skipped = adoption->skipped;
  const auto said = [&] {
    const bool json = global.format == Format::kJson;
    return Said{json ? render_json(report) : render_text(report), report.exit_code};
  };
  if (adoption->commands.empty()) {
    if (!report.skipped.empty()) report.exit_code = kExitBad;
    return said();
  }
  Submit submit;
  submit.first = {drawn_client_id(hello.now, random_number()), 1};
  submit.issuer = around.issuer;
  submit.at_sequence = call.at_sequence;
  for (const Adopted& one : adoption->commands) {
    submit.commands.push_back(one.command);
    submit.commands.back().message = call.message;
  }
  if (global.dry_run != DryRun::kNo) return dry_said(submit, global, hello, client);
  if (auto refused = not_confirmed(global, around, {question(*adoption)})) {
    return tl::unexpected(*std::move(refused));
  }
  const auto accepted = client.submit(submit, global.timeout_ms);
  if (!accepted) return tl::unexpected(adoption_lost(accepted.error()));
  wait_for_all(*adoption, accepted->first, call.wait_timeout_ms, global, client, around, report);
  release_held(*adoption, around, global, client, report);
  if (client.stopped()) {
    report.exit_code = kExitInterrupted;
    report.detached_from = come_back_line(global, accepted->first);
    for (std::size_t i = 1; i < report.commands.size(); ++i) {
      report.detached_from += fmt::format(" {}", accepted->first.value + i);
    }
  }
  return said();
}

}  // namespace groupctl
