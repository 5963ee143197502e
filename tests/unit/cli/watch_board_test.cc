// watch on a terminal whose keys a test types.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/parser.h"
#include "cli/run.h"
#include "tests/unit/cli/scripted_coordinator.h"

namespace groupctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Replies = std::vector<AdminReply>;

/// What is typed between one question for it and the next.
struct Typist {
  std::deque<std::string> script;
  bool gone_on = false;
  bool open = false;
  std::function<void()> at_end;
};

class ScriptedKeyboard : public Keyboard {
 public:
  explicit ScriptedKeyboard(Typist& typist) : typist_(typist) { typist_.open = true; }
  ScriptedKeyboard(const ScriptedKeyboard&) = delete;
  ScriptedKeyboard& operator=(const ScriptedKeyboard&) = delete;
  ~ScriptedKeyboard() override { typist_.open = false; }
  std::string typed() override {
    if (typist_.script.empty()) {
      typist_.at_end();
      return "";
    }
    std::string next = typist_.script.front();
    typist_.script.pop_front();
    return next;
  }
  bool take_gone_on() override { return std::exchange(typist_.gone_on, false); }

 private:
  Typist& typist_;
};

class WatchBoardTest : public ::testing::Test {
 protected:
  WatchBoardTest() : coordinator([this](const AdminRequest& request) { return answer(request); }) {
    ::unsetenv("GROUPCTL_ENDPOINT");
    ::unsetenv("GROUPCTL_CONTEXT");
    ::setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    for (const char* name : {"m1", "m2", "m3"}) {
      MemberInfo info;
      info.id = MemberId(members.size() + 1);
      info.name = name;
      info.state = MemberState::kInStep;
      members.push_back(std::move(info));
    }
    facts.err = facts.out = TerminalSize{80, 24};
    facts.term = "xterm";
    facts.locale = "C.UTF-8";
    typist.at_end = [this] { stop = true; };
  }

  Replies answer(const AdminRequest& request) {
    if (std::holds_alternative<AdminHello>(request)) return {hello_reply()};
    if (silent) return {};
    if (const auto* watch = std::get_if<Watch>(&request)) {
      if (watch->version != 0) return {};  // there is no news
      return {Update{Sequence(3), 1, 0, {}, {}}};
    }
    if (const auto* query = std::get_if<MemberQuery>(&request)) {
      for (const MemberInfo& member : members) {
        MemberDetail detail;
        detail.info = member;
        detail.info.note = "everything of " + member.name;
        if (member.name == query->name) return {detail};
      }
      return {QueryRefused{ErrorCode::kNotFound, "no member is called " + query->name}};
    }
    if (std::holds_alternative<MembersQuery>(request)) {
      return {MembersReply{members, false, Sequence(3)}};
    }
    if (std::holds_alternative<LogQuery>(request)) return {log()};
    StatusReply status;
    status.hello = hello_reply();
    status.head = Sequence(3);
    return {status};
  }

  static LogReply log() {
    LogReply reply{{}, Sequence(3), Sequence(1), false};
    for (std::uint64_t i = 1; i <= 3; ++i) {
      Entry entry;
      entry.sequence = Sequence(i);
      entry.kind = KindId(0xdead);
      entry.target = Target::all();
      entry.issuer_name = "issuer-" + std::to_string(i);
      reply.rows.push_back({encode_entry(entry), 0, {}});
    }
    return reply;
  }

  int watch() {
    Parsed parsed = parse_command_line({"watch"}, syntax_table());
    Client client(coordinator, [this] { return stop; });
    Surroundings around{"ana@bastion", [] { return WallClock{}; }, [](std::string_view) {}};
    around.screen_facts = [this] { return facts; };
    around.print = [this](std::string_view text) {
      out += text;
      return true;
    };
    around.keyboard = [this] { return std::make_unique<ScriptedKeyboard>(typist); };
    const Done done = run(std::get<Invocation>(parsed), client, around);
    EXPECT_TRUE(done);
    EXPECT_FALSE(typist.open) << "the terminal was given back";
    return done ? done->exit_code : -1;
  }
  /// What was drawn from this text on.
  std::string behind(const std::string& mark) const {
    const std::size_t at = out.rfind(mark);
    return at == std::string::npos ? "" : out.substr(at);
  }

  ScriptedCoordinator coordinator;
  std::vector<MemberInfo> members;
  ScreenFacts facts;
  Typist typist;
  bool silent = false;
  bool stop = false;
  bool resumed = false;
  std::string out;
  std::string paused_out;
};

