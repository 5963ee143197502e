#include "cli/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/json_lines.h"
#include "cli/own_keys.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "daemon/key_files.h"
#include "daemon/version.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kHelloMs = 2000;

Failure unreachable(const GlobalOptions& global, std::uint64_t waited_ms) {
  return {"coordinator_unreachable",
          fmt::format("no coordinator answered at {} within {} (from {})", global.endpoint,
                      waited_ms % 1000 == 0 ? fmt::format("{} s", waited_ms / 1000)
                                            : fmt::format("{} ms", waited_ms),
                      global.endpoint_source),
          "groupctl ping -v    or name another: -E tcp://host:port", kExitUnreachable};
}

/// What to do about it, where that can be said.
std::string hint_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kWrongGroup:
      return "ask where it is: -E URL";
    case ErrorCode::kKeyRefused:
      return "groupctl key new asks to be let in, or says how it stands with this key";
    case ErrorCode::kWrongServer:
      return "compare with coordinator.public in the coordinator's key folder: --server-key KEY";
    case ErrorCode::kKeysWanted:
      return "--server-key KEY, as group-coordinator init says it; groupctl key new makes yours";
    default:
      return "";
  }
}

/// Which key it is about, for who compares them.
std::string about_key(ErrorCode code, const GlobalOptions& global) {
  if (code == ErrorCode::kKeyRefused) {
    const auto own = read_own_key(own_key_file(global.keys));
    return own ? fmt::format(" (fingerprint {})", fingerprint(own->public_key)) : "";
  }
  const auto server = pinned_server(global.keys);
  return code == ErrorCode::kWrongServer && server ? fmt::format(" (from {})", server->from) : "";
}

Failure not_greeted(const Error& error, const GlobalOptions& global) {
  Failure failure = failure_of(error);
  failure.message += about_key(error.code, global);
  failure.hint = hint_for(error.code);
  return failure;
}

Said version(Format format) {
  if (format == Format::kJson) return {render_version_json(product_version())};
  return {fmt::format("groupctl {}\n", product_version())};
}

struct Dispatch {
  const GlobalOptions& global;
  const HelloReply& hello;
  Client& client;
  const Surroundings& around;

