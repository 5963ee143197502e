// A faulty link between members, or groupctl, and a coordinator: a TCP relay.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/process/harness_pipe.h"
#include "tests/process/harness_socket.h"

namespace groupctl::process_test {

class Group;

/// What becomes of the connections that come to a link.
enum class Door : std::uint8_t {
  kOpen,
  kRefusing,  ///< they are refused, as where nobody listens
  kHalfOpen,  ///< they are taken, and nothing ever comes back nor goes on
};

/// How a link that flaps is down.
enum class Down : std::uint8_t {
  kNot,
  kSilent,  ///< as Direction::cut says, both ways
  kBroken,  ///< connections end, and new ones are refused
};

/// Everything between the clients that connect here and a server that listens elsewhere passes
/// here. The server may come and go. It reads ZMTP only where a fault is about its messages.
class Link {
 public:
  /// At this host, with the port of `server`, which is tcp://ADDRESS:PORT.
  explicit Link(const std::string& server, const std::string& host = drawn_host());
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  std::string endpoint() const { return own_.endpoint(); }

  Direction towards_server;
  Direction from_server;
  void cut(bool towards, bool from);

  void set_door(Door door) { door_ = door; }
  /// Ends the connections that are there.
  void drop() { drop_asked_ = true; }
  /// Up for half of each period, then down; the halves are those of the clock, so that links of one
  /// period flap together. 0: no more.
  void flap(std::uint64_t period_ms, Down how);
  /// How often it has gone down.
  int downs() const { return downs_; }
  /// From now on connections pass as they come, and new ones are taken.
  void heal();
  /// No fault reaches the connections that are there now, nor did one before they ended.
  void spare_present() { spared_ = accepted_.load(); }
  /// How many connections have come.
  std::size_t accepted() const { return accepted_; }
  /// When each of them came.
  std::vector<std::uint64_t> arrivals_ms() const;

 private:
  struct Connection;
  void run();
  void turn(std::uint64_t now_ms);
  Down down_at(std::uint64_t now_ms) const;
  void change_over(Down down);
  void mind_the_door(bool refusing);
  void accept_all();
  void wait_for_any();
  bool serve(Connection& one);
  Direction& towards(const Connection& one);
  Direction& back(const Connection& one);
  bool stays(const Connection& one, const Direction& direction) const;

  const TcpAddress server_;
  const TcpAddress own_;
  std::atomic<Door> door_{Door::kOpen};
  std::atomic<std::uint64_t> period_ms_{0};
  std::atomic<Down> how_down_{Down::kNot};
  std::atomic<int> downs_{0};
  std::atomic<bool> drop_asked_{false};
  std::atomic<std::size_t> accepted_{0};
  std::atomic<std::size_t> spared_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex arrivals_mutex_;
  std::vector<std::uint64_t> arrivals_ms_;

  // The thread's own.
  UniqueFd listener_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Direction faultless_;
  Down down_ = Down::kNot;
  std::thread thread_;
};

/// Links in front of both planes that members of a group use. Its coordinator has to be started
/// with flags(), so that the command plane is found here as well.
struct MemberLinks {
  explicit MemberLinks(const Group& group);
  std::vector<std::string> flags() const { return {"--advertise", host}; }
  void cut(bool towards, bool from);
  void flap(std::uint64_t period_ms, Down how);
  void heal();
  void spare_present();

  const std::string host = drawn_host();
  Link member;
  Link command;
};

}  // namespace groupctl::process_test
