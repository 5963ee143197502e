#include "member/foretellings.h"

#include <algorithm>

#include "commands/member_view.h"
#include "commands/state/target.h"

namespace groupctl {
namespace {

ExecuteResult ends_as(EndsAs ends) { return {ends.outcome, {}, std::move(ends.text), {}}; }

/// As if its rollout had come to this member.
Entry at_once(Entry entry, const ApplyRow* row) {
  if (row == nullptr || row->announces == nullptr || !row->announces(entry.payload)) return entry;
  entry.payload = row->at_once(entry.payload);
  return entry;
}

Rehearsal rehearsal_of(Entry entry, const WorkView& view, const LastOfKind& last) {
  Verdict verdict = settle(entry, view, last);
  Rehearsal rehearsal{std::nullopt, {std::move(entry), {}}};
  if (auto* ends = std::get_if<EndsAs>(&verdict)) {
    rehearsal.settled = ends_as(std::move(*ends));
  } else if (std::holds_alternative<MustWait>(verdict)) {
    rehearsal.settled = ends_as({Outcome::kUnknown, "the group's time is not known here yet"});
  } else {
    rehearsal.request.steps = std::get<CarryOut>(std::move(verdict)).steps;
  }
  return rehearsal;
}

}  // namespace

Result<std::uint64_t> Foretellings::open() {
  if (jobs_.size() >= kMaxForetellings) {
    const auto oldest = std::find_if(jobs_.begin(), jobs_.end(), [](const auto& one) {
      return one.second.phase != Phase::kRehearsed;
    });
    if (oldest == jobs_.end()) {
      return fail(ErrorCode::kBusy, "too many dry runs are under way on this member");
    }
    jobs_.erase(oldest);
  }
  return ++last_;
}

Result<std::uint64_t> Foretellings::add(const ForetellQuestion& question) {
  std::uint64_t number = question.job;
  if (number == 0) {
    auto opened = open();
    if (!opened) return opened;
    number = *opened;
    jobs_[number].what.head = question.head;
  }
  const auto found = jobs_.find(number);
  if (found == jobs_.end() || found->second.phase != Phase::kGathering) {
    return fail(ErrorCode::kNotFound, "this member knows of no such dry run (any more)");
  }
  Job& job = found->second;
  for (const Bytes& bytes : question.entries) {
    auto entry = decode_entry(bytes);
    job.bytes += bytes.size();
    Status taken;
    if (!entry) taken = tl::unexpected<Error>(entry.error());
    if (job.bytes > kMaxForetellBytes) {
      taken = fail(ErrorCode::kInvalid, "more than a submit may hold (8 frames of 64 KiB)");
    }
    if (!taken) {
      jobs_.erase(found);
      return tl::unexpected<Error>(taken.error());
    }
    job.what.entries.push_back(*std::move(entry));
  }
  return number;
}

Foretaste Foretellings::begin(std::uint64_t job) {
  Job& begun = jobs_.at(job);
  begun.phase = Phase::kRehearsed;
  return std::move(begun.what);
}

void Foretellings::end(const ForetellResult& result) {
  const auto found = jobs_.find(result.job);
  if (found == jobs_.end()) return;
  Job& job = found->second;
  job.phase = Phase::kEnded;
  for (const auto& [sequence, end] : result.ends) {
    job.rows.push_back({sequence, end.outcome, end.step, end.text});
  }
}

Result<ForetoldPage> Foretellings::page(const ForetoldQuestion& question) const {
  const auto found = jobs_.find(question.job);
  if (found == jobs_.end()) {
    return fail(ErrorCode::kNotFound, "this member knows of no such dry run (any more)");
  }
  const Job& job = found->second;
  ForetoldPage page;
  page.open = job.phase != Phase::kEnded;
  std::size_t bytes = 0;
  for (std::size_t i = question.skip; i < job.rows.size(); ++i) {
    bytes += message_size(job.rows[i]);
    if (bytes > kQuestionPageBytes || page.rows.size() == kMaxQuestionKeys) {
      page.more = true;
      break;
    }
    page.rows.push_back(job.rows[i]);
  }
  return page;
}

Result<std::vector<Rehearsal>> rehearsals_of(const Foretaste& foretaste, Sequence received,
                                             const WorkView& view,
                                             const std::function<MemberView()>& member_view) {
  if (received != foretaste.head) {
    return fail(ErrorCode::kConflict, "it has received " + std::to_string(received.value) +
                                          ", not " + std::to_string(foretaste.head.value));
  }
  GroupState state = view.state;
  std::optional<MemberRow> me = view.me;
  LastOfKind last;
  std::vector<Entry> mine;
  Sequence expected = foretaste.head;
  for (const Entry& one : foretaste.entries) {
    const ApplyRow* row = view.table.find(one.kind);
    const Entry entry = at_once(one, row);
    expected = expected.next();
    if (entry.sequence != expected) return fail(ErrorCode::kInvalid, "the entries do not follow");
    if (me && matches(entry.target, *me)) {
      mine.push_back(entry);
      last.add(entry);
    }
    if (row == nullptr) continue;
    const auto changes = row->apply(entry, state);
    if (!changes) return tl::unexpected<Error>(changes.error());
    state.apply(*changes);
    if (me) me = member_row(state, me->id);
  }
  const WorkView then{view.table, state, me, view.actual, view.intended, view.clock, view.now};
  std::vector<Rehearsal> rehearsals;
  for (Entry& entry : mine) {
    const ApplyRow* row = view.table.find(entry.kind);
    rehearsals.push_back(rehearsal_of(std::move(entry), then, last));
    if (row == nullptr || !row->needs_view) continue;
    rehearsals.back().request.view = std::make_shared<const MemberView>(member_view());
  }
  return rehearsals;
}

}  // namespace groupctl
