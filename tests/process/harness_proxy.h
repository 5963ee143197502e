// A TCP proxy between groupctl and a coordinator that loses answers.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace groupctl::process_test {

/// Passes everything from clients on, and from the server the handshakes and so many messages; then
/// it cuts the connection at every further message, until healed.
class CuttingProxy {
 public:
  /// `server` is tcp://127.0.0.1:PORT.
  CuttingProxy(const std::string& server, int messages);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::string endpoint() const;
  /// How often a message was lost.
  int cuts() const { return cuts_; }
  void heal() { healed_ = true; }

 private:
  void run();
  void serve(int client);

  int server_port_ = 0;
  int listener_ = -1;
  std::atomic<int> left_;
  std::atomic<int> cuts_{0};
  std::atomic<bool> healed_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace groupctl::process_test
