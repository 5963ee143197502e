// wait: until entries have ended on all their targets, or members are in step.
#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/following.h"
#include "cli/log_reading.h"
#include "cli/looking.h"
#include "cli/reachability.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "cli/wait_report.h"

namespace groupctl {
namespace {

std::uint64_t left_of(std::uint64_t until_ms, Client& client) {
  return until_ms - std::min(until_ms, client.now_ms());
}

/// Whether it has come by then.
Result<FollowEnd> wait_until_logged(Sequence sequence, std::uint64_t until_ms,
                                    const GlobalOptions& global, Client& client,
                                    const Surroundings& around) {
  Reachability reachability(global, around);
  return follow(client, left_of(until_ms, client),
                {[&](Sequence head) -> Result<bool> { return head < sequence; },
                 [&](bool reachable) { reachability.note(reachable); }});
}

/// Nothing is known of an entry that is not there yet.
Failure not_there_yet(Sequence sequence, FollowEnd end, const GlobalOptions& global) {
  const std::string hint = come_back_line(global, sequence);
  if (end == FollowEnd::kStopped) return {"interrupted", "interrupted", hint, kExitInterrupted};
  return {"timeout", fmt::format("the wait ended first: there is no entry {} yet", sequence.value),
          hint, kExitOpen};
}

tl::expected<CommandReport, Failure> wait_for(Sequence sequence, std::uint64_t until_ms,
                                              const GlobalOptions& global, Client& client,
                                              const Surroundings& around) {
  const auto logged = wait_until_logged(sequence, until_ms, global, client, around);
  if (!logged) return look_failure(client, logged.error());
  if (*logged != FollowEnd::kEnough) {
    return tl::unexpected(not_there_yet(sequence, *logged, global));
  }
  const auto shown = read_entry(client, sequence, global.timeout_ms);
  if (!shown) return look_failure(client, shown.error());
  const Entry& entry = shown->entry;
  CommandReport report = begun({entry.kind, entry.target, 0, {}, entry.payload}, sequence, global);
  wait_into(report, shown->entry.entry_class, left_of(until_ms, client), global, client, around);
  return report;
}

std::string rendered_all(const std::vector<CommandReport>& reports, int exit_code,
                         const GlobalOptions& global, const Surroundings& around) {
  if (reports.size() > 1 && global.format == Format::kJson) return render_json(reports, exit_code);
  std::string text;
  for (const CommandReport& report : reports) {
    if (!text.empty() && global.format == Format::kTable) text += "\n";
    text += rendered(report, global, around);
  }
  return text;
}

Done wait_for_entries(const GlobalOptions& global, const WaitCall& call, std::uint64_t until_ms,
                      Client& client, const Surroundings& around) {
  std::vector<CommandReport> reports;
  int exit_code = kExitDone;
  for (const Sequence sequence : call.sequences) {
    auto report = wait_for(sequence, until_ms, global, client, around);
    if (!report) return tl::unexpected(report.error());
    exit_code = worse_exit_code(exit_code, report->exit_code);
    reports.push_back(*std::move(report));
  }
  return Said{rendered_all(reports, exit_code, global, around), exit_code};
}

/// Of those meant, the members that are not so.
std::vector<MemberInfo> missing(const std::vector<MemberInfo>& members, const WaitCall& call) {
  std::vector<MemberInfo> open;
  for (const MemberInfo& member : members) {
    if (call.what == WaitCall::For::kMember && member.name != call.member) continue;
    const bool so = call.sequences.empty() ? member.state == MemberState::kInStep
                                           : member.marks.executed >= call.sequences.front();
    if (!so) open.push_back(member);
  }
  return open;
}

bool enough(const std::vector<MemberInfo>& members, std::size_t missing, const WaitCall& call) {
  if (call.count > 0) return members.size() - missing >= call.count;
  const auto named = [&](const MemberInfo& member) { return member.name == call.member; };
  const bool there =
      call.what != WaitCall::For::kMember || std::any_of(members.begin(), members.end(), named);
  return there && missing == 0;
}

Done wait_for_members(const GlobalOptions& global, const WaitCall& call, std::uint64_t until_ms,
                      Client& client, const Surroundings& around) {
  MembersReport report;
  Reachability reachability(global, around);
  std::size_t so = 0;
  const auto on_news = [&](Sequence) -> Result<bool> {
    auto members = read_members(client, global.timeout_ms, report.head);
    if (!members) return tl::unexpected(members.error());
    report.members = missing(*members, call);
    so = members->size() - report.members.size();
    return !enough(*members, report.members.size(), call);
  };
  const auto end = follow(client, left_of(until_ms, client),
                          {on_news, [&](bool reachable) { reachability.note(reachable); }});
  if (!end) return look_failure(client, end.error());
  const int exit_code = *end == FollowEnd::kEnough    ? kExitDone
                        : *end == FollowEnd::kStopped ? kExitInterrupted
                                                      : kExitOpen;
  if (global.format == Format::kJson) return Said{render_json(report), exit_code};
  if (exit_code == kExitDone) return Said{};
  std::string text =
      call.count > 0 ? fmt::format("{} of {} members so far\n", so, call.count) : std::string();
  if (!report.members.empty()) text += render_text(report);
  return Said{text.empty() ? "there are no such members yet\n" : std::move(text), exit_code};
}

}  // namespace

Done run_wait(const GlobalOptions& global, const WaitCall& call, Client& client,
              const Surroundings& around) {
  const std::uint64_t until = client.now_ms() + call.wait_timeout_ms;
  if (call.what == WaitCall::For::kEntries) {
    return wait_for_entries(global, call, until, client, around);
  }
  return wait_for_members(global, call, until, client, around);
}

}  // namespace groupctl
