// What goes on while it is looked at: waits, tails, watches, and a line an event.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/unit/cli/typed_lines.h"

namespace groupctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Replies = std::vector<AdminReply>;

Bytes entry_bytes(std::uint64_t sequence) {
  Entry entry;
  entry.sequence = Sequence(sequence);
  entry.epoch = Epoch(1);
  entry.kind = KindId(0xdead);
  entry.target = Target::all();
  entry.issuer_name = "ana@bastion";
  entry.message = "hotfix 881";
  return encode_entry(entry);
}

MemberInfo member(std::uint64_t id, std::string name, MemberState state) {
  MemberInfo info;
  info.id = MemberId(id);
  info.name = std::move(name);
  info.state = state;
  return info;
}

/// A log that grows, one ledger, and members, as a script changes them at each watch.
class LiveTest : public TypedLines {
 protected:
  LiveTest() : TypedLines([this](const AdminRequest& request) { return answer(request); }) {}

  Replies answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    if (std::holds_alternative<Submit>(request)) return {Accepted{Sequence(3), Sequence(3), {}}};
    if (const auto* watch = std::get_if<Watch>(&request)) return watched(*watch);
    if (const auto* query = std::get_if<LogQuery>(&request)) return {log_page(*query)};
    if (std::holds_alternative<MembersQuery>(request)) return {MembersReply{members, false, head}};
    StatusReply status;
    status.hello = hello_reply();
    status.head = head;
    return {status};
  }

  Replies watched(const Watch& watch) {
    ++watches;
    if (at_watch.contains(watches)) at_watch[watches]();
    if (silent) return {};
    if (!watch.sequence) return {Update{head, static_cast<std::uint64_t>(watches), 0, {}, {}}};
    return {update};
  }

  AdminReply log_page(const LogQuery& query) const {
    if (query.from && query.from < floor) return QueryRefused{ErrorCode::kCompacted, "gone"};
    LogReply reply{{}, head, floor, false};
    std::uint64_t from = query.from.value;
    if (from == 0) from = head.value + 1 - std::min<std::uint64_t>(query.limit, head.value);
    for (; from <= head.value && reply.rows.size() < query.limit; ++from) {
      reply.rows.push_back({entry_bytes(from), 2, {{Outcome::kDone, 2}}});
    }
    return reply;
  }

  void set_rows(const std::vector<LedgerRow>& rows, bool closed) {
    update = {};
    update.version = static_cast<std::uint64_t>(watches) + 1;
    update.rows = rows;
    update.targets = static_cast<std::uint32_t>(rows.size());
    std::map<Outcome, std::uint32_t> counts;
    for (const LedgerRow& row : rows) ++counts[row.outcome];
    for (const auto& [outcome, count] : counts) update.counts.push_back({outcome, count});
    update.closed = closed;
  }

  int run_words(const std::vector<std::string>& words) {
    const Said said = TypedLines::run_words(words);
    out += said.out;
    return said.exit_code;
  }
  void surround(Surroundings& around) override {
    around.screen_facts = [this] { return facts; };
    around.print = [this](std::string_view text) {
      out += text;
      return !unread;
    };
  }

  std::vector<std::string> lines_of_out() const {
    std::vector<std::string> lines;
    std::istringstream in(out);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  /// ("LogEntry", 4) of each line.
  std::vector<std::pair<std::string, int>> kinds_and_sequences() const {
    std::vector<std::pair<std::string, int>> found;
    for (const std::string& line : lines_of_out()) {
      const auto json = nlohmann::json::parse(line);
      found.emplace_back(json.at("kind"), json.value("seq", 0));
    }
    return found;
  }

  std::map<int, std::function<void()>> at_watch;  // before the answer to the first, second ...
  int watches = 0;
  bool silent = false;
  bool unread = false;
  Sequence head{3};
  Sequence floor{1};
  std::vector<MemberInfo> members;
  Update update;
  ScreenFacts facts;
  std::string out;
};

ScreenFacts terminal() {
  ScreenFacts facts;
  facts.err = facts.out = TerminalSize{80, 24};
  facts.term = "xterm";
  facts.locale = "C.UTF-8";
  return facts;
}

// ---- submit

