// --dry-run: what commands would do, tried by the coordinator on a copy of the group's state, and
// foretold by their targets. Nothing changes.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/dry_run.h"
#include "cli/looking.h"
#include "commands/state/target.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

/// A member that has not received the head yet is asked so often, kJobPollMs apart.
constexpr int kBehindTries = 30;
/// So long one that is silent keeps the others from the next question; its coordinator gives it up
/// sooner.
constexpr std::uint64_t kRoundMs = 6000;
/// Room for entries in one question.
constexpr std::size_t kEntriesBytes = kQuestionPageBytes;

/// The commands as they were foreseen.
struct Foresight {
  ForeseenReply reply;
  std::vector<Entry> entries;
  std::vector<std::vector<MemberId>> targets;  ///< one an entry
  std::vector<ForetellQuestion> questions;     ///< that tell a member all entries
};

/// Page by page; they rest on one head.
Result<ForeseenReply> read_foreseen(const Submit& submit, std::uint64_t within_ms, Client& client) {
  auto all = client.ask<ForeseenReply>(Foresee{submit, 0}, within_ms);
  while (all && all->more) {
    const auto skip = static_cast<std::uint32_t>(all->commands.size());
    auto page = client.ask<ForeseenReply>(Foresee{submit, skip}, within_ms);
    if (!page) return page;
    if (page->commands.empty()) return fail(ErrorCode::kInternal, "an empty page of what would be");
    if (page->head != all->head) {
      return fail(ErrorCode::kConflict, "the group has moved on meanwhile: once more");
    }
    all->more = page->more;
    std::move(page->commands.begin(), page->commands.end(), std::back_inserter(all->commands));
  }
  return all;
}

/// All entries, in as many questions as they need.
std::vector<ForetellQuestion> questions_of(const ForeseenReply& reply) {
  std::vector<ForetellQuestion> questions;
  std::size_t bytes = kEntriesBytes;
  for (const ForeseenCommand& command : reply.commands) {
    const std::size_t size = command.entry.size() + sizeof(std::uint64_t);
    bytes += size;
    if (bytes > kEntriesBytes || questions.back().entries.size() == kMaxQuestionKeys) {
      if (!questions.empty()) questions.back().more = true;
      questions.push_back({0, reply.head, {}, false});
      bytes = size;
    }
    questions.back().entries.push_back(command.entry);
  }
  return questions;
}

Result<Foresight> foresee(const Submit& submit, std::uint64_t within_ms, Client& client) {
  auto reply = read_foreseen(submit, within_ms, client);
  if (!reply) return tl::unexpected(reply.error());
  Foresight foresight{*std::move(reply), {}, {}, {}};
  for (ForeseenCommand& command : foresight.reply.commands) {
    auto entry = decode_entry(command.entry);
    if (!entry) return tl::unexpected(entry.error());
    foresight.entries.push_back(*std::move(entry));
    if (!command.targets && foresight.targets.empty()) {
      return fail(ErrorCode::kInternal, "the first command has no targets");
    }
    auto targets = command.targets ? *std::move(command.targets) : foresight.targets.back();
    foresight.targets.push_back(std::move(targets));
  }
  foresight.questions = questions_of(foresight.reply);
  return foresight;
}

/// One member on its way to having told.
struct Telling {
  MemberInfo member;
  std::uint64_t job = 0;
  std::size_t given = 0;  ///< questions of the foresight
  int behind = 0;         ///< so often it had not received the head
  bool done = false;
  std::optional<Error> trouble;
  std::map<Sequence, Foretold> rows;

  Question next(const Foresight& foresight) const {
    if (given == foresight.questions.size()) return ForetoldQuestion{job, rows.size()};
    ForetellQuestion question = foresight.questions[given];
    question.job = job;
    return question;
  }
  /// Whether that brings it further; else it is worth asking again after a while, or it is done.
  bool take(const Foresight& foresight, Result<Answer> answer) {
    return given == foresight.questions.size() ? hear(answer_as<ForetoldPage>(std::move(answer)))
                                               : begun(answer_as<Foretelling>(std::move(answer)));
  }

 private:
  bool begun(const Result<Foretelling>& answer) {
    if (answer) {
      job = answer->job;
      ++given;
      trouble.reset();
      return true;
    }
    trouble = answer.error();
    job = given = 0;
    done = trouble->code != ErrorCode::kConflict || ++behind == kBehindTries;
    return false;
  }
  bool hear(Result<ForetoldPage> page) {
    if (!page) trouble = page.error();
    if (page && page->open) return false;
    done = !page || !page->more || page->rows.empty();
    if (!page) return false;
    for (Foretold& row : page->rows) rows[row.sequence] = std::move(row);
    return true;
  }
};

