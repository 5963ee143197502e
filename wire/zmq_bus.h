// The transport seam over ZeroMQ. One thread owns a bus; only wake() may be called from another.
// Sockets, options and bounds: docs/protocol.md, "Sockets".
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "wire/bus.h"
#include "wire/connection_budget.h"
#include "wire/group_messages.h"
#include "wire/zmq_context.h"

namespace groupctl {
namespace zmq_shell {
class Protection;
}

/// What was dropped, and why. Peers ask again, so nothing is lost by it but time.
struct BusCounters {
  std::uint64_t unroutable = 0;  ///< to a peer that is gone, or before there was a connection
  std::uint64_t full = 0;        ///< to a peer whose queue was full
  std::uint64_t malformed = 0;   ///< received with a wrong number of parts, or a chosen routing id
};

using CoordinatorEndpoints = PlaneEndpoints;

/// How a coordinator's TCP sockets are protected.
struct PlaneKeys {
  KeyPair server;
  std::string group;  ///< whose planes they are: a ZAP domain for each
  std::shared_ptr<const Admissions> admissions;
  /// Told by wait() of keys that are refused, once a minute an address, with how often.
  using Told =
      std::function<void(const std::string& address, const PublicKey& key, std::uint64_t times)>;
  Told on_refused;
  /// The same, of keys that are let in and connect more often than they may: they try again.
  Told on_limited = {};
};

/// Connections that were ended to make room: told once a minute a plane and cause.
struct CutReport {
  std::string_view plane;
  std::string_view why;
  std::string remote;   ///< of the last one
  PublicKey key;        ///< that it had proved; zero: none
  std::uint64_t times;  ///< since it was told last
};

/// What else a coordinator's bus is told; all of it may be left out.
struct BusOptions {
  std::shared_ptr<ConnectionBudget> connections = {};  ///< null: no bound on all together
  std::function<void(const CutReport&)> on_cut = {};
  /// How often it is tried whether strangers are still refused; 0: never again.
  std::uint64_t self_test_ms = 0;
  /// They are not, and the process is to end. Not called for what could not be found out.
  std::function<void(const Error&)> on_unprotected = {};
};

class ZmqCoordinatorBus final : public CoordinatorBus {
 public:
  /// Binds the three planes in a context of its own. Publications carry `topic` in front. With keys
  /// every TCP socket is a CURVE server that has been seen to refuse a stranger; without them only
  /// this machine reaches the planes. Errors: those of check_bind_endpoint and check_without_keys;
  /// kInUse for a taken address; kUnprotected; kIo.
  static Result<std::unique_ptr<ZmqCoordinatorBus>> open(const CoordinatorEndpoints& endpoints,
                                                         const LogId& topic,
                                                         std::optional<PlaneKeys> keys = {},
                                                         BusOptions options = {});
  ~ZmqCoordinatorBus() override;

  /// As bound: "*" is a port.
  const CoordinatorEndpoints& endpoints() const { return endpoints_; }
  const BusCounters& counters() const { return counters_; }

  void wait(std::uint64_t timeout_ms, const Handlers& handlers) override;
  void wake() override;
  void to_member(const Peer& peer, ByteView message) override;
  void to_admin(const Peer& peer, ByteView message) override;
  void publish(ByteView envelope, ByteView frame) override;
  void admit(std::shared_ptr<const Admissions> admissions) override;
  /// One more door to the admin plane, for this machine: an ipc socket, which is never protected.
  /// Errors: those of check_bind_endpoint; kInUse; kIo.
  Status open_local_door(const std::string& ipc_endpoint);

 private:
  struct Sockets;
  struct Guard;
  ZmqCoordinatorBus(std::optional<PlaneKeys> keys, const LogId& topic, BusOptions options);
  Status bind(const CoordinatorEndpoints& endpoints);
  Status check_protection();
  void test_protection();
  void receive_subscriptions(const Handlers& handlers);

  std::shared_ptr<ZmqContext> context_;                // outlives the sockets
  std::unique_ptr<zmq_shell::Protection> protection_;  // outlives the sockets; null: open
  std::unique_ptr<Sockets> sockets_;
  std::unique_ptr<Guard> guard_;  // of the sockets
  LogId topic_;
  CoordinatorEndpoints endpoints_;
  BusCounters counters_;
};

class ZmqMemberBus final : public MemberBus {
 public:
  /// Connects to the member plane of a coordinator (now or later: it tries again by itself) and
  /// binds the local socket, an ipc endpoint; empty: none. Without keys only within this machine; a
  /// coordinator at an ipc socket takes none. Errors: those of check_endpoint and
  /// check_without_keys; kInUse; kIo.
  static Result<std::unique_ptr<ZmqMemberBus>> open(const std::string& coordinator,
                                                    const std::string& local,
                                                    std::optional<ClientKeys> keys = {},
                                                    std::shared_ptr<ZmqContext> context = nullptr);
  ~ZmqMemberBus() override;
  const BusCounters& counters() const { return counters_; }

  void wait(std::uint64_t timeout_ms, const Handlers& handlers) override;
  void wake() override;
  void to_coordinator(ByteView message) override;
  Status subscribe(const std::string& endpoint, const LogId& topic) override;
  void to_local(const Peer& peer, ByteView message) override;
  void reconnect(const std::optional<KeyPair>& as) override;

 private:
  struct Sockets;
  ZmqMemberBus(std::string coordinator, std::optional<ClientKeys> keys,
               std::shared_ptr<ZmqContext> context);
  Status attach(const std::string& local);
  Status connect_coordinator(const KeyPair* as);
  void receive_events(const Handlers& handlers);
  void receive_replies(const Handlers& handlers);
  void receive_publications(const Handlers& handlers);

  const std::string coordinator_;
  const std::optional<ClientKeys> keys_;
  std::shared_ptr<ZmqContext> context_;  // outlives the sockets
  std::unique_ptr<Sockets> sockets_;
  unsigned broken_handshakes_ = 0;  // in a row, without a detail
  BusCounters counters_;
};

}  // namespace groupctl
