// Obeys one command line: asks, waits, and says how it went.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/client.h"
#include "cli/collect_folder.h"
#include "cli/invocation.h"
#include "cli/keyboard.h"
#include "cli/report.h"
#include "cli/screen.h"
#include "cli/text.h"
#include "log/keys.h"

namespace groupctl {

/// What a verb needs beside the coordinator.
struct Surroundings {
  std::string issuer;  ///< "ana@bastion"
  std::function<WallClock()> wall_clock;
  std::function<void(std::string_view)> say;  ///< progress and warnings: stderr
  /// A question at the terminal and the line that answers it; nullopt: there is none to ask at.
  std::function<std::optional<std::string>(std::string_view)> ask = {};
  /// The terminal as it is at that moment.
  std::function<ScreenFacts()> screen_facts = [] { return ScreenFacts{}; };
  /// A part of the result that need not wait for its end: stdout. False when nobody reads it.
  std::function<bool(std::string_view)> print = [](std::string_view) { return true; };
  /// Another way to the coordinator, with these keys; nullopt: without.
  std::function<Result<std::unique_ptr<AdminChannel>>(const std::optional<ClientKeys>&)>
      connect_as = {};
  /// The way to somebody else: an agent.
  std::function<Result<std::unique_ptr<AdminChannel>>(const std::string& endpoint,
                                                      const ClientKeys& keys)>
      connect_to = {};
  /// The keys of the terminal that is stdin; nullptr: it is none.
  std::function<std::unique_ptr<Keyboard>()> keyboard = [] { return std::unique_ptr<Keyboard>(); };
};

struct Said {
  std::string out;  ///< for stdout
  int exit_code = 0;
};
using Done = tl::expected<Said, Failure>;

/// A report in the format that was asked for; what follows is for people's eyes alone.
template <class Report, class... More>
Said said(const Report& report, Format format, const More&... more) {
  if (format == Format::kJson) return {render_json(report)};
  return {render_text(report, more...)};
}

/// The failure as it is shown: JSON on stdout if JSON was asked for, else lines for stderr.
struct ShownFailure {
  std::string out;
  std::string err;
};
ShownFailure show(const Failure& failure, Format format);

struct Confirmation {
  std::string text;            ///< "Forget web-1?"
  std::string word = "yes";    ///< that says it is meant
  std::string about = "this";  ///< where there is nobody to ask: it "wants a confirmation"
};
/// Asks whether it is meant, unless --yes was given; nullopt: it is.
std::optional<Failure> not_confirmed(const GlobalOptions& global, const Surroundings& around,
                                     const Confirmation& wanted);
/// The same of commands that go to more than GlobalOptions::confirm_above members; to fewer nothing
/// is asked. Whatever they would be refused for is the submit's to say.
std::optional<Failure> too_many_unconfirmed(const Submit& submit, const GlobalOptions& global,
                                            const HelloReply& hello, Client& client,
                                            const Surroundings& around);

/// Whether a coordinator is there that talks to this client, and which.
tl::expected<HelloReply, Failure> greeted(const GlobalOptions& global, Client& client);
/// Greets the coordinator unless it is not needed, then does what was asked.
Done run(const Invocation& invocation, Client& client, const Surroundings& around);

/// The verbs of the syntax table. The coordinator has answered `hello`.
Done run_submit(const GlobalOptions& global, const SubmitCall& call, const HelloReply& hello,
                Client& client, const Surroundings& around);
/// The folder is ready, or nothing was done.
tl::expected<CollectFolder, Failure> open_collect_folder(const std::string& path,
                                                         const HelloReply& hello,
                                                         std::optional<Sequence> sequence);
/// The command line that fetches them again, by whoever types it here.
std::string collect_again_line(const GlobalOptions& global, Sequence sequence,
                               const std::string& folder);
/// Fetches what the targets of an entry keep of it; `command` has their rows.
Done collect(const GlobalOptions& global, CommandReport command, const CollectFolder& folder,
             const HelloReply& hello, Client& client, const Surroundings& around);
/// Fetches what the targets' programs have said, and shows it with how the command ended.
Done show_outputs(const GlobalOptions& global, CommandReport command, bool per_line, Client& client,
                  const Surroundings& around);
Done run_result(const GlobalOptions& global, const ResultCall& call, const HelloReply& hello,
                Client& client, const Surroundings& around);
Done run_explain(const GlobalOptions& global, const ExplainCall& call, Client& client);
Done run_evict(const GlobalOptions& global, const EvictCall& call, const HelloReply& hello,
               Client& client, const Surroundings& around);
Done run_rollout_list(const GlobalOptions& global, Client& client);
Done run_rollout_status(const GlobalOptions& global, const RolloutStatusCall& call, Client& client);
Done run_rollout_steer(const GlobalOptions& global, const RolloutSteerCall& call,
                       const HelloReply& hello, Client& client, const Surroundings& around);
Done run_recover(const GlobalOptions& global, const RecoverCall& call, const HelloReply& hello,
                 Client& client, const Surroundings& around);
/// The verbs that only look.
Done run_status(const GlobalOptions& global, const StatusCall& call, Client& client);
Done run_member_show(const GlobalOptions& global, const MemberShowCall& call, Client& client,
                     const Surroundings& around);
Done run_member_list(const GlobalOptions& global, Client& client);
Done run_log_list(const GlobalOptions& global, const LogListCall& call, Client& client,
                  const Surroundings& around);
/// With `follow` it prints entries as they become durable, until it is stopped.
Done run_log_tail(const GlobalOptions& global, const LogTailCall& call, Client& client,
                  const Surroundings& around);
Done run_wait(const GlobalOptions& global, const WaitCall& call, Client& client,
              const Surroundings& around);
/// Status and members, shown anew whenever something changes, until it is stopped.
Done run_watch(const GlobalOptions& global, const WatchCall& call, Client& client,
               const Surroundings& around);
Done run_log_show(const GlobalOptions& global, const LogShowCall& call, Client& client,
                  const Surroundings& around);
/// The verbs that keep the user's contexts; no coordinator is asked.
Done run_context(const GlobalOptions& global, const ContextCall& call);
/// Agents and their members; the agents of the context are asked, and no coordinator.
Done run_agent(const GlobalOptions& global, const AgentCall& call, Client& client,
               const Surroundings& around);
Done run_steer(const GlobalOptions& global, const SteerCall& call, Client& client,
               const Surroundings& around);
Done run_spawn(const GlobalOptions& global, const SpawnCall& call, Client& client,
               const Surroundings& around);
/// What members have otherwise (docs/architecture.md, "Deviations").
Done run_diff(const GlobalOptions& global, const DiffCall& call, Client& client,
              const Surroundings& around);
Done run_reconcile(const GlobalOptions& global, const ReconcileCall& call, Client& client,
                   const Surroundings& around);
/// Runs a deployer's program on this machine; no coordinator is asked.
Done run_deployer_test(const GlobalOptions& global, const DeployerTestCall& call,
                       const Client& client);
/// The coordinator has answered `hello`.
Done run_adopt(const GlobalOptions& global, const AdoptCall& call, const HelloReply& hello,
               Client& client, const Surroundings& around);
Done run_ping(const GlobalOptions& global, Client& client);
/// Plans.
Done run_plan_check(const GlobalOptions& global, const PlanCheckCall& call);
Done run_plan_diff(const GlobalOptions& global, const PlanDiffCall& call, const HelloReply& hello,
                   Client& client);
Done run_plan_export(const GlobalOptions& global, const HelloReply& hello, Client& client);
Done run_apply(const GlobalOptions& global, const ApplyCall& call, const HelloReply& hello,
               Client& client, const Surroundings& around);
/// The group's repository.
Done run_repo_put(const GlobalOptions& global, const RepoPutCall& call, Client& client,
                  const Surroundings& around);
Done run_repo_list(const GlobalOptions& global, Client& client, const Surroundings& around);
Done run_repo_verify(const GlobalOptions& global, Client& client, const Surroundings& around);
Done run_repo_gc(const GlobalOptions& global, const RepoGcCall& call, Client& client);
/// The groups of the coordinator's process.
Done run_group_list(const GlobalOptions& global, Client& client);
Done run_group_show(const GlobalOptions& global, const GroupShowCall& call, const HelloReply& hello,
                    Client& client);
Done run_group_create(const GlobalOptions& global, const GroupCreateCall& call,
                      const HelloReply& hello, Client& client);
Done run_group_delete(const GlobalOptions& global, const GroupDeleteCall& call,
                      const HelloReply& hello, Client& client, const Surroundings& around);
/// Who is let in.
Done run_key_list(const GlobalOptions& global, const HelloReply& hello, Client& client,
                  const Surroundings& around);
Done run_key_change(const GlobalOptions& global, const KeyChangeCall& call, const HelloReply& hello,
                    Client& client, const Surroundings& around);
Done run_key_token(const GlobalOptions& global, const KeyTokenCall& call, const HelloReply& hello,
                   Client& client, const Surroundings& around);
/// All of them, those that wait first. Errors: those of Client::ask.
Result<std::vector<KeyInfo>> read_keys(Client& client, std::uint64_t within_ms);
/// The own key. These connect by themselves, with the keys that they need.
Done run_key_new(const GlobalOptions& global, const KeyNewCall& call, Client& client,
                 const Surroundings& around);
Done run_key_rotate(const GlobalOptions& global, Client& client, const Surroundings& around);
Done run_key_fingerprint(const GlobalOptions& global, const Surroundings& around);
/// What is deployed.
Done run_artefact_list(const GlobalOptions& global, Client& client);
Done run_artefact_show(const GlobalOptions& global, const ArtefactCall& call, Client& client,
                       const Surroundings& around);
Done run_artefact_where(const GlobalOptions& global, const ArtefactCall& call, Client& client);

}  // namespace groupctl
