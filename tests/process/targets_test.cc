// Targets that groupctl looks up or draws, of a real group: whom a command counts is what is asked
// here, never the words alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <regex>

#include "tests/process/rollout_fixture.h"

namespace groupctl::process_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
using ::testing::StartsWith;
using Names = std::vector<std::string>;

/// m1 to m4 with site 1.0.
class Targets : public Rollout {
 protected:
  void SetUp() override { begin(4); }

  /// `set k=v` for these, not waited for.
  Answer set(const Names& target) {
    Names words = {"set", "k=v", "--no-wait"};
    words.insert(words.end(), target.begin(), target.end());
    return group.ctl(words);
  }
  std::uint64_t head() const { return group.admin().status()->head.value; }
  /// Whom the newest entry counts, by name.
  Names counted() const { return counted(head()); }
  Names counted(std::uint64_t sequence) const {
    Names all;
    const auto shown = entry(sequence);
    for (const auto& member : shown.at("members")) all.push_back(member.at("name"));
    return all;
  }
  nlohmann::json entry(std::uint64_t sequence) const {
    return group.ctl({"log", "show", std::to_string(sequence), "-o", "json"}).json();
  }
  /// That it ends so, with one line, and that nothing is sequenced.
  void expect_refused(const Names& target, int exit_code, const std::string& line) {
    const std::uint64_t before = head();
    const Answer refused = set(target);
    EXPECT_EQ(refused.exit_code, exit_code) << refused.err;
    EXPECT_EQ(refused.err, "error: " + line + "\n");
    EXPECT_EQ(head(), before);
  }
  std::string file(const std::string& text) const {
    const auto path = group.dir() / "names";
    write_file(path, text);
    return path;
  }
  std::string property(const std::string& name) {
    const auto status = group.member(name).status();
    return status ? status->at("properties").value("k", "") : "nobody answers";
  }
};

TEST_F(Targets, ThoseThatFailedAreDeployedToAgain) {
  break_it("m2");
  break_it("m3");
  const Answer first = roll({"-o", "json"});
  EXPECT_EQ(first.exit_code, 1) << first.out << first.err;
  const std::string bad = "@failed:" + std::to_string(first.json().value("seq", 0));
  mend("m2");  // m3 fails again
  const Answer again = roll({"-t", bad, "-o", "json"});
  EXPECT_EQ(again.exit_code, 1) << again.out << again.err;
  EXPECT_EQ(counted(), (Names{"m2", "m3"}));
  EXPECT_EQ(entry(head()).at("target").at("selector"), "name in (m2,m3)");
  EXPECT_EQ(again.json().at("summary"), nlohmann::json({{"done", 1}, {"failed", 1}}));
  EXPECT_TRUE(group.serves("m2", "2.0"));

  const std::string worse = "@failed:" + std::to_string(again.json().value("seq", 0));
  mend("m3");
  const Answer last = roll({"-t", worse, "-o", "json"});
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  EXPECT_EQ(counted(), Names{"m3"});
  EXPECT_TRUE(group.serves("m3", "2.0"));
  const std::string good = "@failed:" + std::to_string(last.json().value("seq", 0));
  expect_refused({"-t", good}, 3, good + " is no member now");
  expect_refused({"-t", "@failed:"}, 2,
                 "--target: @failed:: the sequence of a command comes behind the ':'");
}

TEST_F(Targets, ThoseThatAreBehind) {
  expect_refused({"-t", "@behind"}, 3, "@behind is no member now");
  group.member("m2").process().send(SIGSTOP);
  group.member("m4").process().kill_nine();
  ASSERT_EQ(set({}).exit_code, 0);
  group.expect_converged({"m1", "m3"});
  const Answer said = group.ctl({"set", "k=late", "-t", "@behind", "--no-wait", "-o", "json"});
  EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  const std::uint64_t sequence = said.json().at("seq");
  EXPECT_EQ(counted(sequence), (Names{"m2", "m4"}));
  group.member("m2").process().send(SIGCONT);
  group.start_members({"m4"});
  EXPECT_EQ(group.ctl({"wait", std::to_string(sequence)}).exit_code, 0);
  group.expect_converged(names);
  EXPECT_EQ(property("m1"), "v");
  EXPECT_EQ(property("m2"), "late");
  EXPECT_EQ(property("m3"), "v");
  EXPECT_EQ(property("m4"), "late");
  expect_refused({"-t", "@behind"}, 3, "@behind is no member now");
}

