// A group-coordinator that kills itself at a named point, for tests alone: the store and the bus as
// they are, with something around them that counts how often a point is passed.
//
//   GROUPCTL_FAILPOINT        the point, e.g. commit.entries.before (see kills below)
//   GROUPCTL_FAILPOINT_PASS   at which pass, from 1
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/program.h"
#include "wire/admin_messages.h"

namespace groupctl {
namespace {

std::string setting(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

/// Ends the process when the chosen point is passed for the n-th time.
class Failpoint {
 public:
  Failpoint()
      : point_(setting("GROUPCTL_FAILPOINT")),
        left_(std::atoi(setting("GROUPCTL_FAILPOINT_PASS").c_str())) {}
  void pass(const std::string& point) {
    if (point == point_ && --left_ == 0) ::kill(::getpid(), SIGKILL);
  }
  template <class Step>
  auto around(const std::string& point, Step step) {
    pass(point + ".before");
    if constexpr (std::is_void_v<decltype(step())>) {
      step();
      pass(point + ".after");
    } else {
      auto result = step();
      pass(point + ".after");
      return result;
    }
  }

 private:
  const std::string point_;
  std::atomic<int> left_;
};

class FailpointStore : public Store {
 public:
  FailpointStore(Store& real, Failpoint& point) : real_(real), point_(point) {}

  CommitResult commit(const Batch& batch) override {
    return point_.around(batch.frames.empty() ? "commit.rows" : "commit.entries",
                         [&] { return real_.commit(batch); });
  }
  Result<LogHead> head() const override { return real_.head(); }
  Result<std::vector<FramePtr>> read_frames(Sequence from, std::size_t most) const override {
    return point_.around("read.frames", [&] { return real_.read_frames(from, most); });
  }
  Result<std::optional<Bytes>> get(const RowKey& key) const override { return real_.get(key); }
  Status for_each(Table table, std::string_view prefix, const RowVisitor& visit) const override {
    return real_.for_each(table, prefix, visit);
  }
  Result<LogHead> read_state(const RowVisitor& visit) const override {
    return point_.around("read.state", [&] { return real_.read_state(visit); });
  }

 private:
  Store& real_;
  Failpoint& point_;
};

/// What a reply is called here; empty: nothing is counted.
std::string name_of(const AdminReply& reply) {
  return std::holds_alternative<Accepted>(reply) ? "accepted" : "answer";
}

std::string name_of(const MemberReply& reply) {
  if (std::holds_alternative<Offer>(reply)) return "offer";
  if (std::holds_alternative<Welcome>(reply)) return "welcome";
  if (std::holds_alternative<ReplayPage>(reply)) return "replay";
  if (std::holds_alternative<SnapshotChunk>(reply)) return "snapshot";
  if (std::holds_alternative<Recorded>(reply)) return "recorded";
  return "other";
}

class FailpointBus : public CoordinatorBus {
 public:
  FailpointBus(CoordinatorBus& real, Failpoint& point) : real_(real), point_(point) {}

  void wait(std::uint64_t timeout_ms, const Handlers& handlers) override {
    real_.wait(timeout_ms, handlers);
  }
  void wake() override { real_.wake(); }
  void to_member(const Peer& peer, ByteView message) override {
    auto decoded = decode_member_reply(message);
    point_.around("send." + (decoded ? name_of(decoded->reply) : "other"),
                  [&] { real_.to_member(peer, message); });
  }
  void to_admin(const Peer& peer, ByteView message) override {
    auto decoded = decode_admin_reply(message);
    point_.around("send." + (decoded ? name_of(decoded->reply) : "other"),
                  [&] { real_.to_admin(peer, message); });
  }
  void publish(ByteView envelope, ByteView frame) override {
    point_.around(frame.empty() ? "publish.heartbeat" : "publish.entries",
                  [&] { real_.publish(envelope, frame); });
  }
  void admit(std::shared_ptr<const Admissions> admissions) override {
    point_.around("admit", [&] { real_.admit(std::move(admissions)); });
  }

 private:
  CoordinatorBus& real_;
  Failpoint& point_;
};

}  // namespace
}  // namespace groupctl

int main(int argc, char** argv) {
  using namespace groupctl;
  Failpoint point;
  std::vector<std::unique_ptr<FailpointStore>> stores;
  std::vector<std::unique_ptr<FailpointBus>> buses;
  SeamDecorators decorators;
  decorators.store = [&](Store& real) -> Store& {
    return *stores.emplace_back(std::make_unique<FailpointStore>(real, point));
  };
  decorators.bus = [&](CoordinatorBus& real) -> CoordinatorBus& {
    return *buses.emplace_back(std::make_unique<FailpointBus>(real, point));
  };
  return coordinator_program(argc, argv, decorators);
}
