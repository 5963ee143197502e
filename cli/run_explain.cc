// explain: what is known is looked up, and told as a chain.
#include <algorithm>

#include "cli/explanation.h"
#include "cli/log_reading.h"
#include "cli/looking.h"
#include "cli/run.h"
#include "cli/waiting.h"
#include "commands/state/names.h"

namespace groupctl {
namespace {

/// The newest key of this name, if none of them is let in; nullopt also when this key may not see
/// keys.
std::optional<KeyInfo> kept_out(Client& client, const std::string& name, std::uint64_t within_ms) {
  KeysQuery query;
  std::optional<KeyInfo> found;
  bool let_in = false;
  for (bool more = true; more;) {
    auto reply = client.ask<KeysReply>(query, within_ms);
    if (!reply || reply->rows.empty()) break;
    for (KeyInfo& key : reply->rows) {
      if (key.name != name) continue;
      let_in = let_in || key.state == KeyState::kAccepted;
      if (!found || found->since < key.since) found = key;
    }
    more = reply->more;
    query.after = reply->rows.back().key;
  }
  return let_in ? std::nullopt : found;
}

/// What is named by these sequences, where the log still has it.
std::map<Sequence, std::string> commands_of(Client& client, const MemberDetail& detail,
                                            const std::vector<Deviation>& deviations,
                                            std::uint64_t within_ms) {
  constexpr std::size_t kMostNamed = 50;
  std::vector<Sequence> named = {Sequence(detail.info.id.value), detail.info.running.sequence,
                                 detail.info.marks.executed.next()};
  for (const Deviation& row : deviations) named.push_back(row.sequence);
  for (const OutcomeReport& one : detail.outcomes) {
    if (group_of(one.outcome) == OutcomeGroup::kBad) named.push_back(one.last);
  }
  std::map<Sequence, std::string> commands;
  for (const Sequence sequence : named) {
    if (!sequence || sequence > detail.head || commands.size() >= kMostNamed) continue;
    if (commands.contains(sequence)) continue;
    if (auto entry = read_entry(client, sequence, within_ms)) {
      commands[sequence] = entry->command.text;
    }
  }
  return commands;
}

Result<std::vector<RolloutRow>> rollouts_before(Client& client, MemberId member,
                                                std::uint64_t within_ms) {
  GroupState state;
  if (auto read = read_state(client, std::string(kRolloutPrefix), within_ms, state); !read) {
    return tl::unexpected<Error>(read.error());
  }
  auto rows = rollouts(state);
  std::erase_if(rows, [&](const RolloutRow& row) {
    return !is_unfinished(row.phase) || !row.is_target(member) ||
           row.released_at(member) != Sequence();
  });
  return rows;
}

Done explain_member(const GlobalOptions& global, const std::string& name, Client& client) {
  MemberFacts facts;
  facts.name = name;
  auto detail = client.ask<MemberDetail>(MemberQuery{name}, global.timeout_ms);
  if (!detail) {
    if (detail.error().code != ErrorCode::kNotFound &&
        detail.error().code != ErrorCode::kNoTarget) {
      return look_failure(client, detail.error());
    }
    facts.key = kept_out(client, name, global.timeout_ms);
    if (!facts.key) return look_failure(client, detail.error());
    return said(explain(facts), global.format);
  }
  const MemberId id = detail->info.id;
  if (is_here(detail->info)) {
    auto deviations = read_deviations(client, id, global.timeout_ms);
    if (deviations) {
      facts.deviations = *std::move(deviations);
    } else {
      facts.unasked = deviations.error().text;
    }
  } else {
    facts.unasked = lost_text(detail->info);
  }
  if (detail->info.state != MemberState::kInStep) {
    facts.key = kept_out(client, name, global.timeout_ms);
  }
  auto waiting = rollouts_before(client, id, global.timeout_ms);
  if (!waiting) return look_failure(client, waiting.error());
  facts.rollouts = *std::move(waiting);
  facts.commands = commands_of(client, *detail, facts.deviations, global.timeout_ms);
  facts.detail = *std::move(detail);
  return said(explain(facts), global.format);
}

Done explain_entry(const GlobalOptions& global, Sequence sequence, Client& client) {
  auto shown = read_entry(client, sequence, global.timeout_ms);
  if (!shown) return look_failure(client, shown.error());
  EntryFacts facts{*std::move(shown), {}, {}, {}};
  if (facts.shown.targets > 0) {
    const auto ledger = read_ledger(client, sequence, global.timeout_ms);
    if (!ledger) return look_failure(client, ledger.error());
    facts.rows = ledger->rows();
    Sequence head;
    auto members = read_members(client, global.timeout_ms, head);
    if (!members) return look_failure(client, members.error());
    for (MemberInfo& one : *members) facts.members.emplace(one.id, std::move(one));
  }
  GroupState state;
  if (auto read = read_state(client, rollout_key(sequence), global.timeout_ms, state); !read) {
    return look_failure(client, read.error());
  }
  if (auto row = rollout_row(state, sequence)) facts.rollout = *std::move(row);
  return said(explain(facts), global.format);
}

}  // namespace

Done run_explain(const GlobalOptions& global, const ExplainCall& call, Client& client) {
  if (call.sequence) return explain_entry(global, call.sequence, client);
  return explain_member(global, call.member, client);
}

}  // namespace groupctl
