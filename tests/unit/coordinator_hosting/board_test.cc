// What the groups of a process know of each other.
#include "coordinator/hosting/board.h"

#include <gtest/gtest.h>

namespace groupctl {
namespace {

GroupInfo serving(const std::string& name) {
  GroupInfo info;
  info.name = name;
  info.endpoints = {"ipc:///" + name + "/m", "ipc:///" + name + "/c", "ipc:///" + name + "/a"};
  return info;
}

GroupInfo quarantined(const std::string& name, const std::string& cause) {
  GroupInfo info;
  info.name = name;
  info.quarantined = true;
  info.cause = cause;
  return info;
}

TEST(Board, ListsGroupsByNameInPages) {
  Board board;
  board.put(serving("shop"));
  board.put(quarantined("bank", "damaged"));
  StatusReply status;
  status.hello.group = "shop";
  status.head = Sequence(7);
  status.members = {{MemberState::kInStep, 3}};
  board.show(status);
  const GroupsReply all = board.page("");
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(all.rows[0], quarantined("bank", "damaged"));
  EXPECT_EQ(all.rows[1].head, Sequence(7));
  EXPECT_EQ(all.rows[1].members, status.members);
  EXPECT_FALSE(all.more);
  EXPECT_EQ(board.page("bank").rows.size(), 1U);
  EXPECT_EQ(board.addresses(), "bank (quarantined), shop at ipc:///shop/a");
}

TEST(Board, APageIsAMessage) {
  Board board;
  for (int i = 0; i < 200; ++i) {
    board.put(quarantined("g" + std::to_string(i), std::string(1000, 'x')));
  }
  std::size_t rows = 0;
  std::string after;
  for (bool more = true; more;) {
    const GroupsReply page = board.page(after);
    ASSERT_FALSE(page.rows.empty());
    EXPECT_LE(encode(AdminRequestId(1), page).size(), kMaxMessageBytes);
    rows += page.rows.size();
    after = page.rows.back().name;
    more = page.more;
  }
  EXPECT_EQ(rows, 200U);
}

TEST(Board, KnowsWhoIsBoundWhere) {
  Board board;
  board.put(serving("shop"));
  EXPECT_EQ(board.bound_at({"ipc:///x", "ipc:///y", "ipc:///shop/m"}), "shop");
  EXPECT_EQ(board.bound_at({"tcp://127.0.0.1:*", "tcp://127.0.0.1:*", "ipc:///x"}), std::nullopt);
  EXPECT_TRUE(board.has("shop"));
  board.erase("shop");
  EXPECT_FALSE(board.has("shop"));
  EXPECT_EQ(board.bound_at({"ipc:///x", "ipc:///y", "ipc:///shop/m"}), std::nullopt);
}

TEST(Board, G3_KnowsWhoseMemberAServerIs) {
  Board board;
  ServerId server;
  server.bytes[0] = 1;
  board.note_roster("shop", {{MemberId(1), server}});
  EXPECT_EQ(board.claim(LocalTime(5), "bank", server), "shop");
  board.note_roster("shop", {{MemberId(1), std::nullopt}});
  EXPECT_EQ(board.claim(LocalTime(5), "bank", server), std::nullopt);
}

}  // namespace
}  // namespace groupctl
