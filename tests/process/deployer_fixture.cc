#include "tests/process/deployer_fixture.h"

#include <sys/stat.h>

#include "keeper/proc.h"

namespace groupctl::process_test {

namespace fs = std::filesystem;

/// Not below /tmp: whose place others can change is not run.
Deployers::Deployers()
    : folder_(fs::path(GROUPCTL_TEST_DIR) / ("deployers-" + group.dir().filename().string())) {
  fs::create_directories(folder_);
}

Deployers::~Deployers() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Deployers::add(const std::string& name, const std::string& script) const {
  const std::string path = (folder_ / name).string();
  write_file(path, script);
  ::chmod(path.c_str(), 0755);
  return path;
}

void Deployers::begin(const std::vector<std::string>& flags) {
  flags_ = {"--deployer-dir", folder_.string(), "--label",
            "marks=" + (group.dir() / "marks").string()};
  flags_.insert(flags_.end(), flags.begin(), flags.end());
  ASSERT_TRUE(group.start_coordinator());
  start_member();
}

void Deployers::start_member() {
  group.start_member("m1", flags_);
  group.expect_converged({"m1"});
}

Answer Deployers::deploy(const std::string& version, const std::string& deployer,
                         const std::vector<std::string>& more) const {
  const std::string archive =
      group.pack("shop", version, {{"version", version}, {"well", "#!/bin/sh\nexit 0\n"}});
  std::vector<std::string> words = {"deploy", "shop@" + version, "--archive",
                                    archive,  "--deployer",      deployer};
  words.insert(words.end(), more.begin(), more.end());
  return group.ctl(words);
}

void Deployers::expect_bad(const Answer& answer, const std::string& text) const {
  EXPECT_EQ(answer.exit_code, 1) << answer.out << answer.err;
  EXPECT_NE(answer.out.find(text), std::string::npos) << answer.out << answer.err;
}

std::string Deployers::artefact(const std::string& field) {
  const auto status = group.member("m1").status();
  if (!status || status->at("artefacts").empty()) return "nothing";
  return status->at("artefacts").at(0).value(field, "");
}

bool Deployers::is_current(const std::string& version) const {
  std::error_code none;
  const fs::path link = fs::read_symlink(group.dir() / "m1-files" / "shop" / "current", none);
  return link.filename().string().rfind(version + "-", 0) == 0;
}

fs::path Deployers::state(const std::string& deployer) const {
  return group.dir() / "m1-state" / "deployers" / deployer;
}

std::size_t Deployers::asked(const std::string& what) const {
  return count_in(read_file(group.dir() / "marks"), what);
}

bool Deployers::nothing_has(const std::string& word) {
  return eventually([&] {
    for (const pid_t pid : keeper::all_processes()) {
      const std::string environment = read_file("/proc/" + std::to_string(pid) + "/environ");
      if (environment.find(word) != std::string::npos) return false;
    }
    return true;
  });
}

}  // namespace groupctl::process_test
