// One member core over a MemoryStore, driven step by step.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "log/memory_store.h"
#include "member/core.h"
#include "tests/unit/member/group_log.h"

namespace groupctl::testing {

class MemberFixture : public ::testing::Test {
 protected:
  MemberFixture();

  /// Reads the store again, as a new process would.
  void restart();

  // ---- driving
  void step(MemberEvent event);
  void say(MemberReply reply) { say(log.envelope(), std::move(reply)); }
  void say(Envelope envelope, MemberReply reply);
  void publish(Publication publication) { publish(log.envelope(), std::move(publication)); }
  void publish(Envelope envelope, Publication publication);
  /// Lets time pass, with a step whenever the core wants one.
  void pass(std::uint64_t ms);
  /// Carries out everything that is with the executor, plainly done unless told otherwise.
  void work_ends(Outcome outcome = Outcome::kDone, const std::string& text = "");

  // ---- conversations
  /// From Hello to Welcome.
  void join(CatchUp plan);
  /// The coordinator has the outcomes up to `ledger_has`.
  void join(CatchUp plan, Sequence ledger_has);
  void take_snapshot();
  /// Joins as a new member: JOINED in the log, snapshot, reconcile.
  void become_member();
  MemberRow row() const;

  // ---- what it did; drain() forgets it
  template <class Message>
  std::vector<Message> sent() const {
    std::vector<Message> found;
    for (const MemberMessage& message : sent_) {
      if (const auto* match = std::get_if<Message>(&message)) found.push_back(*match);
    }
    return found;
  }
  void drain() { sent_.clear(); }
  Ack last_ack() const;
  bool noted(const std::string& part) const;
  Watermarks at(std::uint64_t received, std::uint64_t executed) const {
    return {Sequence(received), Sequence(executed)};
  }
  /// What it answers to a question that comes through the coordinator.
  template <class Wanted>
  Wanted ask(const Question& question) {
    drain();
    say(MemberQuestion{++asked_, encode(question)});
    const auto said = sent<MemberAnswer>();
    EXPECT_EQ(said.size(), 1U);
    if (said.empty()) return {};
    EXPECT_EQ(said[0].token, asked_);
    EXPECT_EQ(said[0].session, session);
    auto answer = decode_answer(said[0].bytes);
    const auto* wanted = answer ? std::get_if<Wanted>(&*answer) : nullptr;
    EXPECT_NE(wanted, nullptr);
    return wanted == nullptr ? Wanted{} : *wanted;
  }
  /// A local command by ana@here; nothing comes back yet.
  void local(LocalVerb verb, std::uint64_t token = 1);
  /// The reply to a token, if there is one.
  const LocalReply* reply_to(std::uint64_t token) const;
  /// How that job ended; the test fails when it has not.
  JobState job_of(std::uint64_t token) const;
  /// The look under way finds this of every artefact asked about.
  void look_finds(const std::map<std::string, Inspection>& found);
  static std::vector<std::uint64_t> sequences(const std::vector<WorkItem>& items);

  MemberConfig config;
  MemoryStore store;
  GroupLog log;
  std::unique_ptr<MemberCore> core;
  LocalTime now{5000};
  SessionNumber session{10};
  bool hold_commits = false;  ///< answers wait in `held`
  bool hears_acks = true;     ///< the coordinator answers those that ask
  std::vector<Batch> held;
  std::vector<CommitResult> answers;  ///< of all commits
  std::vector<WorkItem> work;         ///< with the executor
  std::vector<WorkItem> all_work;     ///< ever given out
  std::optional<LookRequest> look;    ///< under way
  std::vector<LocalDone> local_done;
  std::map<std::string, Override> own_builds;  ///< that the private repositories have, by artefact
  std::vector<BundleAsked> bundles;            ///< pieces of bundles that were asked for
  std::vector<SubscribeTo> subscribed;
  std::vector<std::string> notes;
  std::optional<int> exited;

 private:
  void carry_out(MemberOutput output);
  ExecuteResult ended(const ArtefactStep& step, Outcome outcome, const std::string& text) const;
  std::vector<MemberMessage> sent_;
  std::uint64_t asked_ = 0;
};

}  // namespace groupctl::testing
