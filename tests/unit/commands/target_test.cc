#include "commands/state/target.h"

#include <gtest/gtest.h>

#include "commands/state/names.h"
#include "log/nearest.h"
#include "tests/unit/commands/builders.h"

namespace groupctl {
namespace {

using testing::member;
using Test = SelectorTerm::Test;

bool hits(const std::string& text, const MemberRow& row) {
  const auto target = parse_target({text});
  EXPECT_TRUE(target) << text << ": " << (target ? "" : target.error().text);
  return target && matches(*target, row);
}

const MemberRow kWeb = member(1, "web-01", {{"role", "web"}, {"rack", "r1"}, {"gpu", ""}});

TEST(Selector, EachTest) {
  EXPECT_TRUE(hits("role=web", kWeb));
  EXPECT_FALSE(hits("role=db", kWeb));
  EXPECT_FALSE(hits("zone=a", kWeb));
  EXPECT_TRUE(hits("role!=db", kWeb));
  EXPECT_FALSE(hits("role!=web", kWeb));
  EXPECT_TRUE(hits("zone!=a", kWeb));
  EXPECT_TRUE(hits("role in (api, web)", kWeb));
  EXPECT_FALSE(hits("role in (api,db)", kWeb));
  EXPECT_FALSE(hits("role notin (api,web)", kWeb));
  EXPECT_TRUE(hits("role notin(api,db)", kWeb));
  EXPECT_TRUE(hits("has(gpu)", kWeb));
  EXPECT_FALSE(hits("has(drained)", kWeb));
  EXPECT_TRUE(hits("!drained", kWeb));
  EXPECT_FALSE(hits("!gpu", kWeb));
  EXPECT_TRUE(hits("role=web,rack!=r3", kWeb));
  EXPECT_FALSE(hits("role=web,rack=r3", kWeb));
}

TEST(Selector, NamesAndPatterns) {
  EXPECT_TRUE(hits("web-01", kWeb));
  EXPECT_FALSE(hits("web-0", kWeb));
  EXPECT_TRUE(hits("web-*", kWeb));
  EXPECT_TRUE(hits("name=web-0*", kWeb));
  EXPECT_TRUE(hits("name=*-??", kWeb));
  EXPECT_FALSE(hits("name=*-?", kWeb));
  EXPECT_TRUE(hits("name=w*b*1*", kWeb));
  EXPECT_FALSE(hits("name=w*2", kWeb));
  EXPECT_TRUE(hits("role=w?b", kWeb));
  EXPECT_FALSE(hits("zone=*", kWeb));
  EXPECT_TRUE(hits("in", member(2, "in")));
}

TEST(Selector, UnionsOfTextsAndOfParts) {
  const auto texts = parse_target({"web-02", "role=web"});
  ASSERT_TRUE(texts);
  EXPECT_TRUE(matches(*texts, kWeb));
  EXPECT_EQ(texts, parse_target({"role=web | web-02"}));
  EXPECT_EQ(parse_target({}), Target::all());
}

TEST(Selector, EqualMeaningGivesEqualTargets) {
  EXPECT_EQ(parse_target({"a=1,b=2"}), parse_target({" b = 2 , a=1 , a=1 "}));
  EXPECT_EQ(parse_target({"a in (2,1,2)"}), parse_target({"a in (1,2)"}));
  EXPECT_EQ(parse_target({"a in (1)"}), parse_target({"a=1"}));
  EXPECT_EQ(parse_target({"a notin (1)"}), parse_target({"a!=1"}));
  EXPECT_EQ(parse_target({"x", "y", "x"}), parse_target({"y", "x"}));
}

TEST(Selector, ErrorsNameThePlace) {
  for (const char* text : {"",         " ",           "role=",     "=web",       "role=web,",
                           "role!web", "role in web", "role in (", "role in (a", "role in ()",
                           "has(",     "has()",       "!",         "Role=web",   "a=b c",
                           "a,b",      "a != x*",     "a in (x*)", "a=\\**",     "@failed:412=1",
                           "a=b|",     "a=\"b\"",     "a)"}) {
    const auto target = parse_target({text});
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().code, ErrorCode::kInvalid);
    EXPECT_NE(target.error().text.find("character "), std::string::npos) << target.error().text;
  }
  EXPECT_EQ(parse_target({"role=web,rack"}).has_value(), true);
  EXPECT_EQ(parse_target({"role=web,"}).error().text,
            "selector \"role=web,\", character 10: expected a label or a member's name");
}

TEST(Selector, TextReadsBackAsTheSameTarget) {
  const std::string characters = "ab*?,()=!|\\\"' in.-";
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Pcg random(seed);
    std::vector<std::string> texts;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      std::string text;
      for (std::uint64_t length = 1 + random.below(12); length > 0; --length) {
        text += characters[random.below(characters.size())];
      }
      texts.push_back(random.chance(500) ? text : "role=\\" + text);
    }
    const auto target = parse_target(texts);
    if (!target) continue;
    EXPECT_EQ(parse_target({to_text(*target)}), target) << to_text(*target);
  }
  for (const char* text : {"role=web", "!drained,role in (api,web)", "has(gpu)", "name=web-0*",
                           "a notin (b,c)", "a!=b", "a=x\\ y\\*", "a=1 | b=2"}) {
    EXPECT_EQ(to_text(*parse_target({text})), text);
  }
}

