// A faulty link between members and a coordinator: a relay that takes the place of an ipc socket.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace groupctl::process_test {

/// Everything between the clients that connect from now on and the server at an ipc endpoint passes
/// here. The server must not be started again while this lives.
class Link {
 public:
  explicit Link(const std::string& endpoint);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// From now on bytes in this direction stay where they are, as behind a cut cable: nobody is
  /// told, and connections stay open. Towards the server new connections get nowhere either.
  void cut(bool towards_server, bool from_server);
  void heal() { cut(false, false); }
  /// In each of the next so many messages of the server that hold a record (or a part of one) one
  /// bit arrives changed.
  void change_messages(int count) { to_change_ = count; }
  int changed() const { return changed_; }

 private:
  class Changer;
  struct Connection;
  void run();
  void accept_one();
  bool serve(Connection& one);

  std::filesystem::path path_;
  std::filesystem::path server_path_;
  int listener_ = -1;
  std::atomic<bool> cut_towards_{false};
  std::atomic<bool> cut_from_{false};
  std::atomic<int> to_change_{0};
  std::atomic<int> changed_{0};
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace groupctl::process_test
