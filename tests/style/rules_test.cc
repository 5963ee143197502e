// Every rule of style can fail: small made-up trees that break it, beside ones that keep it.
#include "tests/style/rules.h"

#include <gtest/gtest.h>

#include "tests/style/rooms.h"
#include "tests/style/sizes.h"

namespace groupctl::style {

namespace {

std::string lines(std::size_t count, const std::string& line = "int a;\n") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += line;
  return text;
}

std::string function(const std::string& name, std::size_t length) {
  return "void " + name + "() {\n" + lines(length - 2) + "}\n";
}

TEST(Rules, ReportNamesFileAndLine) {
  EXPECT_EQ(report({{"a.cc", 7, "bad"}, {"b.h", 1, "worse"}}), "a.cc:7: bad\nb.h:1: worse\n");
}

TEST(Rules, IncludeUpOrSideways) {
  EXPECT_EQ(report(include_directions({{"log/a.h", "\n#include \"wire/b.h\"\n"}})),
            "log/a.h:2: wire/b.h: log/ may not include wire/\n");
  EXPECT_EQ(include_directions({{"wire/a.h", "#include \"commands/b.h\"\n"}}).size(), 1U);
  EXPECT_EQ(include_directions({{"member/a.h", "#include \"coordinator/b.h\"\n"}}).size(), 1U);
  EXPECT_EQ(
      include_directions({{"wire/a.capnp", "using C = import \"/member/c.capnp\";\n"}}).size(), 1U);
  EXPECT_EQ(include_directions({{"wire/a.h", "#include \"b.h\"\n"}}).size(), 1U);
  EXPECT_EQ(include_directions({{"misc/a.h", "#include \"log/b.h\"\n"}}).size(), 1U);
}

TEST(Rules, IncludeDown) {
  EXPECT_TRUE(include_directions({{"wire/a.h", "#include \"log/b.h\"\n#include \"wire/c.h\"\n"},
                                  {"cli/a.cc", "#include \"commands/deploy/syntax.h\"\n"},
                                  {"wire/a.capnp", "using C = import \"/log/c.capnp\";\n"},
                                  {"tests/unit/a.cc", "#include \"commands/set/apply.h\"\n"},
                                  {"coordinator/a.cc", "#include \"commands/system/system.h\"\n"}})
                  .empty());
}

TEST(Rules, GroupCommandsAreUnknownToCoordinatorAndEachOther) {
  EXPECT_EQ(
      include_directions({{"coordinator/a.cc", "#include \"commands/set/apply.h\"\n"}}).size(), 1U);
  EXPECT_EQ(include_directions({{"commands/set/a.cc", "#include \"commands/ping/b.h\"\n"}}).size(),
            1U);
  EXPECT_EQ(include_directions({{"commands/state/a.cc", "#include \"commands/set/b.h\"\n"}}).size(),
            1U);
}

TEST(Rules, PureFileIncludesAnImpureHeader) {
  EXPECT_EQ(report(pure_files_stay_pure({{"log/a.cc", "#include <map>\n#include <thread>\n"}})),
            "log/a.cc:2: a pure file reaches <thread>\n");
  for (const std::string header : {"zmq.hpp", "lmdb.h", "CLI/CLI.hpp", "sys/stat.h", "chrono"}) {
    const Tree tree = {{"coordinator/core.h", "#include <" + header + ">\n"}};
    EXPECT_EQ(pure_files_stay_pure(tree).size(), 1U) << header;
  }
}

TEST(Rules, PureFileReachesAnImpureHeader) {
  const Tree tree = {{"member/core.cc", "#include \"member/a.h\"\n"},
                     {"member/a.h", "#include \"daemon/b.h\"\n#include \"member/a.h\"\n"},
                     {"daemon/b.h", "#include <mutex>\n"}};
  EXPECT_EQ(report(pure_files_stay_pure(tree)),
            "member/core.cc:1: a pure file reaches member/a.h -> daemon/b.h -> <mutex>\n");
}

TEST(Rules, ImpureFilesMay) {
  EXPECT_TRUE(pure_files_stay_pure({{"log/lmdb_store.cc", "#include <mutex>\n"},
                                    {"member/shell.cc", "#include <zmq.hpp>\n"},
                                    {"log/a.cc", "#include <zmqueue>\n#include <ctime_like>\n"}})
                  .size() == 1U);  // <zmqueue> begins as zmq's own headers do
}

TEST(Rules, WhoSaysItIsPureIsChecked) {
  EXPECT_EQ(report(pure_files_stay_pure({{"cli/a.h", "// A. Pure.\n#pragma once\n"}})),
            "cli/a.h:1: says Pure, and is not in the table\n");
  EXPECT_TRUE(pure_files_stay_pure({{"cli/a.h", "// A.\n#pragma once\n// Pure\n"}}).empty());
}

TEST(Rules, WhatIsPure) {
  EXPECT_TRUE(is_pure("log/entry.h"));
  EXPECT_FALSE(is_pure("log/lmdb_store_read.cc"));
  EXPECT_TRUE(is_pure("commands/deploy/apply.cc"));
  EXPECT_FALSE(is_pure("commands/deploy/execute.cc"));
  EXPECT_TRUE(is_pure("commands/state/delta.cc"));
  EXPECT_TRUE(is_pure("coordinator/core_submit.cc"));
  EXPECT_FALSE(is_pure("coordinator/shell.cc"));
  EXPECT_FALSE(is_pure("tests/unit/log/entry_test.cc"));
}

TEST(Rules, LibraryOutsideItsFile) {
  EXPECT_EQ(libraries_have_one_owner({{"member/shell.cc", "#include <zmq.hpp>\n"}}).size(), 1U);
  EXPECT_EQ(libraries_have_one_owner({{"log/head_file.cc", "#include <lmdb.h>\n"}}).size(), 1U);
  EXPECT_EQ(report(libraries_have_one_owner({{"cli/a.cc", "#include <CLI/CLI.hpp>\n"},
                                             {"cli/b.cc", "#include <CLI/CLI.hpp>\n"},
                                             {"daemon/c.cc", "#include <CLI/CLI.hpp>\n"}})),
            "cli/b.cc:1: <CLI/CLI.hpp> is already included by cli/a.cc\n");
  EXPECT_TRUE(libraries_have_one_owner({{"wire/zmq_bus.cc", "#include <zmq.hpp>\n"},
                                        {"tests/unit/a.cc", "#include <zmq.hpp>\n"},
                                        {"log/lmdb_store.cc", "#include <lmdb.h>\n"}})
                  .empty());
}

TEST(Rules, LongFile) {
  EXPECT_EQ(files_are_short({{"log/a.cc", lines(501)}}).size(), 1U);
  EXPECT_TRUE(files_are_short({{"log/a.cc", lines(500)}}).empty());
  EXPECT_TRUE(
      files_are_short({{"log/a.cc", "// A.\n// reason: one table\n" + lines(501)}}).empty());
  EXPECT_EQ(files_are_short({{"log/a.cc", lines(501) + "// reason: late\n"}}).size(), 1U);
}

TEST(Rules, LongFunctions) {
  std::string small;
  for (int i = 0; i < 99; ++i) small += function("f" + std::to_string(i), 3);
  EXPECT_TRUE(functions_are_short({{"log/a.cc", small + function("g", 61)}}).empty());
  EXPECT_EQ(functions_are_short(
                {{"log/a.cc", small + function("g", 61) + function("h", 62) + function("i", 63)}})
                .size(),
            3U);
  EXPECT_EQ(report(functions_are_short({{"log/a.cc", small + function("g", 121)}})),
            "log/a.cc:298: g: 121 lines\n");
}

TEST(Rules, LongLine) {
  const std::string longest(110, 'a');
  EXPECT_EQ(report(lines_are_short({{"log/a.cc", longest + "\n" + longest + "b\n"}})),
            "log/a.cc:2: 111 columns\n");
}

TEST(Rules, HeaderWithoutCommentOrGuard) {
  EXPECT_TRUE(headers_begin_well({{"log/a.h", "// A.\n#pragma once\n"}}).empty());
  EXPECT_EQ(headers_begin_well({{"log/a.h", "#pragma once\n"}}).size(), 2U);
  EXPECT_EQ(headers_begin_well({{"log/a.h", "// A.\n#include <map>\n#pragma once\n"}}).size(), 1U);
}

TEST(Rules, BannedWords) {
  for (const std::string line :
       {"int r = system(\"ls\");", "auto p = ::popen(x);", "auto v = std::views::all(x);",
        "// TO"
        "DO: later",
        "// FIX"
        "ME",
        "// XX"
        "X",
        "run(\"sh"
        " -c x\");",
        "x;  // NO"
        "LINT",
        "x;  // NO"
        "LINT(rule)"}) {
    EXPECT_EQ(no_banned_words({{"log/a.cc", "\n" + line + "\n"}}).size(), 1U) << line;
  }
  EXPECT_EQ(no_banned_words({{"docs/a.md",
                              "TO"
                              "DO\n"}})
                .size(),
            1U);
  EXPECT_TRUE(no_banned_words({{"log/a.cc",
                                "// system( is not called\nx;  // NO"
                                "LINT(rule): the library's\n"
                                "auto c = std::system_category();\nauto s = \"popen(\";\n"}})
                  .empty());
}

TEST(Rules, DeadFiles) {
  const Tree tree = {{"log/CMakeLists.txt", "groupctl_library(log SOURCES a.cc sub/b.cc s.capnp)"},
                     {"commands/CMakeLists.txt", "list(APPEND sources ${word}/apply.cc)"},
                     {"log/a.cc", "#include \"log/a.h\"\n"},
                     {"log/a.h", ""},
                     {"log/aa.cc", ""},
                     {"log/self.h", "#include \"log/self.h\"\n"},
                     {"log/s.capnp", ""},
                     {"log/sub/b.cc", ""},
                     {"commands/set/apply.cc", ""},
                     {"commands/set/other.cc", ""}};
  Findings findings = no_dead_files(tree);
  ASSERT_EQ(findings.size(), 3U) << report(findings);
  EXPECT_EQ(findings[0].file, "commands/set/other.cc");
  EXPECT_EQ(findings[1].file, "log/aa.cc");
  EXPECT_EQ(findings[2].file, "log/self.h");
}

TEST(Rules, UnlinkedDoc) {
  const Tree tree = {{"README.md", "[a](docs/a.md)"},
                     {"docs/a.md", "[b](b.md#part), a.md"},
                     {"docs/b.md", ""},
                     {"docs/c.md", "[c](c.md)"}};
  EXPECT_EQ(report(every_doc_is_linked(tree)),
            "docs/c.md:1: neither README.md nor another doc links it\n");
}

TEST(Sizes, MediansAndParts) {
  const Tree tree = {{"log/a.cc", function("f", 3)},
                     {"log/b.cc", function("g", 61)},
                     {"log/c.h", lines(301)},
                     {"tests/d.cc", function("h", 5)},
                     {"README.md", lines(900)}};
  EXPECT_EQ(summary("product", sizes_of(tree, Part::kProduct)),
            "product files: 3, median 61 lines, 1 over 300, 0 over 500\n"
            "product functions: 2, median 61 lines, 1 over 60, 0 over 120\n");
  EXPECT_EQ(sizes_of(tree, Part::kTests).functions, std::vector<std::size_t>{5U});
  EXPECT_EQ(sizes_of(tree, Part::kAll).files.size(), 4U);
}

}  // namespace

}  // namespace groupctl::style
