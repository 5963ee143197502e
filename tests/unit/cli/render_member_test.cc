// `member show`, as text and as JSON.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/render_json.h"
#include "cli/render_text.h"
#include "tests/unit/cli/now.h"

namespace groupctl {
namespace {

MemberDetail member_detail() {
  MemberDetail detail;
  MemberInfo& m = detail.info;
  m.id = MemberId(12);
  m.name = "web-07";
  m.state = MemberState::kFailed;
  m.marks = {Sequence(412), Sequence(410)};
  m.silent_ms = 2000;
  m.delta.failed = 1;
  m.running = {Sequence(411), "fetch", 40};
  m.product = "0.3.0";
  m.note = "why\n";
  detail.own_labels = {{"rack", "r1"}, {"role", "web"}};
  detail.operator_labels = {{"role", "canary"}, {"zone", "a"}};
  m.labels = {{"rack", "r1"}, {"role", "canary"}, {"zone", "a"}};
  detail.participant = "web-07";
  detail.head = Sequence(413);
  detail.incarnation = Incarnation(3);
  detail.address = "127.0.0.1";
  detail.since = GroupTime(kNow - 45'000);
  detail.outcomes = {{Sequence(412), Sequence(412), Outcome::kFailed, "verify", "digest mismatch"},
                     {Sequence(1), Sequence(9), Outcome::kBySnapshot, "", ""}};
  detail.wanted = {{"shop", "2.4.1", Sequence(412)}};
  detail.wanted_in_all = 2;
  return detail;
}

TEST(RenderMemberTest, EverythingThatIsKnownOfAMember) {
  const std::string zeroes16(32, '0');
  const std::string zeroes32(64, '0');
  EXPECT_EQ(
      render_text(member_detail(), WallClock{kNow}),
      "member  web-07   failed: why\\x0a\n"
      "server  " +
          zeroes16 +
          "   participant web-07   replica 0\n"
          "roster  id 12, joined by that entry\n"
          "seen    2 s ago   session since 10:40:55   incarnation 3   from 127.0.0.1   0.3.0\n"
          "seq     412 of 413   executed 410   lag 1\n"
          "delta   0 pending   1 failed   0 drifted   0 foreign   0 intended\n"
          "works   at 411   fetch   40 %\n"
          "digest  " +
          zeroes32 +
          "\n\n"
          "LABEL  VALUE   OWNER\n"
          "rack   r1      member\n"
          "role   canary  operator, over web\n"
          "zone   a       operator\n\n"
          "SHOULD RUN  VERSION  SINCE\n"
          "shop        2.4.1      412\n"
          "and 1 more\n\n"
          "SEQ  ENDED        STEP    WHY\n"
          "412  failed       verify  digest mismatch\n"
          "1-9  by snapshot  -       -\n");
  MemberDetail away = member_detail();
  away.since = {};
  away.info.running = {};
  const std::string text = render_text(away, WallClock{kNow});
  EXPECT_NE(text.find("seen    2 s ago   no session\n"), std::string::npos) << text;
  EXPECT_NE(text.find("works   at nothing\n"), std::string::npos) << text;
}

TEST(RenderMemberTest, AMemberAsJson) {
  const auto json = nlohmann::json::parse(render_json(member_detail()));
  EXPECT_EQ(json.at("kind"), "Member");
  EXPECT_EQ(json.at("lag"), 1);
  EXPECT_EQ(json.at("labels").at("role"), "canary");
  EXPECT_EQ(json.at("ownLabels").at("role"), "web");
  EXPECT_EQ(json.at("operatorLabels").size(), 2u);
  EXPECT_EQ(json.at("session").at("incarnation"), 3);
  EXPECT_EQ(json.at("session").at("since"), "2026-11-21T10:40:55.000Z");
  EXPECT_EQ(json.at("outcomes").at(0).at("result"), "failed");
  EXPECT_EQ(json.at("outcomes").at(1).at("first"), 1);
  EXPECT_EQ(json.at("artefacts").at(0).at("version"), "2.4.1");
  EXPECT_EQ(json.at("artefactsInAll"), 2);
}

}  // namespace
}  // namespace groupctl
