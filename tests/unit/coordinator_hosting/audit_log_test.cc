// The files of the audit log: what has a line, and what makes way.
#include "coordinator/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/durable_file.h"
#include "tests/unit/log/temp_dir.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kNoon = 1'795'348'800'000;

class AuditLogTest : public testing::Test {
 protected:
  static AuditRecord record(std::uint8_t key, const std::string& verb, bool idle) {
    AuditRecord made;
    made.key.bytes.fill(key);
    made.name = "ana";
    made.verb = verb;
    made.result = "ok";
    made.idle = idle;
    return made;
  }
  std::string file(const std::string& name) const { return (dir_.path() / name).string(); }
  /// As many lines as make the file due to make way.
  void fill() {
    AuditRecord large = record(1, "submit", false);
    large.text.assign(1 << 20, 'x');
    for (std::size_t i = 0; i < AuditLog::kMaxBytes >> 20; ++i) log_.note(large, kNoon);
    log_.flush();
  }
  /// Empty where there is no such file.
  std::string text_of(const std::string& name) const {
    return read_small_file(file(name)).value_or(std::string());
  }
  std::vector<std::string> raw_lines() const {
    std::istringstream text(text_of("audit.jsonl"));
    std::vector<std::string> all;
    for (std::string line; std::getline(text, line);) all.push_back(line);
    return all;
  }
  std::vector<nlohmann::json> lines() {
    log_.flush();
    std::vector<nlohmann::json> all;
    for (const std::string& line : raw_lines()) all.push_back(nlohmann::json::parse(line));
    return all;
  }

  fixtures::TempDir dir_;
  AuditLog log_ = *AuditLog::open(dir_.path().string());
};

TEST_F(AuditLogTest, ALineSaysWhoDidWhatAndWhatCameOfIt) {
  AuditRecord done = record(1, "submit", false);
  done.address = "10.0.0.5";
  done.first = Sequence(7);
  done.last = Sequence(9);
  log_.note(done, kNoon);
  const auto all = lines();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0], nlohmann::json({{"time", "2026-11-22T12:00:00.000Z"},
                                    {"name", "ana"},
                                    {"key", fingerprint(done.key)},
                                    {"address", "10.0.0.5"},
                                    {"verb", "submit"},
                                    {"seq", 7},
                                    {"lastSeq", 9},
                                    {"result", "ok"}}));
}

TEST_F(AuditLogTest, WhatChangesNothingHasSoManyLinesASecondAndTheRestIsCounted) {
  for (unsigned i = 0; i < AuditLog::kMaxIdle + 5; ++i) log_.note(record(1, "status", true), kNoon);
  for (int i = 0; i < 100; ++i) log_.note(record(1, "submit", false), kNoon);
  log_.note(record(2, "status", true), kNoon);
  const auto all = lines();
  ASSERT_EQ(all.size(), AuditLog::kMaxIdle + 101U) << "what changes something has a line each";
  EXPECT_EQ(all[AuditLog::kMaxIdle].at("heldBack"), 5);
  EXPECT_FALSE(all.back().contains("heldBack")) << "another key's";
  log_.note(record(1, "status", true), kNoon + 1000);
  EXPECT_EQ(lines().back().at("verb"), "status") << "another second";
}

TEST_F(AuditLogTest, TheOldestFileMakesWay) {
  AuditRecord large = record(1, "submit", false);
  large.text.assign(1 << 20, 'x');
  const std::size_t files = AuditLog::kMaxKept + 3;
  for (std::size_t i = 0; i < files * (AuditLog::kMaxBytes >> 20); ++i) {
    large.first = large.last = Sequence(i + 1);
    log_.note(large, kNoon);
  }
  log_.flush();
  EXPECT_TRUE(std::filesystem::exists(file("audit.8.jsonl")));
  EXPECT_FALSE(std::filesystem::exists(file("audit.9.jsonl")));
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
    bytes += entry.file_size();
  }
  EXPECT_LT(bytes, (AuditLog::kMaxKept + 2) * AuditLog::kMaxBytes);
}

TEST_F(AuditLogTest, WhatCouldNotBeOpenedIsOpenedWhenItCanBe) {
  fill();
  const std::filesystem::path away = dir_.path().string() + ".away";
  std::filesystem::rename(dir_.path(), away);
  log_.note(record(1, "lost", false), kNoon);
  log_.flush();
  std::filesystem::rename(away, dir_.path());
  log_.note(record(1, "status", false), kNoon);
  const auto all = lines();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at("verb"), "status");
  ASSERT_TRUE(std::filesystem::exists(file("audit.1.jsonl")));
  EXPECT_EQ(std::filesystem::file_size(file("audit.1.jsonl")) >> 20, AuditLog::kMaxBytes >> 20);
  EXPECT_FALSE(std::filesystem::exists(file("audit.2.jsonl")));
}

TEST_F(AuditLogTest, WithoutACurrentFileTheKeptOnesStay) {
  fill();
  std::ofstream(file("audit.1.jsonl")) << "kept\n";
  std::filesystem::remove(file("audit.jsonl"));
  log_.note(record(1, "status", false), kNoon);
  EXPECT_EQ(lines().size(), 1U);
  EXPECT_EQ(text_of("audit.1.jsonl"), "kept\n");
  EXPECT_FALSE(std::filesystem::exists(file("audit.2.jsonl")));
}

TEST_F(AuditLogTest, BehindAPartOfALineBeginsALineOfItsOwn) {
  log_.note(record(1, "status", false), kNoon);
  ASSERT_EQ(lines().size(), 1U);
  rlimit former{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &former), 0);
  rlimit full = former;
  full.rlim_cur = std::filesystem::file_size(file("audit.jsonl")) + 10;
  const auto by_signal = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  log_.note(record(1, "cut-short", false), kNoon);
  log_.flush();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &former), 0);
  std::signal(SIGXFSZ, by_signal);
  log_.note(record(1, "watch", false), kNoon);
  log_.flush();
  const auto all = raw_lines();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].size(), 10U);
  EXPECT_EQ(nlohmann::json::parse(all[2]).at("verb"), "watch");
}

TEST_F(AuditLogTest, SoDoesTheNextProcess) {
  std::ofstream(file("audit.jsonl")) << R"({"time":"2026)";
  log_ = *AuditLog::open(dir_.path().string());
  log_.note(record(1, "status", false), kNoon);
  log_.flush();
  const auto all = raw_lines();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(nlohmann::json::parse(all[1]).at("verb"), "status");
}

}  // namespace
}  // namespace groupctl
