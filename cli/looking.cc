#include "cli/looking.h"

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/text.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

template <class Wanted>
Result<Wanted> ask_for(Client& client, MemberId member, const Question& question,
                       std::uint64_t within_ms) {
  return answer_as<Wanted>(ask_member(client, member, question, within_ms));
}

Result<Answer> answer_in(const Result<AdminReply>& reply) {
  if (!reply) return tl::unexpected(reply.error());
  if (const auto* answered = std::get_if<MemberAnswered>(&*reply)) {
    return decode_answer(answered->answer);
  }
  return fail(ErrorCode::kInternal, "the coordinator answered another question");
}

}  // namespace

tl::unexpected<Failure> look_failure(const Client& client, const Error& error) {
  if (!is_away(error)) return tl::unexpected(failure_of(error));
  if (client.stopped()) {
    return tl::unexpected(Failure{"interrupted", "interrupted", "", kExitInterrupted});
  }
  return tl::unexpected(Failure{"coordinator_unreachable", "the coordinator stopped answering", "",
                                kExitUnreachable});
}

bool is_here(const MemberInfo& member) { return member.state != MemberState::kLost; }

std::string lost_text(const MemberInfo& member) {
  return "lost: silent for " + age_text(member.silent_ms);
}

Result<std::vector<MemberInfo>> read_members(Client& client, std::uint64_t within_ms,
                                             Sequence& head) {
  std::vector<MemberInfo> members;
  MembersQuery query;
  bool more = true;
  while (more) {
    auto reply = client.ask<MembersReply>(query, within_ms);
    if (!reply) return tl::unexpected(reply.error());
    head = reply->head;
    more = reply->more && !reply->rows.empty();
    if (more) query.after = reply->rows.back().id;
    std::move(reply->rows.begin(), reply->rows.end(), std::back_inserter(members));
  }
  std::sort(members.begin(), members.end(),
            [](const MemberInfo& a, const MemberInfo& b) { return a.name < b.name; });
  return members;
}

tl::expected<std::vector<MemberInfo>, Failure> named_members(
    std::vector<MemberInfo> all, const std::vector<std::string>& names) {
  if (names.empty()) return all;
  std::vector<std::string> known;
  for (const MemberInfo& member : all) known.push_back(member.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return tl::unexpected(
        Failure{"not_found", no_such_member(name, known), "groupctl member list", kExitNoTarget});
  }
  std::erase_if(all, [&](const MemberInfo& member) {
    return std::find(names.begin(), names.end(), member.name) == names.end();
  });
  return all;
}

Status read_state(Client& client, const std::string& prefix, std::uint64_t within_ms,
                  GroupState& state) {
  StateQuery query{prefix, "", 0};
  Bytes part;        // of a value that did not fit a page
  Sequence part_at;  // the head at which it was so
  while (true) {
    auto reply = client.ask<StateReply>(query, within_ms);
    if (!reply) return tl::unexpected(reply.error());
    const bool goes_on = query.offset != 0 && reply->head == part_at && !reply->rows.empty();
    if (query.offset != 0 && !goes_on) {  // it has changed meanwhile: from its beginning
      query.offset = 0;
      part.clear();
      continue;
    }
    for (StateRow& row : reply->rows) {
      part.insert(part.end(), row.value.begin(), row.value.end());
      if (part.size() < row.total) break;  // the last one of the page
      state.load_row(row.key, part);
      part.clear();
      query.after = row.key;
    }
    query.offset = part.size();
    part_at = reply->head;
    if (!reply->more || reply->rows.empty()) return {};
  }
}

Result<Answer> ask_member(Client& client, MemberId member, const Question& question,
                          std::uint64_t within_ms) {
  return answer_in(client.question(MemberAsk{member, encode(question)}, within_ms));
}

std::vector<Result<Answer>> ask_members(Client& client,
                                        const std::vector<std::pair<MemberId, Question>>& questions,
                                        std::uint64_t within_ms) {
  std::vector<AdminRequest> requests;
  for (const auto& [member, question] : questions) {
    requests.push_back(MemberAsk{member, encode(question)});
  }
  std::vector<Result<Answer>> answers;
  for (const auto& reply : client.questions(requests, within_ms)) {
    answers.push_back(answer_in(reply));
  }
  return answers;
}

Result<std::vector<Deviation>> read_deviations(Client& client, MemberId member,
                                               std::uint64_t within_ms) {
  std::vector<Deviation> rows;
  DeltaQuestion question;
  bool more = true;
  while (more) {
    auto page = ask_for<DeltaPage>(client, member, question, within_ms);
    if (!page) return tl::unexpected(page.error());
    more = page->more && !page->rows.empty();
    if (more) question.after = page->rows.back().key;
    std::move(page->rows.begin(), page->rows.end(), std::back_inserter(rows));
  }
  return rows;
}

Result<std::optional<PlacedArtefact>> read_placed(Client& client, MemberId member,
                                                  const std::string& name,
                                                  std::uint64_t within_ms) {
  ArtefactsQuestion question;
  while (true) {
    auto page = ask_for<ArtefactsPage>(client, member, question, within_ms);
    if (!page) return tl::unexpected(page.error());
    for (PlacedArtefact& row : page->rows) {
      if (row.name == name) return std::move(row);
      question.after = std::move(row.name);
    }
    if (!page->more || page->rows.empty() || question.after > name) return std::nullopt;
  }
}

Result<std::uint64_t> begin_reconcile(Client& client, MemberId member,
                                      const ReconcileQuestion& question, std::uint64_t within_ms) {
  return ask_for<Reconciling>(client, member, question, within_ms).map(&Reconciling::job);
}

Error job_goes_on() { return {ErrorCode::kTimeout, "not done yet; it goes on"}; }

Result<std::vector<KeyResult>> await_job(Client& client, MemberId member, std::uint64_t job,
                                         std::uint64_t within_ms, std::uint64_t until_ms) {
  while (true) {
    auto state = ask_for<JobState>(client, member, JobQuestion{job}, within_ms);
    if (!state) return tl::unexpected(state.error());
    if (!state->open) return std::move(state->results);
    if (client.stopped() || client.now_ms() >= until_ms) return tl::unexpected(job_goes_on());
    client.pause(kJobPollMs);
  }
}

}  // namespace groupctl