TEST(Target, TextOfTheOthers) {
  EXPECT_EQ(to_text(Target::all()), "all");
  EXPECT_EQ(to_text(Target::none()), "none");
  EXPECT_EQ(to_text(Target::one(MemberId(17))), "member 17");
}

TEST(Target, ResolvesOverTheRoster) {
  GroupState state;
  testing::put(state, member(3, "web-02", {{"role", "web"}}));
  testing::put(state, kWeb);
  testing::put(state, member(11, "db-01", {{"role", "db"}}));
  const auto ids = [&](const Target& target) {
    std::vector<std::uint64_t> found;
    for (MemberId id : resolve(target, state)) found.push_back(id.value);
    return found;
  };
  using Ids = std::vector<std::uint64_t>;
  EXPECT_EQ(ids(Target::all()), (Ids{1, 3, 11}));
  EXPECT_EQ(ids(testing::role("web")), (Ids{1, 3}));
  EXPECT_EQ(ids(Target::one(MemberId(11))), (Ids{11}));
  EXPECT_EQ(ids(Target::one(MemberId(12))), Ids{});
  EXPECT_EQ(ids(Target::none()), Ids{});
  EXPECT_EQ(ids(Target::of({})), Ids{});
}

TEST(Target, AMembersOperatorLabelsAreWhatCounts) {
  MemberRow row = kWeb;
  row.operator_labels["role"] = "db";
  EXPECT_FALSE(matches(testing::role("web"), row));
  EXPECT_TRUE(matches(testing::role("db"), row));
}

TEST(LabelsSeen, NearestFirstThenByHowManyCarryThem) {
  GroupState state;
  for (std::uint64_t id = 1; id <= 4; ++id)
    testing::put(state, member(id, "w" + std::to_string(id), {{"role", "web"}}));
  testing::put(state, member(5, "d5", {{"role", "db"}, {"rack", "r1"}}));
  EXPECT_EQ(labels_seen(state, *parse_target({"role=wbe"}), 2), "role=web (4), role=db (1)");
  EXPECT_EQ(labels_seen(state, *parse_target({"has(rak)"}), 1), "rack=r1 (1)");
  EXPECT_EQ(labels_seen(state, *parse_target({"d6"}), 1), "name=d5 (1)");
  EXPECT_EQ(labels_seen(GroupState{}, Target::all(), 5), "");
  EXPECT_EQ(labels_seen(state, Target::all(), 9), "role=web (4), rack=r1 (1), role=db (1)");
}

TEST(Names, Rules) {
  EXPECT_TRUE(is_version("2.4.1-rc1+b~2"));
  for (const char* bad : {"", "..", ".1", "a/b", "a b", "-1"}) EXPECT_FALSE(is_version(bad)) << bad;
  EXPECT_FALSE(is_version(std::string(65, '1')));
  EXPECT_TRUE(is_property_key("Log.Level:x"));
  for (const char* bad : {"", "a=b", "a/b", "a b", "a\n", "\xc3\xa9"})
    EXPECT_FALSE(is_property_key(bad)) << bad;
  EXPECT_TRUE(is_property_key(std::string(128, 'k')));
  EXPECT_FALSE(is_property_key(std::string(129, 'k')));
  EXPECT_TRUE(is_property_value(std::string(4096, 'v')));
  EXPECT_FALSE(is_property_value(std::string(4097, 'v')));
  EXPECT_FALSE(is_property_value("\xff"));
}

TEST(Names, Labels) {
  EXPECT_TRUE(check_labels({{"role", "web server"}, {"gpu", ""}}));
  EXPECT_FALSE(check_labels({{"name", "x"}}));
  EXPECT_FALSE(check_labels({{"Role", "x"}}));
  EXPECT_FALSE(check_labels({{"role", "a\nb"}}));
  EXPECT_FALSE(check_labels({{"role", std::string(256, 'x')}}));
}

TEST(Names, EditDistance) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("same", "same"), 0u);
}

TEST(Target, WhoNamesAllIsToldHowToMeanThem) {
  EXPECT_EQ(no_such_member("all", {"web-1"}),
            "no member is called all. Without a target, all members are meant.");
}

}  // namespace
}  // namespace groupctl
