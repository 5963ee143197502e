// F25: the wall clock of every process jumps while they run, and across restarts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>

#include "tests/process/harness_group.h"

namespace groupctl::process_test {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kTenYears = 3652 * 24 * kHour;

/// Processes that are started while this lives have a wall clock that can be set.
class ShiftedClock {
 public:
  explicit ShiftedClock(const std::filesystem::path& dir) : file_(dir / "clock") {
    shift(0);
    ::setenv("GROUPCTL_TEST_CLOCK", file_.c_str(), 1);
    ::setenv("LD_PRELOAD", GROUPCTL_CLOCK_SHIFT, 1);
  }
  ~ShiftedClock() {
    ::unsetenv("LD_PRELOAD");
    ::unsetenv("GROUPCTL_TEST_CLOCK");
  }
  ShiftedClock(const ShiftedClock&) = delete;
  ShiftedClock& operator=(const ShiftedClock&) = delete;
  void shift(std::int64_t seconds) const {
    std::string bytes(sizeof seconds, '\0');
    std::memcpy(bytes.data(), &seconds, sizeof seconds);
    write_in_place(bytes);
  }
  /// The year in which a shifted process is now.
  static std::string year(std::int64_t shift) {
    const std::time_t now = std::time(nullptr) + shift;
    return std::to_string(1900 + std::gmtime(&now)->tm_year) + "-";
  }

 private:
  void write_in_place(const std::string& bytes) const {
    if (!std::filesystem::exists(file_)) return write_file(file_, bytes);
    std::fstream out(file_, std::ios::in | std::ios::out | std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  std::filesystem::path file_;
};

TEST(Clocks, F25_JumpsOfTheWallClockChangeNothingButWhatIsShown) {
  Group group;
  const ShiftedClock clock(group.dir());
  ASSERT_TRUE(group.start_coordinator());
  group.start_members({"m1", "m2"});
  std::int64_t value = 0;
  const auto command_is_done = [&](std::int64_t shift) {
    const Answer done =
        group.ctl({"set", "k=" + std::to_string(++value), "-o", "json", "--wait-timeout", "20s"});
    EXPECT_EQ(done.exit_code, 0) << "shifted by " << shift << ": " << done.out << done.err;
    EXPECT_EQ(group.ctl({"ping"}).exit_code, 0) << "shifted by " << shift;
  };
  for (const std::int64_t shift : {kHour, -kHour, kTenYears, -kTenYears, std::int64_t{0}}) {
    clock.shift(shift);
    command_is_done(shift);
    const auto members = group.ctl({"member", "list", "-o", "json"}).json().at("members");
    for (const auto& member : members) EXPECT_EQ(member.at("state"), "in_step") << shift;
  }
  for (const char* name : {"m1", "m2"}) {
    EXPECT_EQ(group.logged(std::string("joined member=") + name), 1U) << "nobody was lost";
  }
  // A start takes the wall clock as it is, and never goes back behind the log.
  for (const std::int64_t shift : {kTenYears, -kTenYears}) {
    clock.shift(shift);
    group.coordinator().kill_nine();
    ASSERT_TRUE(group.start_coordinator());
    EXPECT_NE(read_file(group.log_file()).find(ShiftedClock::year(shift)), std::string::npos)
        << "the clock was not shifted at all";
    group.expect_converged({"m1", "m2"});
    command_is_done(shift);
  }
  EXPECT_EQ(group.member("m1").status()->at("properties").at("k"), std::to_string(value));
}

}  // namespace
}  // namespace groupctl::process_test
