// adopt: what members have otherwise becomes what the group wants. The one verb about deviations
// that writes to the log.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "cli/waiting.h"
#include "commands/state/target.h"
#include "commands/syntax.h"
#include "daemon/random.h"
#include "wire/deviation_text.h"

namespace groupctl {
namespace {

constexpr std::string_view kArtefact = "artefact/";

/// One command to be submitted, and where it comes from.
struct Adopted {
  MemberInfo member;
  std::string key;
  Thing thing;
  SubmittedCommand command;
};

struct Adoption {
  std::vector<Adopted> commands;
  std::vector<std::pair<MemberId, std::string>> held;  ///< keys to be released afterwards
  std::vector<std::string> skipped;
};

Result<BuiltCommand> build(std::string_view verb, const std::string& word, SyntaxValues values) {
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb != verb || row.positionals.empty()) continue;
    values.emplace(row.positionals.front().name, std::vector<std::string>{word});
    return row.build(values);
  }
  return fail(ErrorCode::kUnsupported, fmt::format("this group has no command {}", verb));
}

Result<BuiltCommand> build_deploy(const std::string& name, const Thing& thing) {
  SyntaxValues values{{"--digest", {thing.digest.hex()}}};
  if (!thing.deployer.empty()) values["--deployer"] = {thing.deployer};
  if (!thing.config.empty()) values["--config"] = {std::string(as_text(thing.config))};
  return build("deploy", name + "@" + thing.version, std::move(values));
}

Result<BuiltCommand> command_for(const std::string& key, const Thing& thing) {
  const std::string name = key.substr(key.find('/') + 1);
  const bool nothing = thing.kind == Thing::Kind::kNothing;
  if (!key.starts_with(kArtefact)) {
    return nothing ? build("unset", name, {}) : build("set", name + "=" + thing.value, {});
  }
  return nothing ? build("undeploy", name, {}) : build_deploy(name, thing);
}

/// What the group is to want; nullopt: it cannot be adopted, and `why` says why.
std::optional<Thing> adopted_thing(const Deviation& row, std::string& why) {
  if (row.kind == "intended") {
    return row.wanted.kind == Thing::Kind::kAsItIs ? row.there : row.wanted;
  }
  const bool other_release = row.there.kind != row.group.kind ||
                             row.there.version != row.group.version ||
                             row.there.digest != row.group.digest;
  if (row.kind == "foreign" || (row.kind == "drifted" && other_release)) return row.there;
  why = row.kind == "drifted" ? "its content is in no archive" : "it is " + row.kind;
  return std::nullopt;
}

/// The rows of one member. An intended deviation and what was observed beside it are one.
Status adopt_rows(const MemberInfo& member, const std::vector<Deviation>& rows,
                  const Target* target, Adoption& adoption) {
  std::string last_key;
  for (const Deviation& row : rows) {
    std::string why = "an intended deviation counts for it";
    const bool again = row.key == last_key;
    const auto thing = again ? std::nullopt : adopted_thing(row, why);
    last_key = row.key;
    if (!thing) {
      if (!again) adoption.skipped.push_back(fmt::format("{}: {}: {}", member.name, row.key, why));
      continue;
    }
    if (row.wanted.kind == Thing::Kind::kAsItIs) adoption.held.emplace_back(member.id, row.key);
    auto built = command_for(row.key, *thing);
    if (!built) return fail(member.name + ": " + row.key, built.error());
    auto own = parse_target({member.name});
    if (!own) return tl::unexpected(own.error());
    adoption.commands.push_back(
        {member,
         row.key,
         *thing,
         {built->kind, target != nullptr ? *target : *own, 0, {}, std::move(built->payload)}});
  }
  return {};
}

/// Two members that differ cannot both be what one target is to have.
Status check_conflicts(const Adoption& adoption) {
  std::map<std::string, const Adopted*> seen;
  for (const Adopted& one : adoption.commands) {
    const auto [first, fresh] = seen.emplace(one.key, &one);
    if (fresh || first->second->thing == one.thing) continue;
    return fail(ErrorCode::kInvalid,
                fmt::format("{} and {} have different {}: adopt one of them",
                            first->second->member.name, one.member.name, one.key));
  }
  return {};
}

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
  if (target) {
    if (const Status clear = check_conflicts(adoption); !clear) {
      return tl::unexpected(clear.error());
    }
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

CommandReport report_of(const Adopted& one, Sequence sequence) {
  CommandReport report;
  report.sequence = sequence;
  report.command = shown_command(one.command.kind, one.command.payload);
  report.target = to_text(one.command.target);
  return report;
}

/// Waits for one command; the exit code of the whole follows from all counts.
void wait_into(CommandReport& report, std::uint64_t until_ms, Client& client, bool& closed) {
  const std::uint64_t now = client.now_ms();
  const auto end = wait_for_outcomes(client, report.sequence, until_ms - std::min(until_ms, now),
                                     [](const LedgerView&, const std::vector<LedgerRow>&, bool) {});
  report.waited = true;
  report.targets = end.ledger.targets();
  report.counts = end.ledger.counts();
  report.rows = end.ledger.rows();
  report.exit_code = exit_code_of(report.counts, EntryClass::kState);
  closed = closed && end.ledger.closed();
}

/// What was held is now what the group wants: it need not be held for that.
void release_held(const Adoption& adoption, const Surroundings& around, const GlobalOptions& global,
                  Client& client, AdoptReport& report) {
  for (const auto& [member, key] : adoption.held) {
    const ReconcileQuestion question{{key}, around.issuer, "adopted"};
    const auto done =
        reconcile_member(client, member, question, global.timeout_ms, global.timeout_ms);
    if (done) continue;
    report.skipped.push_back(key + " is still held: " + done.error().text);
    report.exit_code = kExitBad;
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
  if (adoption->commands.empty()) return said();
  if (auto refused = not_confirmed(global, around, question(*adoption))) {
    return tl::unexpected(*std::move(refused));
  }
  Submit submit;
  submit.first = {drawn_client_id(hello.now, random_number()), 1};
  submit.issuer = around.issuer;
  for (const Adopted& one : adoption->commands) {
    submit.commands.push_back(one.command);
    submit.commands.back().message = call.message;
  }
  const auto accepted = client.submit(submit, global.timeout_ms);
  if (!accepted) return tl::unexpected(submit_failure(accepted.error(), std::nullopt));
  const std::uint64_t until = client.now_ms() + call.wait_timeout_ms;
  bool closed = true;
  std::vector<OutcomeCount> counts;
  for (std::size_t i = 0; i < adoption->commands.size(); ++i) {
    const Sequence sequence(accepted->first.value + i);
    report.commands.push_back(report_of(adoption->commands[i], sequence));
    wait_into(report.commands.back(), until, client, closed);
    const auto& added = report.commands.back().counts;
    counts.insert(counts.end(), added.begin(), added.end());
  }
  report.exit_code = exit_code_of(counts, EntryClass::kState);
  if (!closed && report.exit_code == kExitDone) report.exit_code = kExitOpen;
  release_held(*adoption, around, global, client, report);
  if (client.stopped()) report.exit_code = kExitInterrupted;
  return said();
}

}  // namespace groupctl
