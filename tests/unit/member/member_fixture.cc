#include "tests/unit/member/member_fixture.h"

#include <algorithm>

namespace groupctl::testing {

MemberFixture::MemberFixture() {
  config.group = "shop";
  config.name = "web-1";
  config.participant = "web-1";
  config.product = "test";
  config.server_id.bytes.fill(0x11);
  config.incarnation = Incarnation(1);
  config.heartbeat_interval_ms = 1000;
  restart();
}

void MemberFixture::restart() {
  auto loaded = MemberCore::load(config, command_table(), store);
  ASSERT_TRUE(loaded) << loaded.error().text;
  core = std::move(*loaded);
  work.clear();
  all_work.clear();
  held.clear();
  look.reset();
  local_done.clear();
  exited.reset();
  drain();
}

void MemberFixture::step(MemberEvent event) { carry_out(core->step(now, std::move(event))); }

void MemberFixture::carry_out(MemberOutput output) {
  if (output.subscribe) subscribed.push_back(*output.subscribe);
  bool wants_answer = false;
  for (MemberMessage& message : output.send) {
    const auto* ack = std::get_if<Ack>(&message);
    wants_answer = wants_answer || (ack != nullptr && ack->asks);
    sent_.push_back(std::move(message));
  }
  for (WorkItem& item : output.work) {
    work.push_back(item);
    all_work.push_back(std::move(item));
  }
  if (output.look) look = std::move(output.look);
  for (LocalDone& done : output.local_done) local_done.push_back(std::move(done));
  for (BundleAsked& asked : output.bundles) bundles.push_back(asked);
  for (Note& note : output.notes) notes.push_back(text_of(note));
  if (output.exit) exited = output.exit;
  if (wants_answer && hears_acks) say(Heard{});
  if (!output.commit) return;
  if (hold_commits) {
    held.push_back(std::move(*output.commit));
    return;
  }
  answers.push_back(store.commit(*output.commit));
  step(MemberCommitDone{answers.back()});
}

void MemberFixture::say(Envelope envelope, MemberReply reply) {
  step(FromCoordinator{{envelope, std::move(reply)}});
}
void MemberFixture::publish(Envelope envelope, Publication publication) {
  step(FromCommandPlane{{{envelope, std::move(publication)}}});
}

void MemberFixture::pass(std::uint64_t ms) {
  const LocalTime end(now.value + ms);
  for (int steps = 0; core->next_tick() <= end && steps < 10000; ++steps) {
    now = std::max(now, core->next_tick());
    const LocalTime before = core->next_tick();
    step(MemberTick{});
    ASSERT_TRUE(core->next_tick() > before || core->next_tick() > now) << "a tick that never ends";
  }
  now = end;
}

ExecuteResult MemberFixture::ended(const ArtefactStep& step, Outcome outcome,
                                   const std::string& text) const {
  ExecuteResult result{outcome, "", text, {}};
  DesiredArtefact wanted = step.desired;
  if (wanted.release && !step.exactly) {
    AskedRepositories& asked = result.overrides[step.name];
    asked.at = wanted.sequence;
    if (const auto own = own_builds.find(step.name); own != own_builds.end()) {
      asked.instead = own->second;
      wanted = {own->second.release, Sequence{}, true, {}};
    }
    const bool good = group_of(outcome) == OutcomeGroup::kGood;
    if (asked.instead && good) result.outcome = Outcome::kOverridden;
    if (asked.instead && good) result.text = asked.instead->why;
  }
  if (group_of(outcome) == OutcomeGroup::kBad) return result;
  auto& placed = result.actual[step.name];
  if (step.leave) placed = step.actual;
  if (const auto& release = wanted.release) {
    placed = ActualArtefact{release->version, release->digest, wanted.sequence};
  }
  return result;
}

void MemberFixture::work_ends(Outcome outcome, const std::string& text) {
  for (int rounds = 0; !work.empty() && rounds < 1000; ++rounds) {
    const WorkItem item = work.front();
    work.erase(work.begin());
    if (const auto* request = std::get_if<ExecuteRequest>(&item.what)) {
      ExecuteResult all{outcome, "", text, {}};
      for (const ArtefactStep& one : request->steps) {
        ExecuteResult result = ended(one, outcome, text);
        all.actual.merge(result.actual);
        all.overrides.merge(result.overrides);
        all.outcome = result.outcome;
        all.text = result.text;
      }
      step(WorkDone{{item.id, all}});
    } else {
      ReconcileResult all;
      for (const ArtefactStep& one : std::get<ReconcileRequest>(item.what).steps) {
        all.by_name[one.name] = ended(one, outcome, text);
      }
      step(WorkDone{{item.id, all}});
    }
  }
}

MemberRow MemberFixture::row() const {
  MemberRow row;
  row.name = config.name;
  row.server_id = config.server_id;
  row.participant = config.participant;
  row.own_labels = config.labels;
  return row;
}

void MemberFixture::join(CatchUp plan) { join(plan, core->marks().executed); }

void MemberFixture::join(CatchUp plan, Sequence ledger_has) {
  pass(0);
  say(Offer{"shop", "tcp://127.0.0.1:7401", 1000});
  publish(log.heartbeat());
  ASSERT_EQ(core->phase(), MemberPhase::kJoining);
  session = session.next();
  say(Welcome{session, MemberId(1), log.last(), 1000, 10000, {}, plan, ledger_has});
}

void MemberFixture::take_snapshot() {
  for (const SnapshotChunk& chunk : log.chunks()) say(chunk);
}

void MemberFixture::become_member() {
  log.joined(row());
  join(CatchUp::kSnapshot);
  take_snapshot();
  work_ends();
  ASSERT_EQ(core->phase(), MemberPhase::kInStep);
  say(Recorded{last_ack().number});
  drain();
}

Ack MemberFixture::last_ack() const {
  const std::vector<Ack> acks = sent<Ack>();
  return acks.empty() ? Ack{} : acks.back();
}

bool MemberFixture::noted(const std::string& part) const {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

void MemberFixture::local(LocalVerb verb, std::uint64_t token) {
  step(LocalAsked{token, LocalCommand{std::move(verb), "ana@here", 7, "testing"}});
}

const LocalReply* MemberFixture::reply_to(std::uint64_t token) const {
  const auto found = std::find_if(local_done.begin(), local_done.end(),
                                  [&](const LocalDone& done) { return done.token == token; });
  return found == local_done.end() ? nullptr : &found->reply;
}

JobState MemberFixture::job_of(std::uint64_t token) const {
  const LocalReply* reply = reply_to(token);
  const auto* answer = reply == nullptr ? nullptr : std::get_if<Answer>(reply);
  const auto* job = answer == nullptr ? nullptr : std::get_if<JobState>(answer);
  EXPECT_NE(job, nullptr) << "the job has not ended";
  return job == nullptr ? JobState{} : *job;
}

void MemberFixture::look_finds(const std::map<std::string, Inspection>& found) {
  ASSERT_TRUE(look) << "nobody looks";
  LookResult result{look->number, {}};
  for (const LookRequest::At& at : look->at) {
    const auto one = found.find(at.name);
    result.by_name[at.name] = one == found.end() ? Inspection{} : one->second;
  }
  look.reset();
  step(LookDone{std::move(result)});
}

std::vector<std::uint64_t> MemberFixture::sequences(const std::vector<WorkItem>& items) {
  std::vector<std::uint64_t> found;
  for (const WorkItem& item : items) {
    if (const auto* request = std::get_if<ExecuteRequest>(&item.what)) {
      found.push_back(request->entry.sequence.value);
    }
  }
  return found;
}

}  // namespace groupctl::testing
