// F44: what a program says, however much and whatever it is.
#include <fstream>

#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

using process_test::eventually;

class KeeperOutput : public KeeperTest {};

TEST_F(KeeperOutput, F44_AFloodOnBothOutputsIsBoundedAndCounted) {
  const Ended ended = once(subject({"flood"}), 500);
  EXPECT_EQ(ended.kind, EndKind::kTimedOut) << ended.text;
  for (const Captured& said : {ended.out, ended.err}) {
    EXPECT_EQ(said.head, std::string(kMaxCapturedPart, 'y'));
    EXPECT_EQ(said.tail, std::string(kMaxCapturedPart, 'y'));
    EXPECT_GT(said.dropped, 0U);
  }
}

TEST_F(KeeperOutput, F44_AFloodOfLinesWaitsForWhoHearsThem) {
  std::uint64_t lines = 0;
  const auto ended = run_once(GROUPCTL_KEEPER, program("/usr/bin/yes"), {}, 500,
                              [&](std::string_view line) {
                                if (line == "y") ++lines;
                              },
                              {});
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_EQ(ended->kind, EndKind::kTimedOut) << ended->text;
  const std::uint64_t bytes = ended->out.head.size() + ended->out.tail.size() + ended->out.dropped;
  EXPECT_NEAR(static_cast<double>(lines), static_cast<double>(bytes) / 2, 1);
}

TEST_F(KeeperOutput, F44_BinaryComesAsItIs) {
  std::string bytes;
  for (int i = 0; i < 50'000; ++i) bytes.push_back(static_cast<char>(i * 7));
  const Ended ended = once(subject({"copy"}), kLongMs, bytes);
  EXPECT_EQ(ended.kind, EndKind::kExited) << ended.text;
  EXPECT_EQ(ended.out.text(), bytes);
}

TEST_F(KeeperOutput, F44_MuchInputDoesNotBlock) {
  const std::string input(5'000'000, 'i');
  const Ended copied = once(subject({"copy"}), kLongMs, input);
  EXPECT_EQ(copied.out.head.size() + copied.out.tail.size() + copied.out.dropped, input.size());
  EXPECT_EQ(once(subject({"exit", "3"}), kLongMs, input).code, 3) << "nobody reads it";
}

TEST_F(KeeperOutput, F44_WhatClosesItsOutputsIsWaitedFor) {
  const Ended ended = once(subject({"close"}));
  EXPECT_EQ(ended.kind, EndKind::kExited);
  EXPECT_EQ(ended.code, 7);
}

TEST_F(KeeperOutput, F44_LinesComeWhileItRuns) {
  std::vector<std::string> lines;
  const auto ended = run_once(
      GROUPCTL_KEEPER, subject({"polite"}), {}, 0,
      [&](std::string_view line) { lines.emplace_back(line); }, [&] { return !lines.empty(); });
  ASSERT_TRUE(ended) << ended.error().text;
  EXPECT_EQ(lines, std::vector<std::string>{"ready"});
}

TEST_F(KeeperOutput, F44_AWorkloadsFloodIsBoundedOnDisk) {
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(subject({"flood"})), kLongMs));
  ASSERT_TRUE(eventually([&] {
    const auto output = workload.output();
    return output && output->find("bytes left out") != std::string::npos;
  }));
  EXPECT_TRUE(workload.stop(kLongMs));
  EXPECT_LT(workload.output()->size(), 2 * kMaxCapturedPart + 100);
  EXPECT_LE(std::filesystem::file_size(path("run") + "/output.head"), kMaxCapturedPart);
  EXPECT_LE(std::filesystem::file_size(path("run") + "/output.tail"), kMaxCapturedPart + 8);
}

TEST_F(KeeperOutput, F44_ARingGivesTheLastOfItInOrder) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "line " + std::to_string(i) + "\n";
  process_test::write_file(path("text"), text);
  ProgramSpec spec = program("/bin/cat");
  spec.argv = {"cat", path("text")};
  Kept workload = this->workload();
  ASSERT_TRUE(workload.start(kept(spec), kLongMs));
  ASSERT_TRUE(reaches(workload, Phase::kEnded));
  const std::string output = workload.output().value_or("");
  EXPECT_TRUE(output.starts_with(text.substr(0, kMaxCapturedPart)));
  EXPECT_TRUE(output.ends_with(text.substr(text.size() - kMaxCapturedPart)));
}

}  // namespace
}  // namespace groupctl::keeper
