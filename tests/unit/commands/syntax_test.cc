// What operators type, and how entries are shown.
#include "commands/syntax.h"

#include <gtest/gtest.h>

#include "commands/syntax_text.h"
#include "tests/unit/commands/group.h"

namespace groupctl {
namespace {

using testing::hex_digest;
using testing::verb;
using Fields = std::vector<std::pair<std::string, std::string>>;

ErrorCode refused(std::string_view name, const SyntaxValues& values) {
  const auto built = verb(name).build(values);
  EXPECT_FALSE(built);
  EXPECT_EQ(built ? std::string::npos : built.error().text.find('\n'), std::string::npos);
  return built ? ErrorCode::kOk : built.error().code;
}

TEST(Syntax, TheTableHasTheVerbsInOrderThenTheSystemKinds) {
  std::string verbs;
  for (const SyntaxRow& row : syntax_table()) verbs += std::string(row.verb) + ".";
  EXPECT_TRUE(
      verbs.starts_with("deploy.undeploy.start.stop.restart.refresh.set.unset.ping.dump.exec."))
      << verbs;
  EXPECT_TRUE(verbs.ends_with("..member label......")) << verbs;
}

TEST(Syntax, Deploy) {
  const SyntaxRow& row = verb("deploy");
  const auto built = row.build({{"ARTEFACT", {"shop@2.4.1"}},
                                {"--digest", {"sha256:" + hex_digest(7)}},
                                {"--config", {"port=1"}}});
  ASSERT_TRUE(built);
  EXPECT_EQ(built->kind, row.kind);
  EXPECT_EQ(row.describe(built->payload), "DEPLOY shop@2.4.1");
  EXPECT_EQ(row.fields(built->payload), (Fields{{"artefact", "shop"},
                                                {"version", "2.4.1"},
                                                {"digest", "sha256:" + hex_digest(7)},
                                                {"deployer", "dir"},
                                                {"config", "port=1"}}));
}

TEST(Syntax, DeployLeavesToTheCatalogueWhatIsNotGiven) {
  const SyntaxRow& row = verb("deploy");
  const auto version = row.build({{"ARTEFACT", {"shop@2.4.1"}}});
  ASSERT_TRUE(version) << version.error().text;
  EXPECT_EQ(row.describe(version->payload), "DEPLOY shop@2.4.1");
  EXPECT_EQ(row.fields(version->payload),
            (Fields{{"artefact", "shop"}, {"version", "2.4.1"}, {"deployer", "dir"}}));
  const auto name = row.build({{"ARTEFACT", {"shop"}}});
  ASSERT_TRUE(name) << name.error().text;
  EXPECT_EQ(row.describe(name->payload), "DEPLOY shop");
  EXPECT_EQ(row.fields(name->payload), (Fields{{"artefact", "shop"}, {"deployer", "dir"}}));
}

TEST(Syntax, DeployTakesTheDigestOfTheArchive) {
  const SyntaxRow& row = verb("deploy");
  EXPECT_TRUE(row.options[1].file_digest);
  const SyntaxValues of_archive{{"ARTEFACT", {"a@1"}}, {"--archive", {hex_digest(7)}}};
  const SyntaxValues given{{"ARTEFACT", {"a@1"}}, {"--digest", {hex_digest(7)}}};
  EXPECT_EQ(row.build(of_archive)->payload, row.build(given)->payload);
  EXPECT_EQ(refused("deploy", {{"ARTEFACT", {"a@1"}},
                               {"--archive", {hex_digest(7)}},
                               {"--digest", {hex_digest(8)}}}),
            ErrorCode::kDigestMismatch);
}

TEST(Syntax, RefusedDeploys) {
  const std::vector<std::string> good{hex_digest(1)};
  EXPECT_EQ(refused("deploy", {}), ErrorCode::kInvalid);
  for (const char* artefact : {"shop", "Shop@1", "shop@", "@1", "shop@a/b", "shop@1@2"}) {
    EXPECT_EQ(refused("deploy", {{"ARTEFACT", {artefact}}, {"--digest", good}}),
              ErrorCode::kInvalid);
  }
  EXPECT_EQ(refused("deploy", {{"ARTEFACT", {"a@1"}}, {"--digest", {"abc"}}}), ErrorCode::kInvalid);
  EXPECT_EQ(refused("deploy", {{"ARTEFACT", {"a@1"}}, {"--digest", {std::string(64, '0')}}}),
            ErrorCode::kInvalid);
  EXPECT_EQ(refused("deploy", {{"ARTEFACT", {"a@1"}}, {"--digest", {good[0], good[0]}}}),
            ErrorCode::kInvalid);
  EXPECT_EQ(refused("deploy", {{"ARTEFACT", {"a@1"}}, {"--digest", good}, {"--deployer", {"A"}}}),
            ErrorCode::kInvalid);
  EXPECT_EQ(refused("deploy", {{"ARTEFACT", {"a@1"}},
                               {"--digest", good},
                               {"--config", {std::string(kMaxPayloadBytes, 'x')}}}),
            ErrorCode::kInvalid);
}

TEST(Syntax, Undeploy) {
  const SyntaxRow& row = verb("undeploy");
  const auto built = row.build({{"ARTEFACT", {"shop"}}});
  ASSERT_TRUE(built);
  EXPECT_EQ(row.describe(built->payload), "UNDEPLOY shop");
  EXPECT_EQ(row.fields(built->payload), (Fields{{"artefact", "shop"}}));
  for (const char* name : {"", "Shop", "shop@2.4.1", "a/b"}) {
    EXPECT_EQ(refused("undeploy", {{"ARTEFACT", {name}}}), ErrorCode::kInvalid);
  }
  EXPECT_EQ(refused("undeploy", {}), ErrorCode::kInvalid);
}

TEST(Syntax, SetAndUnset) {
  const SyntaxRow& set = verb("set");
  const auto built = set.build({{"KEY=VALUE", {"log.level=info", "text=a=b"}}});
  ASSERT_TRUE(built);
  EXPECT_EQ(set.describe(built->payload), "SET log.level=info text=a=b");
  EXPECT_EQ(set.fields(built->payload),
            (Fields{{"property/log.level", "info"}, {"property/text", "a=b"}}));
  const SyntaxRow& unset = verb("unset");
  const auto removed = unset.build({{"KEY", {"a", "b"}}});
  ASSERT_TRUE(removed);
  EXPECT_EQ(unset.describe(removed->payload), "UNSET a b");
  EXPECT_EQ(unset.fields(removed->payload), (Fields{{"keys", "a b"}}));
}

TEST(Syntax, RefusedSetsAndUnsets) {
  for (const char* pair : {"a", "=1", "a/b=1", "a b=1", "a=\xff"}) {
    EXPECT_EQ(refused("set", {{"KEY=VALUE", {pair}}}), ErrorCode::kInvalid);
  }
  EXPECT_EQ(refused("set", {}), ErrorCode::kInvalid);
  std::vector<std::string> many;
  for (int i = 0; i < 9; ++i)
    many.push_back("k" + std::to_string(i) + "=" + std::string(4000, 'x'));
  EXPECT_EQ(refused("set", {{"KEY=VALUE", many}}), ErrorCode::kInvalid);
  EXPECT_EQ(refused("unset", {}), ErrorCode::kInvalid);
  EXPECT_EQ(refused("unset", {{"KEY", {"a=b"}}}), ErrorCode::kInvalid);
  std::vector<std::string> keys;
  for (int i = 0; i < 600; ++i) keys.push_back(std::string(100, 'k') + std::to_string(i));
  EXPECT_EQ(refused("unset", {{"KEY", keys}}), ErrorCode::kInvalid);
}

TEST(Syntax, AKeyTwiceIsRefusedBeforeItIsSent) {
  EXPECT_EQ(verb("set").build({{"KEY=VALUE", {"a=1", "b=1", "a=2"}}}).error().text,
            "\"a\" is given twice");
  EXPECT_EQ(verb("unset").build({{"KEY", {"b", "b"}}}).error().text, "\"b\" is given twice");
}

TEST(Syntax, PingHasATtl) {
  const SyntaxRow& row = verb("ping");
  EXPECT_EQ(row.entry_class, EntryClass::kNeverLate);
  EXPECT_EQ(row.default_ttl_ms, 60'000u);
  EXPECT_EQ(row.describe(row.build({})->payload), "PING");
  EXPECT_TRUE(row.fields({}).empty());
}

TEST(Syntax, ExecTakesANameAndItsWordsAndShowsThemAsTheyWouldBeTyped) {
  const SyntaxRow& row = verb("exec");
  EXPECT_EQ(row.entry_class, EntryClass::kNeverLate);
  EXPECT_EQ(row.leaves, Leaves::kOutput);
  EXPECT_GT(row.default_ttl_ms, 0U);
  const auto built = row.build({{"PROGRAM", {"df", "-h", "/srv/my files"}}});
  ASSERT_TRUE(built) << built.error().text;
  EXPECT_EQ(built->kind, row.kind);
  EXPECT_EQ(row.describe(built->payload), "EXEC df -h '/srv/my files'");
  EXPECT_EQ(row.fields(built->payload), (Fields{{"line", "df -h '/srv/my files'"}}));
}

TEST(Syntax, RefusedExecs) {
  EXPECT_EQ(refused("exec", {}), ErrorCode::kInvalid);
  for (const char* program : {"", "/bin/df", "../df", "bin/df", "d\x1bz", "a\nb"}) {
    EXPECT_EQ(refused("exec", {{"PROGRAM", {program}}}), ErrorCode::kInvalid) << program;
  }
  const std::vector<std::string> many(33, "df");
  EXPECT_EQ(refused("exec", {{"PROGRAM", many}}), ErrorCode::kInvalid);
  EXPECT_EQ(refused("exec", {{"PROGRAM", {"df", std::string(5000, 'a')}}}), ErrorCode::kInvalid);
}

TEST(Syntax, LabelsAreSetAndRemovedInKubectlsForm) {
  const SyntaxRow& row = verb("member label");
  const auto labels = [&](const std::vector<std::string>& words) {
    const auto built = row.build({{"KEY=VALUE", words}});
    return built ? row.fields(built->payload).front().second : built.error().text;
  };
  EXPECT_EQ(labels({"role=web", "rack-", "note=a=b"}), "note=a=b rack- role=web");
  EXPECT_EQ(labels({"role="}), "label role without a value; role- removes it");
  EXPECT_EQ(labels({"role=web", "role-"}), "label role is given twice");
  EXPECT_EQ(labels({"name=x"}), "the label \"name\" is the member's name and cannot be set");
  EXPECT_EQ(labels({"ROLE=x"}), "\"ROLE\" is no label name");
  EXPECT_EQ(labels({"-"}), "\"\" is no label name");
  EXPECT_EQ(labels({}), "no label: give KEY=VALUE, or KEY-");
}

TEST(Syntax, SystemKindsAreDescribed) {
  const auto describe = [](KindId kind, const Bytes& payload) {
    return find_syntax(kind)->describe(payload);
  };
  MemberRow row = testing::member(1, "web-01", {{"role", "web"}});
  EXPECT_EQ(describe(kJoinedKind, joined_payload(row)), "JOINED web-01");
  EXPECT_EQ(describe(kLabelledKind, labelled_payload(MemberId(3), {{"role", "web"}})),
            "LABELLED member 3 role=web");
  EXPECT_EQ(describe(kLabelledKind, operator_labels_payload({{"rack", ""}, {"role", "web"}})),
            "LABELLED rack- role=web");
  EXPECT_EQ(describe(kLeftKind, evicted_payload("web-33")), "LEFT web-33 (evicted)");
  EXPECT_EQ(describe(kLeftKind, left_payload(MemberId(3), LeftCause::kReplaced)),
            "LEFT member 3 (replaced)");
  EXPECT_EQ(find_syntax(kJoinedKind)->fields(joined_payload(row))[4],
            (std::pair<std::string, std::string>{"labels", "role=web"}));
}

TEST(Syntax, WhatDoesNotDecodeIsSaidSo) {
  for (std::string_view name : {"deploy", "undeploy", "set", "unset"}) {
    EXPECT_NE(verb(name).describe({}).find(" (unreadable)"), std::string::npos);
    EXPECT_EQ(verb(name).fields(Bytes{1}), (Fields{{"unreadable", "1 bytes"}}));
  }
  EXPECT_EQ(find_syntax(kLeftKind)->describe({}), "LEFT (unreadable)");
}

TEST(SyntaxText, ForeignTextCannotDriveATerminal) {
  EXPECT_EQ(shown("a\x1b[31m\nb\x7f"), "a?[31m?b?");
  EXPECT_EQ(shown(std::string(70, 'x')), std::string(60, 'x') + "...");
}

}  // namespace
}  // namespace groupctl
