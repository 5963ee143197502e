// F45: every way to end and not to start has its own kind.
#include <signal.h>
#include <sys/stat.h>

#include "tests/process/keeper/keeper_fixture.h"

namespace groupctl::keeper {
namespace {

namespace fs = std::filesystem;

/// Below the folder of the build, which only its owner may change; /tmp is everybody's.
class KeeperEnds : public KeeperTest {
 protected:
  KeeperEnds() : safe_(fs::path(GROUPCTL_TEST_DIR) / mark()) {
    fs::create_directories(safe_);
    fs::copy_file("/usr/bin/true", safe_ / "true");
  }
  ~KeeperEnds() override { fs::remove_all(safe_); }

  ProgramSpec checked(const fs::path& at) const {
    ProgramSpec spec = program(at);
    spec.checked = true;
    return spec;
  }
  EndKind kind_of(const fs::path& at) const { return once(checked(at)).kind; }

  const fs::path safe_;
};

TEST_F(KeeperEnds, F45_ByItself) {
  const Ended ended = once(subject({"exit", "3"}));
  EXPECT_EQ(ended.kind, EndKind::kExited);
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.text, "exit code 3");
}

TEST_F(KeeperEnds, F45_BySignal) {
  for (const auto& [signal, name] : {std::pair{SIGSEGV, "SEGV"}, std::pair{SIGKILL, "KILL"}}) {
    const Ended ended = once(subject({"raise", std::to_string(signal)}));
    EXPECT_EQ(ended.kind, EndKind::kSignalled);
    EXPECT_EQ(ended.code, signal);
    EXPECT_EQ(ended.text, "killed by SIG" + std::string(name));
    EXPECT_FALSE(ended.core);
  }
}

TEST_F(KeeperEnds, F45_AFileThatIsNotThere) {
  const Ended ended = once(program(path("nothing")));
  EXPECT_EQ(ended.kind, EndKind::kNotFound);
  EXPECT_EQ(ended.text, path("nothing") + ": not found");
  EXPECT_EQ(once(script("lost", "#!/no/such/interpreter\n")).text,
            path("lost") + ": its interpreter is not found");
}

TEST_F(KeeperEnds, F45_AFileThatMayNotBeExecuted) {
  process_test::write_file(path("plain"), "#!/bin/sh\n");
  EXPECT_EQ(once(program(path("plain"))).kind, EndKind::kNotExecutable);
  EXPECT_EQ(once(program("/tmp")).kind, EndKind::kNotExecutable);
}

TEST_F(KeeperEnds, F45_AFileOfNoFormat) {
  EXPECT_EQ(once(script("noise", "no program\n")).kind, EndKind::kWrongFormat);
  EXPECT_EQ(once(script("empty", "")).kind, EndKind::kWrongFormat);
}

TEST_F(KeeperEnds, F45_AScriptRunsFromItsDescriptor) {
  const Ended ended = once(script("good", "#!/bin/sh\necho said $1\nexit 4\n"));
  EXPECT_EQ(ended.code, 4) << ended.text << ended.err.text();
  EXPECT_EQ(ended.out.head, "said\n");
}

TEST_F(KeeperEnds, F45_AFolderOrUserThatIsNotThere) {
  ProgramSpec spec = subject({"exit", "0"});
  spec.folder = path("nowhere");
  EXPECT_EQ(once(spec).kind, EndKind::kNotStarted);
  spec.folder = "";
  spec.user = "no-such-user-here";
  EXPECT_EQ(once(spec).text, "user no-such-user-here: no such user");
}

TEST_F(KeeperEnds, F45_AKeeperThatIsNotThere) {
  const auto ended = run_once("/no/keeper", subject({"exit", "0"}), {}, 0, {}, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kNotFound);
  ProgramSpec relative;
  relative.path = "true";
  EXPECT_EQ(run_once(GROUPCTL_KEEPER, relative, {}, 0, {}, {}).error().code, ErrorCode::kInvalid);
}

TEST_F(KeeperEnds, F45_SafeIsWhatNobodyElseMayChange) {
  if (kind_of(safe_ / "true") == EndKind::kUnsafe) GTEST_SKIP() << safe_ << " is not safe here";
  EXPECT_EQ(kind_of("/usr/bin/true"), EndKind::kExited);
  EXPECT_EQ(kind_of(safe_ / "nothing"), EndKind::kNotFound);
  fs::create_symlink("true", safe_ / "link");
  EXPECT_EQ(kind_of(safe_ / "link"), EndKind::kExited);
  fs::create_symlink(safe_ / "." / ".." / safe_.filename(), safe_ / "around");
  EXPECT_EQ(kind_of(safe_ / "around" / "link"), EndKind::kExited);
  fs::create_symlink("loop", safe_ / "loop");
  EXPECT_EQ(kind_of(safe_ / "loop"), EndKind::kNotStarted);
}

TEST_F(KeeperEnds, F45_AFileThatOthersMayWriteIsRefused) {
  for (const mode_t mode : {0775U, 0757U}) {
    ::chmod((safe_ / "true").c_str(), mode);
    const Ended ended = once(checked(safe_ / "true"));
    EXPECT_EQ(ended.kind, EndKind::kUnsafe) << ended.text;
    EXPECT_NE(ended.text.find("may be written by others"), std::string::npos) << ended.text;
  }
}

TEST_F(KeeperEnds, F45_AFolderThatOthersMayWriteIsRefused) {
  ::chmod(safe_.c_str(), 0777);
  EXPECT_EQ(kind_of(safe_ / "true"), EndKind::kUnsafe);
  ::chmod(safe_.c_str(), 01777);
  EXPECT_EQ(kind_of(safe_ / "true"), EndKind::kUnsafe);
  process_test::write_file(path("mine"), "#!/bin/sh\n");
  EXPECT_EQ(kind_of(path("mine")), EndKind::kUnsafe);
}

TEST_F(KeeperEnds, F45_ALinkIsRefusedWhereOthersMayPlaceOne) {
  fs::create_symlink("/usr/bin/true", path("link"));
  EXPECT_EQ(kind_of(path("link")), EndKind::kUnsafe);
  process_test::write_file(path("target"), "#!/bin/sh\n");
  fs::create_symlink(path("target"), safe_ / "out");
  EXPECT_EQ(kind_of(safe_ / "out"), EndKind::kUnsafe);
}

TEST_F(KeeperEnds, F45_AFileOfSomebodyElseIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give a file away";
  ASSERT_EQ(::chown((safe_ / "true").c_str(), 65534, 65534), 0);
  EXPECT_EQ(kind_of(safe_ / "true"), EndKind::kUnsafe);
}

}  // namespace
}  // namespace groupctl::keeper
