// The rules of docs, each on a small tree that breaks it.
#include <gtest/gtest.h>

#include "tests/style/rules.h"

namespace groupctl::style {

namespace {

/// A table in which every line is due in a later step, but for what `line` says.
std::string requirements(const std::string& id, const std::string& line) {
  std::string doc;
  for (const auto& [letter, last] :
       {std::pair{'A', 23}, {'F', 55}, {'G', 57}, {'O', 10}, {'W', 18}}) {
    for (int i = 1; i <= last; ++i) {
      const std::string one = letter + std::to_string(i);
      doc += one == id ? line : "| " + one + " | text | step 3 |\n";
    }
  }
  return doc;
}

std::string about_g12(const std::string& line, const std::string& test = "") {
  return report(every_requirement_is_listed({{"docs/requirements.md", requirements("G12", line)},
                                             {"tests/unit/a_test.cc", test},
                                             {"tests/scenario/cases/G12_away.txt", ""}}));
}

TEST(DocRules, RequirementsWithATestOrAStep) {
  EXPECT_EQ(about_g12("| G12 | text | step 3 |\n"), "");
  EXPECT_EQ(about_g12("| G12 | text | `unit_a: Join.Tail`, `scenario: G12_away.txt` |\n",
                      "TEST_F(Join,\n       Tail) {}\n"),
            "");
}

TEST(DocRules, RequirementMissingOrTwice) {
  EXPECT_EQ(about_g12(""), "docs/requirements.md:1: G12 is not listed\n");
  EXPECT_EQ(about_g12("| G12 | text | step 3 |\n| G12 | text | step 3 |\n"),
            "docs/requirements.md:91: G12 stands here twice\n");
  EXPECT_EQ(every_requirement_is_listed({}).size(), 1U);
}

TEST(DocRules, RequirementWithoutATestThatExists) {
  EXPECT_EQ(about_g12("| G12 | text | seen |\n"),
            "docs/requirements.md:90: G12 names neither a test nor the step in which it is due\n");
  EXPECT_EQ(about_g12("| G12 | text | `unit_a: Join.Tail` |\n", "TEST(Join, Tails) {}\n"),
            "docs/requirements.md:90: G12: no test unit_a: Join.Tail\n");
  EXPECT_EQ(about_g12("| G12 | text | `away` |\n"), "docs/requirements.md:90: G12: no test away\n");
}

TEST(DocRules, TestOfARequirementThatIsNone) {
  EXPECT_EQ(report(tests_name_known_requirements(
                {{"tests/unit/a_test.cc", "\nTEST(A, G58_More) {}\nTEST_F(A, G57_F3_Fine) {}\n"},
                 {"tests/scenario/cases/F21_F56_frames.txt", ""},
                 {"docs/G99_notes.md", ""}})),
            "tests/scenario/cases/F21_F56_frames.txt:1: F21_F56_frames.txt: there is no F56\n"
            "tests/unit/a_test.cc:2: A.G58_More: there is no G58\n");
}

TEST(DocRules, BoundThatIsNotInTheDoc) {
  const Tree tree = {{"docs/limits.md", "kMaxRows"},
                     {"log/a.h",
                      "// kMaxOld = 1\nconstexpr int kMaxRows = 2;\n"
                      "constexpr int kMaxRowBytes = kMaxRows * 2;\n"
                      "bool full = n == kMaxSeen;\n"},
                     {"log/a.cc", "constexpr int kMaxPrivate = 1;\n"},
                     {"tests/a.h", "constexpr int kMaxTested = 1;\n"}};
  EXPECT_EQ(report(every_bound_is_documented(tree)),
            "log/a.h:3: kMaxRowBytes is not in docs/limits.md\n");
  EXPECT_EQ(every_bound_is_documented({}).size(), 1U);
}

TEST(DocRules, BoundThatIsNotWhereTheDocSays) {
  const Tree tree = {{"docs/limits.md",
                      "| `A::kRows` (`log/a.h`) | 2 |\n| 3 | `kOld` | `log/a.h` |\n"
                      "| `kGone` (`log/b.h`) | 4 |\n| `kFree` | 5 |\nkOld `log/a.h`\n"},
                     {"log/a.h", "constexpr int kRows = 2;\n"}};
  EXPECT_EQ(report(documented_bounds_are_there(tree)),
            "docs/limits.md:2: kOld is not there\ndocs/limits.md:3: no file log/b.h\n");
  EXPECT_EQ(documented_bounds_are_there({}).size(), 1U);
}

}  // namespace

}  // namespace groupctl::style