TEST_F(Targets, ThoseThatWereChangedByHandAndFoundOut) {
  expect_refused({"-t", "@drifted"}, 3, "@drifted is no member now");
  write_file(group.member("m3").files() / "site/current/index.html", "mine");
  ASSERT_EQ(group.member("m3").local({"scan"}).exit_code, 0);
  ASSERT_EQ(group.member("m2").local({"set", "k=own"}).exit_code, 0);  // no drift, and not meant
  Names words = rolling("1.0", {"-t", "@drifted", "-o", "json"});
  // The look is told with the member's next acknowledgement.
  Answer mended;
  ASSERT_TRUE(eventually([&] { return (mended = group.ctl(words)).exit_code != 3; })) << mended.err;
  EXPECT_EQ(mended.exit_code, 0) << mended.out << mended.err;
  EXPECT_EQ(counted(mended.json().at("seq")), Names{"m3"});
  EXPECT_TRUE(group.serves("m3", "1.0"));
}

TEST_F(Targets, ThoseThatAFileNames) {
  ASSERT_EQ(set({"-t", "@" + file("# the new ones\nm4\n\n  name=m2* # by pattern\r\n")}).exit_code,
            0);
  EXPECT_EQ(counted(), (Names{"m2", "m4"}));
  const std::uint64_t before = head();
  const std::string path = file("m1\nrack in (r1\nm2\n");
  const Answer bad = set({"-t", "@" + path});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, StartsWith("error: " + path + ":2: "));
  EXPECT_EQ(count_in(bad.err, "\n"), 1U) << bad.err;
  expect_refused({"-t", "@" + file("# nobody\n")}, 3, "--target: " + path + " names nobody");
  const Answer unknown = set({"-t", "@" + file("m1\nm9\n")});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.err, StartsWith("error: no member is called m9. Did you mean: m"));
  EXPECT_EQ(set({"-t", "@/no/such/file"}).exit_code, 2);
  EXPECT_EQ(head(), before);
}

TEST_F(Targets, AsManyAsTheLimitDrawnByLot) {
  const Answer drawn = set({"--limit", "2", "--seed", "7"});
  ASSERT_EQ(drawn.exit_code, 0) << drawn.err;
  const Names two_of_them = counted();
  ASSERT_EQ(two_of_them.size(), 2U);
  EXPECT_THAT(drawn.err, HasSubstr("2 of 4 drawn by --seed 7: "));
  const std::uint64_t sequence = head();
  const std::string frozen = "name in (" + two_of_them[0] + "," + two_of_them[1] + ")";
  EXPECT_EQ(entry(sequence).at("target"), nlohmann::json({{"selector", frozen}, {"expected", 2}}));
  EXPECT_THAT(group.ctl({"log", "show", std::to_string(sequence)}).out, HasSubstr(frozen));

  for (const std::string limit : {"2", "50%"}) {
    ASSERT_EQ(set({"--limit", limit, "--seed", "7"}).exit_code, 0);
    EXPECT_EQ(counted(), two_of_them) << limit;
  }
  ASSERT_EQ(set({"--limit", "75%", "--seed", "7"}).exit_code, 0);
  EXPECT_EQ(counted().size(), 3U);
  EXPECT_THAT(two_of_them, IsSubsetOf(counted()));
  ASSERT_EQ(set({"--limit", "1%", "--seed", "7"}).exit_code, 0);
  EXPECT_EQ(counted().size(), 1U) << "never nobody";

  // Without a seed one is drawn, and said.
  const Answer other = set({"-t", "m1", "-t", "m2", "-t", "m3", "--limit", "2"});
  ASSERT_EQ(other.exit_code, 0) << other.err;
  const Names by_chance = counted();
  std::smatch seed;
  ASSERT_TRUE(std::regex_search(other.err, seed, std::regex("2 of 3 drawn by --seed ([0-9]+): ")))
      << other.err;
  ASSERT_EQ(set({"-t", "m1", "-t", "m2", "-t", "m3", "--limit", "2", "--seed", seed[1]}).exit_code,
            0);
  EXPECT_EQ(counted(), by_chance);

  group.start_members({"m5"});
  EXPECT_EQ(counted(sequence), two_of_them) << "who joins later is not counted";
}

}  // namespace
}  // namespace groupctl::process_test
