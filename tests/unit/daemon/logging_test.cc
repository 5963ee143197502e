// What a line of the log looks like.
#include "daemon/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "log/types.h"

namespace groupctl {
namespace {

TEST(LoggingTest, LinesAreLevelComponentMessageAndFields) {
  EXPECT_EQ(log_text(LogFormat::kText, "core",
                     {LogLevel::kInfo, "joined", {{"member", "web-01"}, {"seq", Sequence(412)}}}),
            "info core joined member=web-01 seq=412");
}

TEST(LoggingTest, UnderSystemdLinesBeginWithTheirPriority) {
  EXPECT_EQ(log_text(LogFormat::kJournal, "store", {LogLevel::kError, "commit failed", {}}),
            "<3>error store commit failed");
  EXPECT_EQ(log_text(LogFormat::kJournal, "store", {LogLevel::kWarn, "slow", {{"ms", 12}}}),
            "<4>warn store slow ms=12");
  EXPECT_EQ(log_text(LogFormat::kJournal, "store", {LogLevel::kInfo, "x", {}}), "<6>info store x");
  EXPECT_EQ(log_text(LogFormat::kJournal, "store", {LogLevel::kDebug, "x", {}}),
            "<7>debug store x");
}

TEST(LoggingTest, ForProgramsALineIsOneJsonObject) {
  EXPECT_EQ(log_text(LogFormat::kJson, "core",
                     {LogLevel::kInfo, "joined", {{"member", "web-01"}, {"seq", Sequence(412)}}},
                     1'700'000'000'042),
            R"({"time":"2023-11-14T22:13:20.042Z","level":"info","component":"core",)"
            R"("message":"joined","member":"web-01","seq":412})");
}

TEST(LoggingTest, ForeignTextCannotBreakALine) {
  const std::string foreign = "a \"b\"\n<0>forged \x1b[2J\\";
  EXPECT_EQ(log_text(LogFormat::kText, "core",
                     {LogLevel::kInfo, "refused", {{"text", foreign}, {"empty", ""}}}),
            "info core refused text=\"a \\\"b\\\"\\x0a<0>forged \\x1b[2J\\\\\" empty=\"\"");
  EXPECT_EQ(log_text(LogFormat::kText, "core", {LogLevel::kInfo, "x", {{"name", "zoë"}}}),
            "info core x name=zoë");
  const std::string json =
      log_text(LogFormat::kJson, "core", {LogLevel::kInfo, "x", {{"text", foreign + "\xff"}}});
  EXPECT_EQ(json.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(json).at("text"), foreign + "\xef\xbf\xbd");
}

TEST(LoggingTest, ReadsLevels) {
  EXPECT_EQ(parse_log_level("debug").value(), LogLevel::kDebug);
  EXPECT_EQ(parse_log_level(to_word(LogLevel::kWarn)).value(), LogLevel::kWarn);
  EXPECT_EQ(parse_log_level("loud").error().code, ErrorCode::kInvalid);
}

TEST(LoggingTest, ReadsFormats) {
  EXPECT_EQ(log_format_for("text").value(), LogFormat::kText);
  EXPECT_EQ(log_format_for("json").value(), LogFormat::kJson);
  EXPECT_EQ(log_format_for("journal").value(), LogFormat::kJournal);
  EXPECT_EQ(log_format_for("xml").error().code, ErrorCode::kInvalid);
}

/// stderr as another file while it lives.
class Redirected {
 public:
  Redirected() : saved_(::dup(STDERR_FILENO)), file_(std::tmpfile()) {
    ::dup2(::fileno(file_), STDERR_FILENO);
  }
  ~Redirected() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    std::fclose(file_);
  }
  std::string text() const {
    std::string all(1 << 16, '\0');
    std::rewind(file_);
    all.resize(std::fread(all.data(), 1, all.size(), file_));
    return all;
  }

 private:
  int saved_;
  FILE* file_;
};

TEST(LoggingTest, LinesHaveTheFieldsOfTheirThreadOnceTheyAreShown) {
  const Redirected redirected;
  start_logging(LogLevel::kInfo, LogFormat::kJournal);
  set_thread_fields({{"group", "shop"}});
  log_line(LogLevel::kInfo, "core", "one");
  show_thread_fields();
  log_line(LogLevel::kInfo, "core", "two", {{"seq", Sequence(2)}});
  log_line(LogLevel::kInfo, "core", "three", {{"group", "bank"}});
  std::thread([] { log_line(LogLevel::kInfo, "core", "four"); }).join();
  std::thread([fields = thread_fields()] {
    set_thread_fields(fields);
    log_line(LogLevel::kInfo, "core", "five");
  }).join();
  set_thread_fields({});
  EXPECT_EQ(redirected.text(),
            "<6>info core one\n<6>info core two seq=2 group=shop\n<6>info core three group=bank\n"
            "<6>info core four\n<6>info core five group=shop\n");
}

TEST(LoggingTest, AutoSuitsWhatReadsStderr) {
  const Redirected redirected;
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_EQ(log_format_for("auto").value(), LogFormat::kJson);
  struct stat info {};
  ASSERT_EQ(::fstat(STDERR_FILENO, &info), 0);
  const std::string stream = std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
  ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
  EXPECT_EQ(log_format_for("auto").value(), LogFormat::kJournal);
  ::setenv("JOURNAL_STREAM", ("1" + stream).c_str(), 1);
  EXPECT_EQ(log_format_for("auto").value(), LogFormat::kJson) << "stderr goes elsewhere";
  ::unsetenv("JOURNAL_STREAM");
}

}  // namespace
}  // namespace groupctl
