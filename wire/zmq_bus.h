// The transport seam over ZeroMQ. One thread owns a bus; only wake() may be called from another.
// Sockets, options and bounds: docs/protocol.md, "Sockets".
#pragma once

#include <memory>
#include <string>

#include "wire/bus.h"
#include "wire/group_messages.h"
#include "wire/zmq_context.h"

namespace groupctl {

/// What was dropped, and why. Peers ask again, so nothing is lost by it but time.
struct BusCounters {
  std::uint64_t unroutable = 0;  ///< to a peer that is gone, or before there was a connection
  std::uint64_t full = 0;        ///< to a peer whose queue was full
  std::uint64_t malformed = 0;   ///< received with a wrong number of parts, or a chosen routing id
};

using CoordinatorEndpoints = PlaneEndpoints;

class ZmqCoordinatorBus final : public CoordinatorBus {
 public:
  /// Binds the three planes. Publications carry `topic` in front. Without a context it makes its
  /// own. Errors: those of check_endpoint; kInUse for a taken address; kIo.
  static Result<std::unique_ptr<ZmqCoordinatorBus>> open(
      const CoordinatorEndpoints& endpoints, const LogId& topic,
      std::shared_ptr<ZmqContext> context = nullptr);
  ~ZmqCoordinatorBus() override;

  /// As bound: "*" is a port.
  const CoordinatorEndpoints& endpoints() const { return endpoints_; }
  const BusCounters& counters() const { return counters_; }

  void wait(std::uint64_t timeout_ms, const Handlers& handlers) override;
  void wake() override;
  void to_member(const Peer& peer, ByteView message) override;
  void to_admin(const Peer& peer, ByteView message) override;
  void publish(ByteView envelope, ByteView frame) override;

 private:
  struct Sockets;
  ZmqCoordinatorBus(std::shared_ptr<ZmqContext> context, const LogId& topic);
  Status bind(const CoordinatorEndpoints& endpoints);
  void receive_subscriptions(const Handlers& handlers);

  std::shared_ptr<ZmqContext> context_;  // outlives the sockets
  std::unique_ptr<Sockets> sockets_;
  LogId topic_;
  CoordinatorEndpoints endpoints_;
  BusCounters counters_;
};

class ZmqMemberBus final : public MemberBus {
 public:
  /// Connects to the member plane of a coordinator (now or later: it tries again by itself) and
  /// binds the local socket, an ipc endpoint; empty: none. Errors: those of check_endpoint; kInUse;
  /// kIo.
  static Result<std::unique_ptr<ZmqMemberBus>> open(const std::string& coordinator,
                                                    const std::string& local,
                                                    std::shared_ptr<ZmqContext> context = nullptr);
  ~ZmqMemberBus() override;
  const BusCounters& counters() const { return counters_; }

  void wait(std::uint64_t timeout_ms, const Handlers& handlers) override;
  void wake() override;
  void to_coordinator(ByteView message) override;
  Status subscribe(const std::string& endpoint, const LogId& topic) override;
  void to_local(const Peer& peer, ByteView message) override;

 private:
  struct Sockets;
  explicit ZmqMemberBus(std::shared_ptr<ZmqContext> context);
  Status attach(const std::string& coordinator, const std::string& local);
  void receive_replies(const Handlers& handlers);
  void receive_publications(const Handlers& handlers);

  std::shared_ptr<ZmqContext> context_;  // outlives the sockets
  std::unique_ptr<Sockets> sockets_;
  BusCounters counters_;
};

}  // namespace groupctl
