// One deviation in words.
#include "wire/deviation_text.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

Thing release(const std::string& version) {
  Thing thing;
  thing.kind = Thing::Kind::kRelease;
  thing.version = version;
  return thing;
}
Thing value(const std::string& text) {
  Thing thing;
  thing.kind = Thing::Kind::kValue;
  thing.value = text;
  return thing;
}
Deviation row(std::string key, Thing group, Thing wanted) {
  Deviation deviation;
  deviation.key = std::move(key);
  deviation.kind = "intended";
  deviation.cause = "local";
  deviation.group = std::move(group);
  deviation.wanted = wanted;
  deviation.there = std::move(wanted);
  return deviation;
}

TEST(DeviationText, SignsAndWords) {
  const struct {
    Deviation deviation;
    const char* group;
    const char* text;
  } cases[] = {
      {row("artefact/cache", release("6.2.0"), release("6.2.1-rc1")), "cache 6.2.0", "~ 6.2.1-rc1"},
      {row("artefact/shop", release("2.4.1"), {}), "shop 2.4.1", "- absent"},
      {row("artefact/toolbox", {}, release("0.3")), "(none)", "+ toolbox 0.3"},
      {row("property/log.level", value("info"), value("debug")), "log.level=info",
       "~ log.level=debug"},
      {row("property/log.level", value("info"), {}), "log.level=info", "- log.level"},
      {row("property/mode", {}, value("")), "(none)", "+ mode="},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(group_text(one.deviation), one.group);
    EXPECT_EQ(deviation_text(one.deviation), one.text);
  }
}

TEST(DeviationText, OfOneVersionTheDigestTells) {
  Deviation own = row("artefact/shop", release("2.4"), release("2.4"));
  own.cause = "override";
  own.who = "file:/own";
  own.why = "file:/own has another archive";
  own.wanted.digest.bytes.fill(0xab);
  EXPECT_EQ(deviation_text(own), "~ 2.4 abababababab");
  EXPECT_EQ(cause_text(own, "09:12"), "by override, 09:12: file:/own has another archive");
}

TEST(DeviationText, WhatIsHeldIsShownAsItIs) {
  Deviation held = row("artefact/shop", release("2.4.1"), {});
  held.cause = "hold";
  held.wanted.kind = Thing::Kind::kAsItIs;
  held.there = release("2.4.0");
  EXPECT_EQ(deviation_text(held), "~ shop held at 2.4.0");
}

TEST(DeviationText, WhoWhenAndWhy) {
  Deviation one = row("property/mode", {}, value("fast"));
  one.who = "ana@web-11";
  EXPECT_EQ(cause_text(one, ""), "by local: ana@web-11");
  one.why = "testing";
  EXPECT_EQ(cause_text(one, "09:12:00"), "by local: ana@web-11, 09:12:00, \"testing\"");
  Deviation drifted = row("artefact/shop", release("1.0"), {});
  drifted.kind = "drifted";
  drifted.why = "index.html is gone";
  EXPECT_EQ(cause_text(drifted, ""), "drifted: index.html is gone");
  drifted.kind = "foreign";
  EXPECT_EQ(cause_text(drifted, ""), "in place, not in the group's state");
}

TEST(DeviationText, FieldsLeaveOutWhatIsEmpty) {
  const auto fields = deviation_fields(row("property/mode", {}, value("fast")));
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"key", "property/mode"}, {"kind", "intended"}, {"sign", "+"},
      {"cause", "local"},       {"there", "fast"},    {"wanted", "fast"}};
  EXPECT_EQ(fields, expected);
}

}  // namespace
}  // namespace groupctl
