// The groups of a process: which are served, which are quarantined, and what operators ask.
#include "coordinator/hosting/hosting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "commands/state/rows.h"
#include "coordinator/hosting/folders.h"
#include "tests/unit/coordinator_hosting/fake_groups.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ClientId kRequest{7, 9};

class HostingTest : public ::testing::Test {
 protected:
  ~HostingTest() override { EXPECT_FALSE(running_.joinable()) << "call stop() or ended()"; }

  std::string state_dir() const { return dir_ / "state"; }
  fs::path folder(const std::string& group) const {
    return fs::path(state_dir()) / "groups" / group;
  }
  void init(const std::vector<std::string>& groups) const {
    for (const std::string& group : groups) ASSERT_TRUE(init_group(state_dir(), group, {}, {}));
  }
  void damage(const std::string& group) const {
    const fs::path data = folder(group) / "log" / "data.mdb";
    const auto size = fs::file_size(data);
    std::ofstream(data, std::ios::binary) << std::string(size, '\0');
  }

  /// As a process does it.
  Status start(const std::vector<std::string>& groups, bool chosen = false) {
    HostingOptions options;
    options.state_dir = state_dir();
    options.serve = fakes_.serve();
    options.by_default = {"ipc:///default/m", "ipc:///default/c", "ipc:///default/a"};
    options.chosen = chosen;
    hosting_ = std::make_unique<Hosting>(std::move(options));
    hosting_->open(groups, {});
    return hosting_->start();
  }
  void run() {
    stopping_ = false;
    running_ = std::thread([this] {
      code_ = hosting_->run([this]() -> SignalOrders {
        return {stopping_.load(), summary_.exchange(false)};
      });
    });
  }
  /// The exit code of the process.
  int ended() {
    running_.join();
    return code_;
  }
  int stop() {
    stopping_ = true;
    hosting_->wake();
    return ended();
  }

  AdminReply asked(const std::string& at, ProcessRequest request) {
    EXPECT_TRUE(fakes_.ask(at, 1, std::move(request)));
    return fakes_.answer().value_or(QueryRefused{ErrorCode::kTimeout, "no answer"});
  }
  /// Of a request that is to be refused.
  QueryRefused refusal(const std::string& at, ProcessRequest request) {
    const AdminReply reply = asked(at, std::move(request));
    const auto* refused = std::get_if<QueryRefused>(&reply);
    EXPECT_NE(refused, nullptr) << "it is granted";
    return refused == nullptr ? QueryRefused{} : *refused;
  }
  std::string cause_of(const std::string& group) const {
    for (const GroupInfo& info : fakes_.board()->page("").rows) {
      if (info.name == group && info.quarantined) return info.cause;
    }
    return "";
  }

  TempDir dir_;
  FakeGroups fakes_;
  std::unique_ptr<Hosting> hosting_;

 private:
  std::thread running_;
  std::atomic<bool> stopping_ = false;
  int code_ = -1;

 protected:
  std::atomic<bool> summary_ = false;
};

TEST_F(HostingTest, G5_OneThatCannotBeOpenedIsQuarantinedAndTheOthersAreServed) {
  init({"bank", "mill", "shop"});
  damage("bank");
  fakes_.refuse("mill", {ErrorCode::kInUse, "its address is taken"});
  ASSERT_TRUE(start({"bank", "mill", "shop"}));
  EXPECT_THAT(fakes_.serving(), ElementsAre("shop"));
  EXPECT_THAT(cause_of("bank"), HasSubstr("data.mdb"));
  EXPECT_EQ(cause_of("mill"), "its address is taken");
  run();
  EXPECT_EQ(stop(), 0);
}

