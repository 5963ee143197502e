// The sockets of group-agent: its plane, and the looks at its members' own sockets. One thread owns
// a bus; only wake() may be called from another.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wire/bus.h"
#include "wire/local_messages.h"
#include "wire/zmq_bus.h"
#include "wire/zmq_context.h"

namespace groupctl {

class ZmqAgentBus {
 public:
  /// Binds `endpoint` in a context of its own: a CURVE server that has been seen to refuse a
  /// stranger. There is no way without keys. Errors: those of check_bind_endpoint; kInUse;
  /// kUnprotected; kIo.
  static Result<std::unique_ptr<ZmqAgentBus>> open(const std::string& endpoint, PlaneKeys keys,
                                                   BusOptions options = {});
  ~ZmqAgentBus();

  /// As bound: "*" is a port.
  const std::string& endpoint() const { return endpoint_; }

  struct Handlers {
    std::function<void(const Peer&, ByteView)> on_request;
    /// What a member that was looked at has answered.
    std::function<void(const std::string& at, const LocalStatus&)> on_status;
  };
  /// Waits up to `timeout_ms` for messages, a wake() or one of these descriptors to be readable,
  /// then hands over what is there (bounded).
  void wait(std::uint64_t timeout_ms, const std::vector<int>& also, const Handlers& handlers);
  /// Makes a wait() in another thread return.
  void wake();
  void answer(const Peer& peer, ByteView message);
  /// Lets in these and nobody else from now on; whoever loses its place loses its connections.
  void admit(std::shared_ptr<const Admissions> admissions);

  /// Asks the member whose own socket this is (ipc) for its status. Nothing is kept of a question
  /// to nobody, or to one that has not answered the last.
  void look_at(const std::string& local_endpoint);
  /// What was asked there is of no use any more.
  void look_away(const std::string& local_endpoint);

 private:
  struct Sockets;
  struct Guard;
  ZmqAgentBus(PlaneKeys keys, BusOptions options);
  Status bind(const std::string& endpoint);
  Status check_protection();
  void test_protection();
  void receive_requests(const Handlers& handlers);
  void receive_looks(const Handlers& handlers);

  std::shared_ptr<ZmqContext> context_;                // outlives the sockets
  std::unique_ptr<zmq_shell::Protection> protection_;  // outlives the sockets
  std::unique_ptr<Sockets> sockets_;
  std::unique_ptr<Guard> guard_;  // of the sockets
  std::string endpoint_;
};

}  // namespace groupctl