TEST_F(LiveTest, OnATerminalABarIsDrawnAndTakenAway) {
  facts = terminal();
  set_rows({ledger_row(1, "m1", Outcome::kDone), ledger_row(2, "m2", Outcome::kRunning, "fetch")},
           false);
  at_watch[2] = [this] {
    set_rows({ledger_row(1, "m1", Outcome::kDone), ledger_row(2, "m2", Outcome::kDone)}, true);
  };
  EXPECT_EQ(run_words({"-E", "tcp://127.0.0.1:9", "set", "a=1"}), 0);
  EXPECT_THAT(err, StartsWith("seq 3  SET a=1  → all\n"));
  EXPECT_THAT(err, HasSubstr("come back: groupctl -E tcp://127.0.0.1:9 wait 3"));
  EXPECT_THAT(err, HasSubstr("░  1/2   "));
  EXPECT_THAT(err, HasSubstr("m2  fetch"));
  EXPECT_THAT(err, ::testing::EndsWith("\x1b[J")) << "the bar is taken away";
  EXPECT_EQ(out, "seq 3  SET a=1   2 done   of 2   in 0.0 s\n");
}

TEST_F(LiveTest, ElsewhereItIsALineAnEventAndAResult) {
  set_rows({ledger_row(1, "m1", Outcome::kDone),
            ledger_row(2, "m2", Outcome::kFailed, "fetch", "no such archive")},
           true);
  EXPECT_EQ(run_words({"set", "a=1", "-t", "role=web"}), 1);
  EXPECT_THAT(err,
              StartsWith("- seq=3 SET a=1 target=role=web; Ctrl-C detaches, \"groupctl wait 3\""));
  EXPECT_THAT(err, HasSubstr("- member=m2 failed step=fetch \"no such archive\"\n"));
  EXPECT_THAT(err, HasSubstr("- result done=1 failed=1 of=2 exit=1\n"));
  EXPECT_THAT(err, Not(HasSubstr("\x1b")));
}

TEST_F(LiveTest, CtrlCTakesTheBarAwayAndSaysHowToComeBack) {
  facts = terminal();
  set_rows({ledger_row(1, "m1", Outcome::kRunning)}, false);
  at_watch[2] = [this] { stop = true; };
  EXPECT_EQ(run_words({"-E", "tcp://127.0.0.1:9", "set", "a=1"}), 130);
  EXPECT_THAT(err, ::testing::EndsWith("\x1b[J"));
  EXPECT_THAT(out, HasSubstr("detached; the command is in the log as 3 and goes on: "
                             "groupctl -E tcp://127.0.0.1:9 wait 3\n"));
}

TEST_F(LiveTest, JsonlIsALineForEachTargetAndThenTheResult) {
  set_rows({ledger_row(1, "m1", Outcome::kDone), ledger_row(2, "m2", Outcome::kWaiting)}, false);
  at_watch[2] = [this] {
    set_rows({ledger_row(1, "m1", Outcome::kDone), ledger_row(2, "m2", Outcome::kDone)}, true);
  };
  EXPECT_EQ(run_words({"set", "a=1", "-o", "jsonl", "-q"}), 0);
  EXPECT_THAT(kinds_and_sequences(),
              ElementsAre(std::pair("MemberResult", 3), std::pair("MemberResult", 3),
                          std::pair("CommandResult", 3)));
  EXPECT_THAT(lines_of_out()[1], HasSubstr(R"("name":"m2")"));
  EXPECT_EQ(err, "");
}

// ---- wait

TEST_F(LiveTest, WaitEndsAsTheSubmitWouldHave) {
  set_rows({ledger_row(1, "m1", Outcome::kDone), ledger_row(2, "m2", Outcome::kLost)}, true);
  EXPECT_EQ(run_words({"wait", "2"}), 1);
  EXPECT_THAT(out, StartsWith("seq 2  UNKNOWN kind 0xdead   1 done   1 lost   of 2   in 0.0 s\n"));
  EXPECT_TRUE(coordinator.requests_of<Submit>().empty());
}

