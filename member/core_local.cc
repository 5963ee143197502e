// What is asked of this member alone: local commands, and questions about its deviations.
#include <fmt/format.h>

#include "log/text.h"
#include "member/core_impl.h"

namespace groupctl {
namespace {

Refused refused(const Error& error) { return {error.code, error.text}; }

std::string_view word(const LocalVerb& verb) {
  static constexpr std::string_view kWords[] = {"deploy",  "undeploy",  "set",  "unset", "hold",
                                                "release", "reconcile", "scan", "start", "stop"};
  return kWords[verb.index()];
}

/// The rows behind a key, as many as fit, but all of one key.
DeltaPage page_of(std::vector<Deviation> rows, Sequence at, const std::string& after) {
  DeltaPage page{at, {}, false};
  std::size_t bytes = 0;
  for (Deviation& row : rows) {
    if (row.key <= after) continue;
    bytes += message_size(row);
    const bool begins = page.rows.empty() || page.rows.back().key != row.key;
    if (begins && !page.rows.empty() &&
        (bytes > kQuestionPageBytes || page.rows.size() + 1 >= kMaxQuestionKeys)) {
      page.more = true;
      break;
    }
    page.rows.push_back(std::move(row));
  }
  return page;
}

ArtefactsPage page_of(const Actual& actual, const std::string& after) {
  constexpr std::size_t kRowsPerPage = 256;
  const auto placed = in_place(actual);
  ArtefactsPage page;
  for (auto at = placed.upper_bound(after); at != placed.end(); ++at) {
    if (page.rows.size() == kRowsPerPage) {
      page.more = true;
      break;
    }
    const auto source = actual.sources.find(at->first);
    page.rows.push_back({at->first, at->second.version, at->second.digest,
                         source == actual.sources.end() ? std::string() : source->second,
                         run_text(actual, at->first)});
  }
  return page;
}

}  // namespace

void MemberCore::Impl::reply(std::uint64_t token, LocalReply reply) {
  if (token != 0) out_.local_done.push_back({token, std::move(reply)});
}

void MemberCore::Impl::on(LocalAsked event) {
  if (const auto* question = std::get_if<Question>(&event.what)) {
    if (const auto* bundle = std::get_if<BundleQuestion>(question)) {
      return out_.bundles.push_back({*bundle, std::nullopt, event.token});
    }
    return reply(event.token, answer_to(*question));
  }
  obey(std::get<LocalCommand>(event.what), event.token);
}

void MemberCore::Impl::obey(const LocalCommand& command, std::uint64_t token) {
  if (std::holds_alternative<LocalScan>(command.verb)) {
    if (look_waiters_.size() >= Jobs::kMaxOpenJobs) {
      return reply(token, Refused{ErrorCode::kBusy, "too many wait for a look already"});
    }
    return look_waiters_.push_back(token);
  }
  auto begun = begin_job(command, token);
  if (!begun) reply(token, refused(begun.error()));
}

/// Writes down what is wanted from now on; the work follows when that is durable.
Result<Reconciling> MemberCore::Impl::begin_job(const LocalCommand& command, std::uint64_t token) {
  if (jobs_.full()) return fail(ErrorCode::kBusy, "too many local commands are under way");
  auto plan = plan_local(command, local_view());
  if (!plan) return tl::unexpected<Error>(plan.error());
  for (auto& [key, delta] : plan->rows) {
    actuals_.forget_failure(key, stage_);
    queue_.replaced(key);
    if (delta) {
      intentions_.put(key, std::move(*delta), stage_);
    } else {
      intentions_.erase(key, stage_);
    }
  }
  note(NoteLevel::kInfo, fmt::format("local {}", word(command.verb)),
       {{"who", command.who}, {"why", command.why}, {"keys", std::uint64_t{plan->keys.size()}}});
  const std::uint64_t number = jobs_.open(plan->keys, token);
  const bool changes = !plan->rows.empty();
  queue_.add(
      LocalJob{number, std::move(plan->work), changes ? stage_.ticket() : RowStage::Ticket{}});
  if (plan->keys.size() > kMaxQuestionKeys) plan->keys.resize(kMaxQuestionKeys);
  return Reconciling{number, std::move(plan->keys)};
}

void MemberCore::Impl::end_jobs() {
  for (const LocalJobEnd& end : queue_.take_ended_jobs()) {
    if (auto ended = jobs_.end(end.number, end.by_name)) {
      reply(ended->token, Answer(std::move(ended->state)));
    }
  }
}

Answer MemberCore::Impl::answer_to(const Question& question) {
  struct Answering {
    Impl& core;
    Answer operator()(const DeltaQuestion& delta) const {
      return page_of(deviations(core.local_view()), core.received(), delta.after);
    }
    Answer operator()(const ArtefactsQuestion& artefacts) const {
      return page_of(core.actuals_.actual(), artefacts.after);
    }
    Answer operator()(const JobQuestion& job) const {
      auto state = core.jobs_.find(job.job);
      if (state) return *std::move(state);
      return Refused{ErrorCode::kNotFound, "this member knows of no such job (any more)"};
    }
    Answer operator()(const ReconcileQuestion& asked) const {
      auto begun = core.begin_job({LocalReconcile{asked.keys}, asked.who, 0, asked.why}, 0);
      if (!begun) return refused(begun.error());
      return *std::move(begun);
    }
    Answer operator()(const ForetellQuestion& asked) const { return core.begin_foretelling(asked); }
    Answer operator()(const ForetoldQuestion& asked) const {
      auto page = core.foretellings_.page(asked);
      if (!page) return refused(page.error());
      return *std::move(page);
    }
    Answer operator()(const BundleQuestion&) const {
      return Refused{ErrorCode::kUnsupported, "a bundle is read beside the core"};
    }
  };
  return std::visit(Answering{*this}, question);
}

Answer MemberCore::Impl::begin_foretelling(const ForetellQuestion& question) {
  auto job = foretellings_.add(question);
  if (!job) return refused(job.error());
  if (question.more) return Foretelling{*job};
  auto rehearsals = rehearsals_of(foretellings_.begin(*job), received(), view(),
                                  [this] { return member_view(); });
  if (!rehearsals) {
    foretellings_.drop(*job);
    return refused(rehearsals.error());
  }
  out_.work.push_back({WorkId{}, ForetellRequest{*job, *std::move(rehearsals)}});
  return Foretelling{*job};
}

void MemberCore::Impl::heard(const Envelope&, const MemberQuestion& question) {
  if (!session_.live()) return;
  const auto decoded = decode_question(question.bytes);
  if (const auto* bundle = decoded ? std::get_if<BundleQuestion>(&*decoded) : nullptr) {
    return out_.bundles.push_back({*bundle, session_.number(), question.token});
  }
  const Answer answer = decoded ? answer_to(*decoded) : Answer(refused(decoded.error()));
  out_.send.push_back(MemberAnswer{session_.number(), question.token, encode(answer)});
}

/// Goes with the outcome of the step: both are durable, or neither is.
void MemberCore::Impl::repositories_said(const ExecuteResult& result) {
  const auto group_time = clock_.now(now_);
  for (const auto& [name, asked] : result.overrides) {
    if (!intentions_.asked(name, asked, group_time ? group_time->value : 0, follower_.state(),
                           follower_.me(), stage_)) {
      continue;
    }
    note(NoteLevel::kInfo, "a private repository has it otherwise",
         {{"artefact", name}, {"why", asked.instead->why}});
  }
}

void MemberCore::Impl::drop_void_intentions() {
  intentions_.drop_void(follower_.state(), follower_.me(), stage_);
}

}  // namespace groupctl
