// Programs under a real group-keeper, and whether anything of them is left.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "keeper/kept.h"
#include "keeper/once.h"
#include "tests/process/harness_process.h"

namespace groupctl::keeper {

inline constexpr std::uint64_t kLongMs = 20'000;

/// Every program of a test has its mark in its environment. At the end none may be left.
class KeeperTest : public ::testing::Test {
 protected:
  KeeperTest();
  ~KeeperTest() override;

  std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  const std::string& mark() const { return mark_; }
  /// tests/process/keeper/subject_main.cc with these arguments.
  ProgramSpec subject(const std::vector<std::string>& words) const;
  ProgramSpec program(const std::string& program_path) const;
  /// A file of this text that may be executed.
  ProgramSpec script(const std::string& name, const std::string& text) const;
  KeptSpec kept(const ProgramSpec& program) const;

  static Ended once(const ProgramSpec& spec, std::uint64_t timeout_ms = kLongMs,
                    std::string_view input = {});
  Kept workload() const { return {GROUPCTL_KEEPER, path("run")}; }
  static bool reaches(const Kept& kept, Phase phase);
  /// With MARK, so that what it starts has the mark too.
  process_test::Process starter(const std::string& mode, const std::vector<std::string>& words);
  /// How many processes with the mark there are.
  std::size_t left() const;
  bool nothing_left() const;

 private:
  process_test::TempDir dir_;
  std::string mark_;
};

}  // namespace groupctl::keeper
