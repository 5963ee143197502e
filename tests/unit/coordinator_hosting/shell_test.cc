// The loop of a coordinator: what a flood gets from it.
#include "coordinator/shell.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "log/memory_store.h"
#include "tests/unit/member_host/temp_dir.h"

namespace groupctl {
namespace {

/// Hands over what the test says at its first wait(), then has the loop stop.
class ScriptedBus : public CoordinatorBus {
 public:
  std::function<void(const Handlers&)> script;
  std::function<void()> ended;
  std::vector<AdminReply> to_admins;
  std::size_t to_members = 0;

  void wait(std::uint64_t, const Handlers& handlers) override {
    if (script) std::exchange(script, nullptr)(handlers);
    ended();
  }
  void wake() override {}
  void to_member(const Peer&, ByteView) override { ++to_members; }
  void to_admin(const Peer&, ByteView message) override {
    const auto reply = decode_admin_reply(message);
    ASSERT_TRUE(reply);
    to_admins.push_back(reply->reply);
  }
  void publish(ByteView, ByteView) override {}
  void admit(std::shared_ptr<const Admissions>) override {}
};

/// So many bytes of nothing, which take no memory as long as nobody reads them.
class LargeMessage {
 public:
  explicit LargeMessage(std::size_t size)
      : size_(size),
        at_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    EXPECT_NE(at_, MAP_FAILED);
  }
  ~LargeMessage() { ::munmap(at_, size_); }
  LargeMessage(const LargeMessage&) = delete;
  LargeMessage& operator=(const LargeMessage&) = delete;
  ByteView view() const { return {static_cast<const std::uint8_t*>(at_), size_}; }

 private:
  std::size_t size_;
  void* at_;
};

class ShellTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Batch first;
    first.head = empty_head();
    first.head.batch = BatchNumber(1);
    first.head.log_id.bytes.fill(9);
    first.head.chain = chain_start(first.head.log_id, "shop");
    store_.commit(first);
    repository_ = *Repository::open(dir_ / "repo");
  }
  void run(std::function<void(const CoordinatorBus::Handlers&)> script) {
    CoordinatorConfig config;
    config.group = "shop";
    config.open = true;
    auto core = *CoordinatorCore::load(config, command_table(), store_);
    StorageThread storage(
        store_, [] { return Result<Room>(Room::kPlenty); }, [] {});
    ReplayThread replay(store_, {"shop", {}}, [] {});
    RepositoryThread files(*repository_, [] {});
    storage.start();
    replay.start();
    files.start();
    Board board;
    Desk desk(board, [](const DeskRequest&) { return false; });
    bus_.script = std::move(script);
    bus_.ended = [&desk] { desk.stop = true; };
    auto audit = *AuditLog::open(dir_ / "");
    CoordinatorShell shell(bus_, *core, storage, replay, files, audit, desk, "shop");
    ASSERT_FALSE(shell.start());
    EXPECT_EQ(shell.run(), 0);
  }
  std::size_t refused_as(ErrorCode code) const {
    std::size_t count = 0;
    for (const AdminReply& reply : bus_.to_admins) {
      const auto* refused = std::get_if<QueryRefused>(&reply);
      if (refused != nullptr && refused->code == code) ++count;
    }
    return count;
  }

  TempDir dir_;
  MemoryStore store_;
  std::unique_ptr<Repository> repository_;
  ScriptedBus bus_;
};

TEST_F(ShellTest, F38_RequestsBeyondTheBudgetAreAnsweredBusyAndThoseOnlyUpToABound) {
  const LargeMessage large(kAdminQuota.byte_burst);
  const Bytes hello = encode(AdminRequestId(7), AdminRequest(AdminHello{}));
  run([&](const CoordinatorBus::Handlers& handlers) {
    for (int i = 0; i < 1000; ++i) handlers.on_admin({"flood", {}}, large.view());
    handlers.on_admin({"other", {}}, hello);
  });
  EXPECT_GE(refused_as(ErrorCode::kInvalid), 1u) << "the first was looked at";
  EXPECT_GE(refused_as(ErrorCode::kBusy), 100u);
  EXPECT_LT(refused_as(ErrorCode::kBusy), 900u) << "a flood is not answered with a flood";
  EXPECT_TRUE(std::holds_alternative<HelloReply>(bus_.to_admins.back())) << "others are served";
}

TEST_F(ShellTest, F38_WhatAMemberSendsBeyondItsBudgetIsDroppedUnread) {
  constexpr std::size_t kMessages = 150'000;
  Ack ack;
  ack.session = SessionNumber(77);
  const Bytes of_no_session = encode(MemberMessage(ack));
  run([&](const CoordinatorBus::Handlers& handlers) {
    for (std::size_t i = 0; i < kMessages; ++i) handlers.on_member({"flood", {}}, of_no_session);
  });
  EXPECT_GE(bus_.to_members, kMemberQuota.message_burst) << "each is told to join";
  EXPECT_LT(bus_.to_members, kMessages);
}

}  // namespace
}  // namespace groupctl
