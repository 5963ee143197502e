// Who may connect to the sockets of one ZeroMQ context: ZAP (rfc.zeromq.org/spec/27) in a thread of
// its own. It is there before any socket is protected; if it stops to answer the process aborts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "wire/zmq_sockets.h"

namespace groupctl::zmq_shell {

class ZmqAuthenticator {
 public:
  struct Asked {
    std::string domain;  ///< of the socket
    std::string address;
    PublicKey key;
  };
  enum class Verdict : std::uint8_t {
    kYes,
    kNo,
    kLater,  ///< it is not told so: its connection ends, and it tries again by itself
  };
  /// Called by the thread.
  using Judge = std::function<Verdict(const Asked&)>;
  /// Throws zmq::error_t when the context has one already.
  ZmqAuthenticator(std::shared_ptr<ZmqContext> context, Judge judge);
  ~ZmqAuthenticator();
  ZmqAuthenticator(const ZmqAuthenticator&) = delete;
  ZmqAuthenticator& operator=(const ZmqAuthenticator&) = delete;

 private:
  void serve();
  void answer_one();
  void watch();

  std::shared_ptr<ZmqContext> context_;  // outlives the socket
  Judge judge_;
  zmq::socket_t asked_;
  WakeUp end_;
  std::atomic<bool> ends_ = false;
  std::atomic<std::uint64_t> beats_ = 0;  // turns of the thread
  std::mutex mutex_;
  std::condition_variable watch_ends_;
  std::thread thread_;
  std::thread watchdog_;
};

/// Connects to a protected endpoint with a key that nobody knows, to see whether it is refused.
class StrangerTest {
 public:
  /// Throws zmq::error_t.
  StrangerTest(ZmqContext& context, std::string endpoint, zmq::socket_type type,
               const PublicKey& server, const KeyPair& stranger);
  /// What has come of it; nullopt: nothing yet. Error: kUnprotected, it gets in.
  std::optional<Status> look();
  zmq::socket_t& events() { return events_.socket(); }
  /// For when nothing has come of it.
  Error no_answer() const;

  static constexpr std::uint64_t kPatienceMs = 10'000;

 private:
  const std::string endpoint_;
  zmq::socket_t socket_;
  Events events_;
};

/// The same, and waits for the answer. Error: kUnprotected, also when there is none within 10 s.
Status check_refuses_strangers(ZmqContext& context, const std::string& endpoint,
                               zmq::socket_type type, const PublicKey& server,
                               const KeyPair& stranger);

}  // namespace groupctl::zmq_shell
