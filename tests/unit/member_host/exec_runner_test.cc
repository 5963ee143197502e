// Which programs a member runs, and what is kept of what they say.
#include "member/host/exec_runner.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/member_host/deployers.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

using Json = nlohmann::json;

keeper::Ended ended(keeper::EndKind kind, int code, const std::string& text, const std::string& out,
                    const std::string& err = "") {
  keeper::Ended end;
  end.kind = kind;
  end.code = code;
  end.text = text;
  end.out.head = out;
  end.err.head = err;
  return end;
}

TEST(AllowedPrograms, GoByTheirNames) {
  const auto allowed = allowed_programs({"/usr/bin/df", "/usr/bin/uptime", "/usr/bin/df"});
  ASSERT_TRUE(allowed);
  EXPECT_EQ(*allowed, (AllowedPrograms{{"df", "/usr/bin/df"}, {"uptime", "/usr/bin/uptime"}}));
  EXPECT_TRUE(allowed_programs({})->empty());
  const auto two = allowed_programs({"/usr/bin/df", "/usr/local/bin/df"});
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(two.error().text, "allow-exec: /usr/bin/df and /usr/local/bin/df have one name");
}

TEST(ExecOutput, SaysHowItEndedAndNothingOfTheMember) {
  using keeper::EndKind;
  EXPECT_EQ(Json::parse(output_text(ended(EndKind::kExited, 3, "exit code 3", "a\n", "b\n"))),
            (Json{{"end", "exit code 3"}, {"exitCode", 3}, {"out", "a\n"}, {"err", "b\n"}}));
  const Json killed =
      Json::parse(output_text(ended(EndKind::kSignalled, 9, "killed by SIGKILL", "")));
  EXPECT_FALSE(killed.contains("exitCode"));
  EXPECT_EQ(killed.at("end"), "killed by SIGKILL");
}

TEST(ExecOutput, BytesThatAreNoTextAreStillJson) {
  const Json kept = Json::parse(
      output_text(ended(keeper::EndKind::kExited, 0, "exit code 0", std::string("\xff\x00z", 3))));
  EXPECT_EQ(kept.at("out"), std::string("\xef\xbf\xbd\0z", 5));
}

TEST(ExecRunner, RunsOnlyWhatIsAllowed) {
  const TempDir temp;
  const ExecRunner none({{}, temp / "exec", 1000}, testing::no_programs());
  const auto refused = none.run(Sequence(7), {"df"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, Outcome::kFailed);
  EXPECT_EQ(refused.error().step, "exec");
  EXPECT_EQ(refused.error().text, "this member runs no programs: its allow-exec names none");
  const ExecRunner some({{{"uptime", "/usr/bin/uptime"}, {"w", "/usr/bin/w"}}, temp / "exec", 1000},
                        testing::no_programs());
  EXPECT_EQ(some.run(Sequence(7), {"df"}).error().text,
            "df is not allowed on this member; its allow-exec names uptime, w");
  EXPECT_FALSE(std::filesystem::exists(temp / "exec")) << "nothing is made for what is refused";
}

}  // namespace
}  // namespace groupctl
