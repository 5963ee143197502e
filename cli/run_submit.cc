// deploy, set, unset, ping -t, member label ...: into the log, and then the outcome of every
// target.
#include <fmt/format.h>

#include "cli/dry_run.h"
#include "cli/exit_code.h"
#include "cli/run.h"
#include "cli/targeting.h"
#include "cli/wait_report.h"
#include "commands/state/target.h"
#include "daemon/file_digest.h"
#include "daemon/random.h"

namespace groupctl {
namespace {

// Options whose value is a file give its digest to the command.
Result<SyntaxValues> with_digests(const SubmitCall& call) {
  SyntaxValues values = call.values;
  for (const SyntaxOption& option : call.row->options) {
    const auto given = values.find(option.name);
    if (!option.file_digest || given == values.end()) continue;
    for (std::string& value : given->second) {
      const auto digest = file_digest(value);
      if (!digest)
        return fail(ErrorCode::kInvalid, std::string(option.name) + ": " + digest.error().text);
      value = digest->hex();
    }
  }
  return values;
}

Result<Submit> submit_of(const SubmitCall& call, const std::vector<std::string>& targets,
                         const HelloReply& hello, std::string issuer) {
  const auto values = with_digests(call);
  if (!values) return tl::unexpected(values.error());
  auto built = call.row->build(*values);
  if (!built) return tl::unexpected(built.error());
  auto target = parse_target(targets);
  if (!target) return fail("--target", target.error());
  Submit submit;
  submit.first.client =
      call.id ? keyed_client_id(*call.id) : drawn_client_id(hello.now, random_number());
  submit.first.number = 1;
  submit.issuer = std::move(issuer);
  submit.allow_empty_target = call.allow_empty;
  submit.at_sequence = call.at_sequence;
  submit.commands.push_back(
      {built->kind, *std::move(target), call.ttl_ms, call.message, std::move(built->payload)});
  return submit;
}

// What cannot be built or read here is a wrong command line.
Failure wrong_arguments(const Error& error) {
  Failure failure = failure_of(error);
  failure.exit_code = kExitUsage;
  return failure;
}

// PING and DUMP: what EXEC runs may do anything.
bool only_looks(const SyntaxRow& row) {
  return row.entry_class == EntryClass::kNeverLate && row.leaves != Leaves::kOutput;
}

}  // namespace

Done run_submit(const GlobalOptions& global, const SubmitCall& call, const HelloReply& hello,
                Client& client, const Surroundings& around) {
  const auto targets = named_targets(call, global, client, around);
  if (!targets) return tl::unexpected(targets.error());
  const auto submit = submit_of(call, *targets, hello, around.issuer);
  if (!submit) return tl::unexpected(wrong_arguments(submit.error()));
  if (global.dry_run != DryRun::kNo) return dry_said(*submit, global, hello, client);
  std::optional<CollectFolder> folder;
  if (!call.collect.empty()) {
    auto opened = open_collect_folder(call.collect, hello, std::nullopt);
    if (!opened) return tl::unexpected(opened.error());
    folder = *std::move(opened);
  }
  if (!only_looks(*call.row)) {
    auto refused = too_many_unconfirmed(*submit, global, hello, client, around);
    if (refused) return tl::unexpected(*std::move(refused));
  }
  const auto accepted = client.submit(*submit, global.timeout_ms);
  if (!accepted) return tl::unexpected(submit_failure(accepted.error(), call.id));
  CommandReport report = begun(submit->commands.front(), accepted->first, global);
  if (folder) report.come_back = collect_again_line(global, report.sequence, call.collect);
  for (const std::string& warning : accepted->warnings) warn(report, warning, global, around);
  if (call.wait) {
    wait_into(report, call.row->entry_class, call.wait_timeout_ms, global, client, around);
  }
  if (folder) return collect(global, std::move(report), *folder, hello, client, around);
  if (call.wait && call.row->leaves == Leaves::kOutput) {
    return show_outputs(global, std::move(report), call.values.contains("--per-line"), client,
                        around);
  }
  return Said{rendered(report, global, around), report.exit_code};
}

}  // namespace groupctl