  Done operator()(const SubmitCall& call) const {
    return run_submit(global, call, hello, client, around);
  }
  Done operator()(const StatusCall& call) const { return run_status(global, call, client); }
  Done operator()(const MemberListCall&) const { return run_member_list(global, client); }
  Done operator()(const MemberShowCall& call) const {
    return run_member_show(global, call, client, around);
  }
  Done operator()(const EvictCall& call) const {
    return run_evict(global, call, hello, client, around);
  }
  Done operator()(const RolloutListCall&) const { return run_rollout_list(global, client); }
  Done operator()(const RolloutStatusCall& call) const {
    return run_rollout_status(global, call, client);
  }
  Done operator()(const RolloutSteerCall& call) const {
    return run_rollout_steer(global, call, hello, client, around);
  }
  Done operator()(const LogListCall& call) const {
    return run_log_list(global, call, client, around);
  }
  Done operator()(const LogShowCall& call) const {
    return run_log_show(global, call, client, around);
  }
  Done operator()(const ResultCall& call) const {
    return run_result(global, call, hello, client, around);
  }
  Done operator()(const DiffCall& call) const { return run_diff(global, call, client, around); }
  Done operator()(const ReconcileCall& call) const {
    return run_reconcile(global, call, client, around);
  }
  Done operator()(const AdoptCall& call) const {
    return run_adopt(global, call, hello, client, around);
  }
  Done operator()(const LogTailCall& call) const {
    return run_log_tail(global, call, client, around);
  }
  Done operator()(const WaitCall& call) const { return run_wait(global, call, client, around); }
  Done operator()(const WatchCall& call) const { return run_watch(global, call, client, around); }
  Done operator()(const RecoverCall& call) const {
    return run_recover(global, call, hello, client, around);
  }
  Done operator()(const PingCall&) const { return run_ping(global, client); }
  Done operator()(const ContextCall& call) const { return run_context(global, call); }
  Done operator()(const DeployerTestCall& call) const {
    return run_deployer_test(global, call, client);
  }
  Done operator()(const RepoPutCall& call) const {
    return run_repo_put(global, call, client, around);
  }
  Done operator()(const RepoListCall&) const { return run_repo_list(global, client, around); }
  Done operator()(const RepoVerifyCall&) const { return run_repo_verify(global, client, around); }
  Done operator()(const RepoGcCall& call) const { return run_repo_gc(global, call, client); }
  Done operator()(const ArtefactListCall&) const { return run_artefact_list(global, client); }
  Done operator()(const ArtefactCall& call) const {
    return call.what == ArtefactCall::What::kShow ? run_artefact_show(global, call, client, around)
                                                  : run_artefact_where(global, call, client);
  }
  Done operator()(const GroupListCall&) const { return run_group_list(global, client); }
  Done operator()(const GroupShowCall& call) const {
    return run_group_show(global, call, hello, client);
  }
  Done operator()(const GroupCreateCall& call) const {
    return run_group_create(global, call, hello, client);
  }
  Done operator()(const GroupDeleteCall& call) const {
    return run_group_delete(global, call, hello, client, around);
  }
  Done operator()(const KeyListCall&) const { return run_key_list(global, hello, client, around); }
  Done operator()(const KeyChangeCall& call) const {
    return run_key_change(global, call, hello, client, around);
  }
  Done operator()(const KeyTokenCall& call) const {
    return run_key_token(global, call, hello, client, around);
  }
  Done operator()(const KeyNewCall& call) const {
    return run_key_new(global, call, client, around);
  }
  Done operator()(const KeyRotateCall&) const { return run_key_rotate(global, client, around); }
  Done operator()(const KeyFingerprintCall&) const { return run_key_fingerprint(global, around); }
  Done operator()(const PlanCheckCall& call) const { return run_plan_check(global, call); }
  Done operator()(const PlanDiffCall& call) const {
    return run_plan_diff(global, call, hello, client);
  }
  Done operator()(const PlanExportCall&) const { return run_plan_export(global, hello, client); }
  Done operator()(const ApplyCall& call) const {
    return run_apply(global, call, hello, client, around);
  }
  Done operator()(const AgentCall& call) const { return run_agent(global, call, client, around); }
  Done operator()(const SteerCall& call) const { return run_steer(global, call, client, around); }
  Done operator()(const SpawnCall& call) const { return run_spawn(global, call, client, around); }
  Done operator()(const ExplainCall& call) const { return run_explain(global, call, client); }
  Done operator()(const VersionCall&) const { return version(global.format); }
};

}  // namespace

ShownFailure show(const Failure& failure, Format format) {
  if (format == Format::kJson) return {render_json(failure), ""};
  return {"", render_text(failure)};
}

tl::expected<HelloReply, Failure> greeted(const GlobalOptions& global, Client& client) {
  client.mean(global.group);
  const std::uint64_t within = std::min(kHelloMs, global.timeout_ms);
  auto answer = client.hello(within);
  if (answer) return *std::move(answer);
  if (client.stopped()) {
    return tl::unexpected(
        Failure{"interrupted", "interrupted; nothing was sent", "", kExitInterrupted});
  }
  if (answer.error().code == ErrorCode::kUnreachable) {
    return tl::unexpected(unreachable(global, within));
  }
  return tl::unexpected(not_greeted(answer.error(), global));
}

Done run(const Invocation& invocation, Client& client, const Surroundings& around) {
  const GlobalOptions& global = invocation.global;
  HelloReply hello;
  if (asks_coordinator(invocation.call)) {
    if (global.verbose) {
      around.say(fmt::format("asking {} (from {})\n", global.endpoint, global.endpoint_source));
    }
    auto answer = greeted(global, client);
    if (!answer) return tl::unexpected(std::move(answer.error()));
    hello = *std::move(answer);
    if (global.verbose) {
      around.say(fmt::format("answered: group {}, epoch {}, version {}{}\n", escaped(hello.group),
                             hello.epoch.value, escaped(hello.product), role_text(hello)));
    }
  }
  Done done = std::visit(Dispatch{global, hello, client, around}, invocation.call);
  if (done && global.lines) done->out = json_lines(done->out);
  return done;
}

}  // namespace groupctl