/// Asks each that has not told yet, until all have or the time is up.
void ask_all(const Foresight& foresight, std::vector<Telling>& all, std::uint64_t within_ms,
             Client& client) {
  const std::uint64_t until = client.now_ms() + within_ms;
  while (!client.stopped() && client.now_ms() < until) {
    std::vector<std::pair<MemberId, Question>> questions;
    std::vector<Telling*> asked;
    for (Telling& telling : all) {
      if (telling.done) continue;
      asked.push_back(&telling);
      questions.emplace_back(telling.member.id, telling.next(foresight));
    }
    if (asked.empty()) return;
    const std::uint64_t left = until - client.now_ms();
    auto answers = ask_members(client, questions, std::min(kRoundMs, left));
    bool further = false;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      further = asked[i]->take(foresight, std::move(answers[i])) || further;
    }
    if (!further) client.pause(kJobPollMs);
  }
}

std::vector<Telling> those_to_ask(const Foresight& foresight, std::vector<MemberInfo> members) {
  std::set<MemberId> targets;
  for (const auto& some : foresight.targets) targets.insert(some.begin(), some.end());
  std::vector<Telling> all;
  for (MemberInfo& member : members) {
    if (!targets.contains(member.id)) continue;
    Telling& telling = all.emplace_back(Telling{std::move(member), 0, 0, 0, false, {}, {}});
    if (is_here(telling.member)) continue;
    telling.trouble = Error{ErrorCode::kUnknownSession, lost_text(telling.member)};
    telling.done = true;
  }
  return all;
}

LedgerRow foretold_by(const Telling& telling, Sequence at) {
  LedgerRow one{telling.member.id, telling.member.name, Outcome::kUnknown, {}, {}, 0};
  const auto row = telling.rows.find(at);
  if (row != telling.rows.end()) {
    one.outcome = row->second.outcome;
    one.step = row->second.step;
    one.text = row->second.text;
  } else if (telling.trouble) {
    one.text = telling.trouble->text;
  } else {
    one.text = telling.done ? "it says nothing of it" : "it has not told in time";
  }
  return one;
}

DryCommand command_of(const Foresight& foresight, std::size_t place,
                      const std::vector<Telling>& all) {
  const Entry& entry = foresight.entries[place];
  const auto& targets = foresight.targets[place];
  DryCommand command{entry.sequence,
                     shown_command(entry.kind, entry.payload),
                     to_text(entry.target),
                     targets.size(),
                     {}};
  for (const Telling& telling : all) {
    if (!std::binary_search(targets.begin(), targets.end(), telling.member.id)) continue;
    command.rows.push_back(foretold_by(telling, entry.sequence));
  }
  return command;
}

/// So that `log show` can set it beside what comes.
void keep(const Foresight& foresight, DryRunReport& report, std::uint64_t within_ms,
          Client& client) {
  for (std::size_t i = 0; i < report.commands.size(); ++i) {
    Predict predict{foresight.reply.head, foresight.reply.content, static_cast<std::uint32_t>(i),
                    predicted_of(report.commands[i])};
    if (predict.rows.empty()) continue;
    const auto kept = client.ask<PredictionReply>(predict, within_ms);
    if (kept) continue;
    report.warnings.push_back("log show will not have it: " + kept.error().text);
    return;
  }
}

}  // namespace

tl::expected<DryRunReport, Error> dry_run(const Submit& submit, const GlobalOptions& global,
                                          const std::string& group, Client& client) {
  auto foresight = foresee(submit, global.timeout_ms, client);
  if (!foresight) return tl::unexpected(foresight.error());
  DryRunReport report;
  report.group = group;
  report.head = foresight->reply.head;
  report.warnings = foresight->reply.warnings;
  report.run = command_after(global.typed, report.head);
  report.asked = global.dry_run == DryRun::kMembers;
  std::vector<Telling> all;
  if (report.asked) {
    Sequence head;
    auto members = read_members(client, global.timeout_ms, head);
    if (!members) return tl::unexpected(members.error());
    all = those_to_ask(*foresight, *std::move(members));
    ask_all(*foresight, all, global.timeout_ms, client);
  }
  for (std::size_t i = 0; i < foresight->entries.size(); ++i) {
    report.commands.push_back(command_of(*foresight, i, all));
  }
  if (report.asked) keep(*foresight, report, global.timeout_ms, client);
  return report;
}

Done dry_said(const Submit& submit, const GlobalOptions& global, const HelloReply& hello,
              Client& client, std::vector<plan::Difference> differences) {
  auto report = dry_run(submit, global, hello.group, client);
  if (!report) return look_failure(client, report.error());
  report->differences = std::move(differences);
  return said(*report, global.format);
}

}  // namespace groupctl