TEST_F(WatchBoardTest, QEndsItWellAndCtrlCWith130) {
  typist.script = {"", "", "q"};
  EXPECT_EQ(watch(), 0);
  EXPECT_THAT(out, HasSubstr("> m1"));
  EXPECT_THAT(out, HasSubstr("? keys   q ends"));
  EXPECT_EQ(watch(), 130);
}

TEST_F(WatchBoardTest, KeysAreObeyedAtOnceAlsoWithoutNews) {
  typist.script = {"", "", "", "\x1b[B", "?", ""};
  EXPECT_EQ(watch(), 130);
  EXPECT_THAT(out, HasSubstr("> m2"));
  EXPECT_THAT(behind("> m2"), HasSubstr("these keys"));
  EXPECT_LT(coordinator.requests_of<Watch>().size(), 4U) << "nothing had to be asked";
}

TEST_F(WatchBoardTest, WhatAKeyWantsIsAskedForAtOnce) {
  typist.script = {"", "", "", "\x1b[B\r", "", "", "", "", "", ""};
  const std::uint64_t before = coordinator.now_ms();
  EXPECT_EQ(watch(), 130);
  EXPECT_LT(coordinator.now_ms(), before + 2000);
  EXPECT_THAT(out, HasSubstr("asking for it"));
  EXPECT_THAT(behind("asking for it"), HasSubstr("everything of m2"));
  ASSERT_FALSE(coordinator.requests_of<MemberQuery>().empty());
  EXPECT_EQ(coordinator.requests_of<MemberQuery>().front().name, "m2");
}

TEST_F(WatchBoardTest, TheLogIsShownWithItsLastEntryOnTop) {
  typist.script = {"", "", "l", "", "", "", "", ""};
  EXPECT_EQ(watch(), 130);
  const std::string page = behind("asking for it");
  EXPECT_LT(page.find("issuer-3"), page.find("issuer-1"));
  EXPECT_NE(page.find("issuer-1"), std::string::npos);
}

TEST_F(WatchBoardTest, AMemberThatHasGoneIsSaidOnItsPage) {
  typist.script = {"", "", "", "\r", "", "", "", "", "", ""};
  typist.at_end = [this] {
    if (members.size() == 3) {
      members.erase(members.begin());
      typist.script = {"\x1b", "", "\r", "", "", "", ""};
    } else {
      stop = true;
    }
  };
  EXPECT_EQ(watch(), 130);
  EXPECT_THAT(out, HasSubstr("no member is called m1"));
}

TEST_F(WatchBoardTest, PausedItStandsStillAndThenLooksAnew) {
  typist.script = {"", "", " "};
  typist.at_end = [this] {
    if (members[0].state == MemberState::kInStep) {
      members[0].state = MemberState::kLost;
      typist.script = std::deque<std::string>(120, "");  // longer than it waits for news
    } else if (out.find("m1    lost") == std::string::npos && !resumed) {
      resumed = true;
      paused_out = out;
      typist.script = {" ", "", "", "", ""};
    } else {
      stop = true;
    }
  };
  EXPECT_EQ(watch(), 130);
  EXPECT_THAT(paused_out, HasSubstr("paused   members 1-3 of 3"));
  EXPECT_THAT(paused_out, Not(HasSubstr("lost")));
  EXPECT_THAT(out, HasSubstr("> m1    lost"));
}

TEST_F(WatchBoardTest, KeysGoOnWhileNoCoordinatorAnswers) {
  typist.script = {"", "", "", ""};
  typist.at_end = [this] {
    coordinator.reachable = false;
    typist.script = {"", "", "", "", "", "", "?", "", "q"};
    typist.at_end = [this] { stop = true; };
  };
  coordinator.lost_after_sending = 6;
  EXPECT_EQ(watch(), 0);
  EXPECT_THAT(out, HasSubstr("these keys"));
}

TEST_F(WatchBoardTest, DrawsAnewWhenItGoesOnAndWhenTheWindowHasAnotherSize) {
  typist.script = {"", "", "", ""};
  typist.at_end = [this] {
    if (facts.out->columns == 80) {
      out += "[stopped]";
      typist.gone_on = true;
      facts.out = facts.err = TerminalSize{50, 24};
      typist.script = {"", ""};
    } else {
      stop = true;
    }
  };
  EXPECT_EQ(watch(), 130);
  const std::string after = behind("[stopped]");
  EXPECT_THAT(after, HasSubstr("\x1b[J\rgroup  shop")) << "from where the cursor is";
  EXPECT_THAT(after, HasSubstr("…"));
}

}  // namespace
}  // namespace groupctl
