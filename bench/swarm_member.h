// A member whose store is memory and whose work is done at once: a real core on a real bus, in a
// thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "bench/listener.h"
#include "log/memory_store.h"
#include "member/core.h"
#include "wire/zmq_bus.h"

namespace groupctl::bench {

class SwarmMember {
 public:
  /// The number-th of the swarm, from 1, with its name and key; without a `server` key without.
  /// `context` is shared by all.
  SwarmMember(const std::string& group, std::string coordinator, std::uint64_t number,
              const std::optional<PublicKey>& server, std::shared_ptr<ZmqContext> context);
  ~SwarmMember();
  SwarmMember(const SwarmMember&) = delete;
  SwarmMember& operator=(const SwarmMember&) = delete;

  /// Makes it ready on the store as it is, as the next incarnation, and begins to connect.
  Status connect();
  /// Starts what connect() made ready. What a member says before there is a connection is lost, and
  /// said again only after a while.
  void start();
  /// Ends it without a word to the coordinator; the store stays.
  void stop();

  /// From now on it has and acknowledges what comes, and applies nothing. It is in step.
  void only_listen();

  /// R. From any thread.
  Sequence received() const { return Sequence(received_); }
  /// When it was welcomed first since its start; nullopt: not yet. From any thread.
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> welcomed() const;

 private:
  void run();
  void heard(EnvelopedReply reply);
  void listen(LocalTime now);
  void step(MemberEvent event);
  void carry_out(MemberOutput output);

  MemberConfig config_;
  std::string coordinator_;
  std::optional<ClientKeys> keys_;
  std::shared_ptr<ZmqContext> context_;
  MemoryStore store_;
  std::unique_ptr<MemberCore> core_;
  std::unique_ptr<ZmqMemberBus> bus_;
  std::deque<MemberEvent> events_;  // that follow from what was carried out
  SessionNumber session_;
  std::optional<Listener> listener_;
  std::atomic<bool> only_listens_ = false;
  std::atomic<bool> stops_ = false;
  std::atomic<std::uint64_t> received_ = 0;
  std::atomic<Clock::rep> welcomed_ = 0;  // 0: not yet
  std::thread thread_;
};

}  // namespace groupctl::bench
