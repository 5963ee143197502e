// The brace scanner, on the shapes of code that the project uses.
#include "tests/style/functions.h"

#include <gtest/gtest.h>

#include "tests/style/text.h"

namespace groupctl::style {

namespace {

std::string found(std::string_view source) {
  std::string text;
  for (const Function& function : functions_of(source)) {
    text += function.name + "@" + std::to_string(function.line) + "+" +
            std::to_string(function.length) + " ";
  }
  return text;
}

TEST(Functions, FreeFunctionInNamespaces) {
  EXPECT_EQ(found("namespace a::b {\nnamespace {\nint f(int x) {\n  if (x) { x = 1; }\n"
                  "  return x;\n}\n}\n}\n"),
            "f@3+4 ");
}

TEST(Functions, MembersOfAClass) {
  EXPECT_EQ(
      found("class A final : public B<int> {\n public:\n  A() : b_{1}, c_(2) {}\n"
            "  bool operator()(int) const { return b_; }\n  int d() const;\n"
            " private:\n  int b_{0};\n  std::map<int, int> c_ = {{1, 2}};\n  ~A() {\n  }\n};\n"),
      "A@3+1 operator()@4+1 ~A@9+2 ");
}

TEST(Functions, HeadOverManyLines) {
  EXPECT_EQ(found("Result<int> A::run(int a,\n    int b = {}) const\n    noexcept {\n}\n"),
            "A::run@1+4 ");
}

TEST(Functions, TemplateWithADefaultAndItsNeighbour) {
  EXPECT_EQ(found("template <typename T = int>\nT f(T t) {\n}\nvoid g() {}\n"), "f@1+3 g@4+1 ");
}

TEST(Functions, TrailingReturnAndTest) {
  EXPECT_EQ(found("auto f() -> std::string {\n}\nTEST(A, b) {\n}\n"), "f@1+2 TEST(A, b)@3+2 ");
}

TEST(Functions, TablesEnumsAndLambdaVariablesAreNone) {
  EXPECT_EQ(found("enum class E : int { kA = 1 };\nconst A kTable[] = {{1}, {2}};\n"
                  "const auto kF = [](int x) { return x; };\nA a{f(1), 2};\nvoid g() {}\n"),
            "g@5+1 ");
}

TEST(Functions, BracesInLiteralsAndCommentsDoNotCount) {
  EXPECT_EQ(found("void f() {\n  // }\n  /* } */ char c = '}';\n  auto s = \"}\\\"}\";\n"
                  "  auto r = R\"x(} )\" )x\";\n  int n = 1'000;\n#define Q }\n}\nvoid g() {}\n"),
            "f@1+8 g@9+1 ");
}

TEST(Text, CodeKeepsItsPlace) {
  EXPECT_EQ(code_only("a = \"b\"; // c\n#if D\ne"), "a =    ;     \n     \ne");
}

TEST(Text, WordsHaveEnds) {
  EXPECT_TRUE(has_word("a system(b)", "system("));
  EXPECT_FALSE(has_word("a apply_system(b)", "system("));
  EXPECT_FALSE(has_word("mkdtemp(XXXXXX)",
                        "XX"
                        "X"));
}

}  // namespace

}  // namespace groupctl::style
