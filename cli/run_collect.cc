// dump --collect and result --collect: the bundles of an entry are brought home.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/bar_display.h"
#include "cli/collecting.h"
#include "cli/exit_code.h"
#include "cli/log_reading.h"
#include "cli/looking.h"
#include "cli/render_collect.h"
#include "cli/run.h"
#include "cli/waiting.h"
#include "log/text.h"

namespace groupctl {
namespace {

/// A bar on a terminal, a line a member elsewhere.
class Display {
 public:
  Display(const GlobalOptions& global, const Surroundings& around, Client& client)
      : bar_(global, client, around, [this](std::uint64_t elapsed_ms, const Screen& screen) {
          return progress_.targets == 0 ? std::vector<std::string>()
                                        : collect_bar(progress_, elapsed_ms, screen);
        }) {}

  void show(const CollectProgress& progress) {
    progress_ = progress;
    progress_.just_ended = nullptr;
    bar_.draw(progress.ended == progress.targets);
    if (progress.just_ended != nullptr) bar_.say(collect_line(*progress.just_ended, bar_.stamp()));
    if (progress.reachable == std::exchange(reachable_, progress.reachable)) return;
    bar_.say(bar_.stamp() + (reachable_ ? " the coordinator answers again\n"
                                        : " no coordinator answers; waiting for it\n"));
  }

 private:
  CollectProgress progress_;
  bool reachable_ = true;
  BarDisplay bar_;
};

tl::unexpected<Failure> folder_failure(const Error& error) {
  Failure failure = failure_of(error);
  failure.exit_code = kExitUsage;
  return tl::unexpected(failure);
}

tl::unexpected<Failure> wrong_use(std::string text) {
  Failure failure = failure_of({ErrorCode::kInvalid, std::move(text)});
  failure.exit_code = kExitUsage;
  return tl::unexpected(failure);
}

std::string rendered(const BundlesReport& report, const GlobalOptions& global,
                     const Surroundings& around) {
  switch (global.format) {
    case Format::kJson:
      return render_json(report);
    case Format::kName:
      return fmt::format("{}\n", report.command.sequence.value);
    case Format::kTable:
      break;
  }
  return render_text(report, screen_of(around.screen_facts(), global.color));
}

/// Error: kNotFound for one that the entry does not count.
Status keep_named(CommandReport& command, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::vector<LedgerRow>& rows = command.rows;
  for (const std::string& name : names) {
    const bool there = std::any_of(rows.begin(), rows.end(),
                                   [&](const LedgerRow& row) { return row.name == name; });
    if (!there) return fail(ErrorCode::kNoTarget, name + " is none of its targets");
  }
  std::erase_if(rows, [&](const LedgerRow& row) {
    return std::find(names.begin(), names.end(), row.name) == names.end();
  });
  command.targets = static_cast<std::uint32_t>(rows.size());
  return {};
}

/// How it has ended as far as its rows say now.
void judge(CommandReport& command, EntryClass entry_class) {
  command.counts.clear();
  for (const Outcome outcome : all_outcomes()) {
    const auto count = std::count_if(command.rows.begin(), command.rows.end(),
                                     [&](const LedgerRow& row) { return row.outcome == outcome; });
    if (count > 0) command.counts.push_back({outcome, static_cast<std::uint32_t>(count)});
  }
  command.waited = true;
  command.open = std::any_of(
      command.counts.begin(), command.counts.end(),
      [](const OutcomeCount& one) { return group_of(one.outcome) == OutcomeGroup::kOpen; });
  command.exit_code = exit_code_of(command.counts, entry_class);
}

/// The entry and its targets' outcomes as they are now.
Result<CommandReport> read_command(Client& client, const ResultCall& call,
                                   std::uint64_t within_ms) {
  const Sequence sequence = call.sequence;
  const auto shown = read_entry(client, sequence, within_ms);
  if (!shown) return tl::unexpected(shown.error());
  const SyntaxRow* row = find_syntax(shown->entry.kind);
  if (row == nullptr || row->leaves == Leaves::kNothing) {
    return fail(ErrorCode::kInvalid, fmt::format("seq {} is {}: its members keep nothing of it",
                                                 sequence.value, shown->command.text));
  }
  const auto ledger = read_ledger(client, sequence, within_ms);
  if (!ledger) return tl::unexpected(ledger.error());
  CommandReport report;
  report.leaves = row->leaves;
  report.sequence = sequence;
  report.command = shown->command;
  report.target = shown->target;
  report.rows = ledger->rows();
  report.targets = ledger->targets();
  if (auto kept = keep_named(report, call.members); !kept) return tl::unexpected(kept.error());
  if (row->leaves == Leaves::kOutput) judge(report, shown->entry.entry_class);
  return report;
}

}  // namespace

std::string collect_again_line(const GlobalOptions& global, Sequence sequence,
                               const std::string& folder) {
  return fmt::format("groupctl{} result {} --collect {}", global.same_coordinator, sequence.value,
                     shell_quoted(folder));
}

tl::expected<CollectFolder, Failure> open_collect_folder(const std::string& path,
                                                         const HelloReply& hello,
                                                         std::optional<Sequence> sequence) {
  auto folder = CollectFolder::open(path, hello.group, sequence);
  if (!folder) return folder_failure(folder.error());
  return *std::move(folder);
}

Done collect(const GlobalOptions& global, CommandReport command, const CollectFolder& folder,
             const HelloReply& hello, Client& client, const Surroundings& around) {
  BundlesReport report{hello.group, folder.path(), std::move(command), {}, kExitDone};
  {
    Display display(global, around, client);
    report.bundles =
        collect_bundles(client, report.command.sequence, report.command.rows, folder,
                        [&](const CollectProgress& progress) { display.show(progress); });
  }
  report.exit_code =
      worse_exit_code(report.command.exit_code, report.missing() > 0 ? kExitBad : kExitDone);
  if (client.stopped()) report.exit_code = kExitInterrupted;
  if (const Status written = folder.write_index(index_json(report)); !written) {
    return tl::unexpected(failure_of(written.error()));
  }
  return Said{rendered(report, global, around), report.exit_code};
}

Done run_result(const GlobalOptions& global, const ResultCall& call, const HelloReply& hello,
                Client& client, const Surroundings& around) {
  auto command = read_command(client, call, global.timeout_ms);
  if (!command) return look_failure(client, command.error());
  if (command->leaves == Leaves::kOutput) {
    if (!call.collect.empty()) return wrong_use("what programs said is shown: without --collect");
    return show_outputs(global, *std::move(command), call.per_line, client, around);
  }
  if (call.collect.empty()) {
    return wrong_use("--collect DIR is needed: where the bundles go");
  }
  command->come_back = collect_again_line(global, call.sequence, call.collect);
  auto folder = open_collect_folder(call.collect, hello, call.sequence);
  if (!folder) return tl::unexpected(folder.error());
  return collect(global, *std::move(command), *folder, hello, client, around);
}

}  // namespace groupctl
