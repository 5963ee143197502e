// A member with deployers that are programs.
#pragma once

#include <gtest/gtest.h>

#include "tests/process/deployer_scripts.h"
#include "tests/process/harness_group.h"

namespace groupctl::process_test {

class Deployers : public ::testing::Test {
 protected:
  Deployers();
  ~Deployers() override;

  /// A program of this text in the member's folder of deployers, where nobody else may write.
  std::string add(const std::string& name, const std::string& script) const;
  /// Starts a coordinator, and m1 with the deployers that are there.
  void begin(const std::vector<std::string>& flags = {});
  void start_member();
  Answer deploy(const std::string& version, const std::string& deployer = "good",
                const std::vector<std::string>& more = {}) const;
  /// That this ended badly, with this in its row.
  void expect_bad(const Answer& answer, const std::string& text) const;
  /// A field of what m1 says of the artefact.
  std::string artefact(const std::string& field);
  bool is_current(const std::string& version) const;
  std::filesystem::path state(const std::string& deployer = "good") const;
  /// What it was asked for: "deploy 1.0 1", a line each.
  std::size_t asked(const std::string& what) const;
  /// Whether no process has this word in its environment.
  static bool nothing_has(const std::string& word);

  Group group;

 private:
  std::filesystem::path folder_;
  std::vector<std::string> flags_;
};

}  // namespace groupctl::process_test
