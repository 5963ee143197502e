// The groups below a state directory: their endpoints, their deletion, the mark of a crash.
#include "coordinator/hosting/folders.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "coordinator/setup.h"
#include "daemon/crash_mark.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;

class FoldersTest : public ::testing::Test {
 protected:
  std::string state_dir() const { return (fs::path(dir_.path()) / "state").string(); }
  fs::path folder(const std::string& group) const {
    return fs::path(state_dir()) / "groups" / group;
  }
  void init(const std::string& group, const PlaneEndpoints& planes = {}) const {
    ASSERT_TRUE(init_group(state_dir(), group, planes, {}).has_value());
  }

  TempDir dir_;
};

TEST_F(FoldersTest, TheEndpointsThatAGroupWasMadeForStayWithIt) {
  init("shop", {"", "", "ipc:///a"});
  init("bank");
  EXPECT_EQ(*groups_in(state_dir()), (std::vector<std::string>{"bank", "shop"}));
  EXPECT_EQ(*read_planes((folder("shop") / "planes").string()),
            (PlaneEndpoints{"", "", "ipc:///a"}));
  EXPECT_EQ(*read_planes((folder("bank") / "planes").string()), PlaneEndpoints{});
  const PlaneEndpoints bound{"ipc:///m", "ipc:///c", "ipc:///a"};
  ASSERT_TRUE(keep_planes(state_dir(), "bank", bound));
  EXPECT_EQ(*read_planes((folder("bank") / "planes").string()), bound);
  ASSERT_TRUE(write_endpoints(state_dir(), "shop", bound));
  EXPECT_EQ(*read_planes((folder("shop") / "endpoints").string()), bound);
}

TEST_F(FoldersTest, ADeletedGroupIsPutAsideWhole) {
  init("shop");
  init("bank");
  EXPECT_EQ(put_aside(state_dir(), "bank").error().code, ErrorCode::kNotFound) << "not marked";
  const DeleteGroup deletion{"bank", {1, 2}};
  EXPECT_EQ(deleted_by(state_dir(), deletion), std::nullopt);
  const std::string kept = *mark_deleted(state_dir(), deletion, 1'795'257'676'201);
  EXPECT_TRUE(kept.ends_with("/deleted/bank-20261121T104116.201Z")) << kept;
  EXPECT_EQ(*mark_deleted(state_dir(), {"bank", {9, 9}}, 5), kept) << "the first mark counts";
  EXPECT_EQ(deleted_by(state_dir(), deletion), kept);
  EXPECT_TRUE(fs::exists(folder("bank"))) << "a crash comes here";
  EXPECT_TRUE(finish_deletions(state_dir()).empty());
  EXPECT_TRUE(fs::exists(fs::path(kept) / "log" / "data.mdb"));
  EXPECT_EQ(*groups_in(state_dir()), (std::vector<std::string>{"shop"}));
  EXPECT_TRUE(finish_deletions(state_dir()).empty()) << "nothing is left to do";
  EXPECT_EQ(deleted_by(state_dir(), deletion), kept);
  EXPECT_EQ(deleted_by(state_dir(), {"bank", {1, 3}}), std::nullopt);
  EXPECT_EQ(deleted_by(state_dir(), {"bank", {}}), std::nullopt) << "without a key";
  init("bank");
}

TEST_F(FoldersTest, ADeletionThatCannotBeFinishedIsOneGroupsFault) {
  init("shop");
  init("bank");
  ASSERT_TRUE(mark_deleted(state_dir(), {"bank", {}}, 5));
  ASSERT_TRUE(mark_deleted(state_dir(), {"shop", {}}, 5));
  std::ofstream(folder("bank") / "deleted") << "../elsewhere\n";
  const auto faults = finish_deletions(state_dir());
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults.begin()->first, "bank");
  EXPECT_EQ(*groups_in(state_dir()), (std::vector<std::string>{"bank"}));
}

TEST_F(FoldersTest, AGroupKnowsTheRequestThatItWasMadeFor) {
  init("shop");
  ASSERT_TRUE(make_group(state_dir(), {"bank", {}, {1, 2}}, {}));
  EXPECT_TRUE(made_for(state_dir(), "bank", {1, 2}));
  EXPECT_FALSE(made_for(state_dir(), "bank", {2, 1}));
  EXPECT_FALSE(made_for(state_dir(), "bank", {}));
  EXPECT_FALSE(made_for(state_dir(), "shop", {}));
}

TEST_F(FoldersTest, TheMarkOfACrashBecomesOneOfEachGroup) {
  init("shop");
  init("bank");
  spread_crash_mark(state_dir());
  EXPECT_FALSE(has_crash_mark((folder("shop") / "crashed").string()));
  std::ofstream(crash_mark_of(state_dir())) << "";
  spread_crash_mark(state_dir());
  EXPECT_FALSE(has_crash_mark(crash_mark_of(state_dir())));
  for (const char* group : {"shop", "bank"}) {
    EXPECT_TRUE(has_crash_mark((folder(group) / "crashed").string()));
  }
}

TEST_F(FoldersTest, WithoutAGroupItIsSaidHowToMakeOne) {
  const auto none = groups_in(state_dir());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_NE(none.error().text.find("group-coordinator init"), std::string::npos);
}

}  // namespace
}  // namespace groupctl