TEST_F(LiveTest, WaitOfSeveralIsAsBadAsTheWorst) {
  set_rows({ledger_row(1, "m1", Outcome::kDone)}, true);
  at_watch[4] = [this] { set_rows({ledger_row(1, "m1", Outcome::kFailed)}, true); };
  EXPECT_EQ(run_words({"wait", "2", "3", "-o", "json"}), 1);
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["kind"], "CommandResultList");
  EXPECT_EQ(json["exitCode"], 1);
  EXPECT_EQ(json["results"][0]["exitCode"], 0);
  EXPECT_EQ(json["results"][1]["exitCode"], 1);
}

TEST_F(LiveTest, WhatIsNotInTheLogYetIsWaitedForToo) {
  at_watch[3] = [this] { head = Sequence(5); };
  set_rows({ledger_row(1, "m1", Outcome::kDone)}, true);
  EXPECT_EQ(run_words({"wait", "5"}), 0);
  EXPECT_THAT(out, StartsWith("seq 5  "));
  silent = true;  // no news any more
  at_watch.clear();
  EXPECT_EQ(run_words({"wait", "9", "--wait-timeout", "3s"}), 5);
  EXPECT_THAT(err, HasSubstr("there is no entry 9 yet\nhint:  groupctl wait 9\n"));
}

TEST_F(LiveTest, WaitForMembersEndsWhenTheyAreInStep) {
  members = {member(1, "m1", MemberState::kInStep), member(2, "m2", MemberState::kReplaying)};
  at_watch[2] = [this] { members[1].state = MemberState::kInStep; };
  EXPECT_EQ(run_words({"wait", "--for", "in-step"}), 0);
  EXPECT_EQ(out, "");
  EXPECT_EQ(watches, 2);
}

TEST_F(LiveTest, AWaitForMoreMembersThanThereAreSaysHowMany) {
  members = {member(1, "m1", MemberState::kInStep), member(2, "m2", MemberState::kInStep)};
  at_watch[2] = [this] { silent = true; };
  EXPECT_EQ(run_words({"wait", "--for", "in-step", "--count", "9", "--wait-timeout", "3s"}), 5);
  EXPECT_EQ(out, "2 of 9 members so far\n");
}

TEST_F(LiveTest, WaitForSoManyMembersNeedsNoMore) {
  members = {member(1, "m1", MemberState::kInStep)};
  at_watch[2] = [this] {
    members.push_back(member(2, "m2", MemberState::kInStep));
    members.push_back(member(3, "m3", MemberState::kLost));
  };
  EXPECT_EQ(run_words({"wait", "--for", "in-step", "--count", "2"}), 0) << err;
  EXPECT_EQ(watches, 2);
  at_watch[4] = [this] { silent = true; };
  EXPECT_EQ(run_words({"wait", "--for", "in-step", "--count", "3", "--wait-timeout", "3s"}), 5);
  EXPECT_THAT(out, HasSubstr("2 of 3 members so far"));
  EXPECT_THAT(out, HasSubstr("m3"));
  EXPECT_EQ(run_words({"wait", "--for", "member=m1", "--count", "2"}), 2);
}

TEST_F(LiveTest, WaitForMembersEndsWith5AndThoseThatAreMissing) {
  members = {member(1, "m1", MemberState::kInStep), member(2, "m2", MemberState::kLost)};
  at_watch[2] = [this] { silent = true; };
  EXPECT_EQ(run_words({"wait", "--for", "in-step", "--wait-timeout", "3s"}), 5);
  EXPECT_THAT(out, HasSubstr("m2"));
  EXPECT_THAT(out, Not(HasSubstr("m1")));
  out.clear();
  EXPECT_EQ(run_words({"wait", "--for", "member=m3", "--wait-timeout", "3s"}), 5);
  silent = false;
  EXPECT_EQ(run_words({"wait", "--for", "member=m1", "--wait-timeout", "3s"}), 0);
}

// ---- log tail

TEST_F(LiveTest, TailIsTheLastEntriesALineEach) {
  EXPECT_EQ(run_words({"log", "tail", "-n", "2"}), 0);
  EXPECT_THAT(lines_of_out(),
              ElementsAre("     2  -  ana@bastion  UNKNOWN kind 0xdead  to all  \"hotfix 881\"",
                          "     3  -  ana@bastion  UNKNOWN kind 0xdead  to all  \"hotfix 881\""));
  EXPECT_EQ(watches, 0);
}

