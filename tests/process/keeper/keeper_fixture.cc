#include "tests/process/keeper/keeper_fixture.h"

#include <signal.h>
#include <sys/stat.h>

#include "keeper/proc.h"

namespace groupctl::keeper {

using process_test::eventually;

namespace {

std::vector<pid_t> marked(const std::string& mark) {
  std::vector<pid_t> found;
  for (const pid_t pid : all_processes()) {
    const std::string environment =
        process_test::read_file("/proc/" + std::to_string(pid) + "/environ");
    if (environment.find("MARK=" + mark) != std::string::npos) found.push_back(pid);
  }
  return found;
}

}  // namespace

KeeperTest::KeeperTest() : mark_(dir_.path().filename().string()) {}

KeeperTest::~KeeperTest() {
  EXPECT_TRUE(workload().stop(kLongMs));
  EXPECT_TRUE(nothing_left());
  for (const pid_t pid : marked(mark_)) ::kill(pid, SIGKILL);
}

ProgramSpec KeeperTest::program(const std::string& program_path) const {
  ProgramSpec spec;
  spec.path = program_path;
  spec.environment = {{"MARK", mark_}, {"PATH", "/usr/bin:/bin"}};
  spec.grace_ms = 300;
  return spec;
}

ProgramSpec KeeperTest::subject(const std::vector<std::string>& words) const {
  ProgramSpec spec = program(GROUPCTL_KEEPER_SUBJECT);
  spec.argv = {"subject"};
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  return spec;
}

ProgramSpec KeeperTest::script(const std::string& name, const std::string& text) const {
  process_test::write_file(path(name), text);
  ::chmod(path(name).c_str(), 0755);
  return program(path(name));
}

KeptSpec KeeperTest::kept(const ProgramSpec& program) const {
  KeptSpec spec;
  spec.program = program;
  spec.restart.delay_ms = 20;
  spec.restart.most_delay_ms = 50;
  return spec;
}

Ended KeeperTest::once(const ProgramSpec& spec, std::uint64_t timeout_ms, std::string_view input) {
  const auto ended = run_once(GROUPCTL_KEEPER, spec, input, timeout_ms, {}, {});
  EXPECT_TRUE(ended) << ended.error().text;
  return ended.value_or(Ended{});
}

bool KeeperTest::reaches(const Kept& kept, Phase phase) {
  return eventually([&] {
    const auto state = kept.state();
    return state && state->phase == phase;
  });
}

process_test::Process KeeperTest::starter(const std::string& mode,
                                          const std::vector<std::string>& words) {
  std::vector<std::string> all = {GROUPCTL_KEEPER_STARTER, mode, GROUPCTL_KEEPER, path("run"),
                                  GROUPCTL_KEEPER_SUBJECT};
  all.insert(all.end(), words.begin(), words.end());
  return process_test::Process::start(all, {{}, {}, {{"STARTER_MARK", mark_}}});
}

std::size_t KeeperTest::left() const { return marked(mark_).size(); }

bool KeeperTest::nothing_left() const {
  return eventually([this] { return left() == 0; });
}

}  // namespace groupctl::keeper