TEST_F(HostingTest, WhenNoneCanBeServedItIsTheErrorOfTheFirst) {
  init({"bank", "shop"});
  damage("bank");
  fakes_.refuse("shop", {ErrorCode::kInUse, "its address is taken"});
  const Status none = start({"bank", "shop"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kCorrupt);
}

TEST_F(HostingTest, AGroupThatEndedThreeTimesByReadErrorsIsQuarantined) {
  init({"bank", "shop"});
  std::ofstream(folder("bank") / "crashed-count") << "xxx";
  ASSERT_TRUE(start({"bank", "shop"}));
  EXPECT_THAT(fakes_.serving(), ElementsAre("shop"));
  EXPECT_THAT(cause_of("bank"), HasSubstr("crashed-count is removed"));
}

TEST_F(HostingTest, F8_OneThatEndsByItselfIsQuarantinedAndTheOthersGoOn) {
  init({"bank", "shop"});
  ASSERT_TRUE(start({"bank", "shop"}));
  run();
  fakes_.end("bank", 74);
  // What is asked behind it is answered behind it.
  EXPECT_EQ(refusal("shop", CreateGroup{"bank", {}, {}}).code, ErrorCode::kConflict);
  EXPECT_THAT(fakes_.serving(), ElementsAre("shop"));
  EXPECT_THAT(cause_of("bank"), HasSubstr("74"));
  fakes_.end("shop", 74);
  EXPECT_EQ(ended(), 74) << "the last one takes the process with it";
}

TEST_F(HostingTest, TheOnlyOneIsWhereItsSettingsSayAndOneOfSeveralKeepsItsPorts) {
  init({"shop"});
  ASSERT_TRUE(start({"shop"}));
  EXPECT_EQ(fakes_.planes("shop").admin, "ipc:///default/a");
  hosting_.reset();
  init({"bank"});
  ASSERT_TRUE(start({"bank", "shop"}));
  const PlaneEndpoints drawn = fakes_.planes("bank");
  EXPECT_EQ(drawn.member, "tcp://127.0.0.1:7001");
  hosting_.reset();
  ASSERT_TRUE(start({"bank", "shop"}));
  EXPECT_EQ(fakes_.planes("bank"), drawn);
}

TEST_F(HostingTest, CreateServesAtOnceAndAskedAgainIsAnsweredAsBefore) {
  init({"shop"});
  ASSERT_TRUE(start({"shop"}));
  run();
  const CreateGroup create{"bank", {"", "", "ipc:///bank/a"}, kRequest};
  const AdminReply made = asked("shop", create);
  ASSERT_TRUE(std::holds_alternative<GroupInfo>(made));
  EXPECT_EQ(std::get<GroupInfo>(made).endpoints.admin, "ipc:///bank/a");
  EXPECT_THAT(fakes_.serving(), ElementsAre("bank", "shop"));
  EXPECT_EQ(asked("shop", create), made) << "the answer was lost";
  EXPECT_EQ(asked("bank", create), made);
  EXPECT_EQ(stop(), 0);
  ASSERT_TRUE(start({"bank", "shop"}));
  run();
  EXPECT_EQ(asked("shop", create), made) << "the process was killed before it could answer";
  stop();
}

TEST_F(HostingTest, ANameThatIsThereIsAConflictThatSaysWhereItIs) {
  init({"bank", "shop"});
  damage("bank");
  ASSERT_TRUE(start({"bank", "shop"}));
  run();
  for (const char* name : {"shop", "bank"}) {
    const QueryRefused refused = refusal("shop", CreateGroup{name, {}, kRequest});
    EXPECT_EQ(refused.code, ErrorCode::kConflict);
    EXPECT_THAT(refused.text, HasSubstr("shop at " + fakes_.planes("shop").admin));
  }
  stop();
}

TEST_F(HostingTest, OfWhatCannotBeMadeOrServedNothingIsLeft) {
  init({"shop"});
  ASSERT_TRUE(start({"shop"}));
  run();
  fakes_.refuse("bank", {ErrorCode::kInUse, "its address is taken"});
  EXPECT_EQ(refusal("shop", CreateGroup{"bank", {}, {}}).code, ErrorCode::kInUse);
  const PlaneEndpoints taken{"", "", fakes_.planes("shop").admin};
  EXPECT_EQ(refusal("shop", CreateGroup{"mill", taken, {}}).code, ErrorCode::kInUse);
  const PlaneEndpoints remote{"tcp://192.0.2.1:1", "", ""};
  EXPECT_EQ(refusal("shop", CreateGroup{"mill", remote, {}}).code, ErrorCode::kRefused)
      << "it has no keys";
  EXPECT_EQ(fakes_.board()->addresses(), "shop at ipc:///default/a");
  EXPECT_EQ(*groups_in(state_dir()), std::vector<std::string>{"shop"});
  stop();
}

TEST_F(HostingTest, DeleteAnswersFirstAndPutsTheFolderAside) {
  init({"bank", "shop"});
  ASSERT_TRUE(start({"bank", "shop"}));
  run();
  const DeleteGroup deletion{"bank", kRequest};
  const AdminReply deleted = asked("bank", deletion);
  ASSERT_TRUE(std::holds_alternative<GroupDeleted>(deleted));
  EXPECT_EQ(asked("shop", deletion), deleted) << "the answer was lost with its sockets";
  EXPECT_FALSE(fakes_.serving("bank"));
  EXPECT_FALSE(fs::exists(folder("bank")));
  const fs::path kept = std::get<GroupDeleted>(deleted).folder;
  EXPECT_TRUE(fs::exists(kept / "log" / "data.mdb") && fs::exists(kept / "repo"));
  EXPECT_EQ(refusal("shop", DeleteGroup{"bank", {}}).code, ErrorCode::kNotFound);
  EXPECT_EQ(refusal("shop", DeleteGroup{"shop", {}}).code, ErrorCode::kRefused) << "the last one";
  ASSERT_TRUE(std::holds_alternative<GroupInfo>(asked("shop", CreateGroup{"bank", {}, {}})));
  EXPECT_EQ(asked("shop", deletion), deleted) << "a late copy of it is not about the new one";
  EXPECT_TRUE(fakes_.serving("bank"));
  stop();
}

TEST_F(HostingTest, AQuarantinedOneCanBeDeleted) {
  init({"bank", "shop"});
  damage("bank");
  ASSERT_TRUE(start({"bank", "shop"}));
  run();
  EXPECT_TRUE(std::holds_alternative<GroupDeleted>(asked("shop", DeleteGroup{"bank", {}})));
  EXPECT_TRUE(std::holds_alternative<GroupInfo>(asked("shop", CreateGroup{"bank", {}, {}})));
  stop();
}

TEST_F(HostingTest, AProcessForOneGroupMakesAndDeletesNone) {
  init({"bank", "shop"});
  ASSERT_TRUE(start({"shop"}, true));
  run();
  EXPECT_EQ(refusal("shop", CreateGroup{"mill", {}, {}}).code, ErrorCode::kRefused);
  EXPECT_EQ(refusal("shop", DeleteGroup{"bank", {}}).code, ErrorCode::kRefused);
  stop();
}

TEST_F(HostingTest, ASummaryIsAskedOfAll) {
  init({"bank", "shop"});
  ASSERT_TRUE(start({"bank", "shop"}));
  run();
  summary_ = true;
  hosting_->wake();
  refusal("shop", DeleteGroup{"mill", {}});
  EXPECT_THAT(fakes_.summaries(), ElementsAre("bank", "shop"));
  stop();
}

/// A member in its log, as a coordinator would have written it.
void enrol(const fs::path& log, const ServerId& server) {
  const auto store = LmdbStore::open(log, {});
  ASSERT_TRUE(store);
  MemberRow row;
  row.id = MemberId(1);
  row.name = "web-01";
  row.server_id = server;
  Batch batch;
  batch.head = *(*store)->head();
  batch.head.batch = batch.head.batch.next();
  batch.rows[{Table::kState, member_key(row.id)}] = encode(row);
  ASSERT_EQ((*store)->commit(batch).answer, CommitAnswer::kCommitted);
}

TEST_F(HostingTest, G3_MembersOfAGroupThatCannotBeServedAreStillItsOwn) {
  init({"bank", "shop"});
  ServerId server;
  server.bytes[0] = 1;
  enrol(folder("bank") / "log", server);
  fakes_.refuse("bank", {ErrorCode::kInUse, "its address is taken"});
  ASSERT_TRUE(start({"bank", "shop"}));
  EXPECT_EQ(fakes_.board()->claim(LocalTime(5), "shop", server), "bank");
}

}  // namespace
}  // namespace groupctl