TEST_F(LiveTest, TailFollowsEachEntryOnceAlsoOverARestart) {
  at_watch[1] = [this] { head = Sequence(4); };
  at_watch[3] = [this] { silent = true; };
  at_watch[5] = [this] {
    silent = false;
    head = Sequence(6);
  };
  at_watch[7] = [this] { stop = true; };
  EXPECT_EQ(run_words({"log", "tail", "-f", "-n", "1", "-o", "jsonl"}), 130);
  EXPECT_THAT(kinds_and_sequences(),
              ElementsAre(std::pair("LogEntry", 3), std::pair("LogEntry", 4),
                          std::pair("LogEntry", 5), std::pair("LogEntry", 6)));
  EXPECT_THAT(coordinator.requests_of<Watch>().at(4), ::testing::Field(&Watch::version, 0u))
      << "after silence it asks anew";
}

TEST_F(LiveTest, TailSaysWhatItCannotShow) {
  at_watch[2] = [this] {
    head = Sequence(20);
    floor = Sequence(19);
  };
  at_watch[3] = [this] { head = Sequence(10); };
  at_watch[4] = [this] { head = Sequence(11); };
  at_watch[5] = [this] { floor = Sequence(1), head = Sequence(12); };
  at_watch[6] = [this] { stop = true; };
  floor = Sequence(1);
  EXPECT_EQ(run_words({"log", "tail", "-f", "-n", "1", "-o", "jsonl"}), 130);
  EXPECT_THAT(err, HasSubstr("note: entries 4 to 18 are no longer kept\n"));
  EXPECT_THAT(err, HasSubstr("note: the log ends at 10 now"));
}

TEST_F(LiveTest, TailEndsWhenNobodyReadsIt) {
  unread = true;
  EXPECT_EQ(run_words({"log", "tail", "-f"}), 0);
  EXPECT_EQ(lines_of_out().size(), 1u);
}

// ---- watch

TEST_F(LiveTest, WatchElsewhereIsALineForEachChange) {
  members = {member(1, "m1", MemberState::kInStep)};
  at_watch[2] = [this] { head = Sequence(4); };
  at_watch[3] = [this] {
    members[0].state = MemberState::kLost;
    members.push_back(member(2, "m2", MemberState::kReplaying));
  };
  at_watch[4] = [this] { members.erase(members.begin()); };
  at_watch[5] = [this] { stop = true; };
  EXPECT_EQ(run_words({"watch"}), 130);
  EXPECT_THAT(lines_of_out(),
              ElementsAre("- member=m1 in-step",
                          "     4  -  ana@bastion  UNKNOWN kind 0xdead  to all  \"hotfix 881\"",
                          "- member=m1 lost", "- member=m2 replaying", "- member=m1 left"));
}

TEST_F(LiveTest, WatchOnATerminalIsRepaintedInPlace) {
  facts = terminal();
  members = {member(1, "m1", MemberState::kInStep)};
  at_watch[2] = [this] { members[0].state = MemberState::kLost; };
  at_watch[3] = [this] { stop = true; };
  EXPECT_EQ(run_words({"watch"}), 130);
  EXPECT_THAT(out, HasSubstr("m1    in-step"));
  EXPECT_THAT(out, HasSubstr("A\rgroup  shop")) << "from its first line on";
  EXPECT_THAT(out, HasSubstr("m1    lost"));
}

// ---- jsonl of lists

TEST_F(LiveTest, ListsAreALineForEachElement) {
  members = {member(1, "m1", MemberState::kInStep), member(2, "m2", MemberState::kLost)};
  EXPECT_EQ(run_words({"member", "list", "-o", "jsonl"}), 0);
  EXPECT_EQ(run_words({"log", "list", "-o", "jsonl"}), 0);
  EXPECT_EQ(run_words({"status", "-o", "jsonl"}), 0);
  EXPECT_THAT(kinds_and_sequences(), ElementsAre(std::pair("Member", 0), std::pair("Member", 0),
                                                 std::pair("LogEntry", 1), std::pair("LogEntry", 2),
                                                 std::pair("LogEntry", 3), std::pair("Status", 0)));
}

}  // namespace
}  // namespace groupctl
