// A faulty link that knows the keys of both ends. What TCP and CURVE hide from a cable happens to
// whole messages here: they are lost, repeated, out of order, changed.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "log/pcg.h"
#include "log/types.h"

namespace groupctl::process_test {

class Group;

/// What becomes of the messages of one kind; a test may change it at any time. As it is made they
/// pass as they come.
class Tampering {
 public:
  using Message = std::vector<Bytes>;  // its parts
  explicit Tampering(std::function<bool(const Message&)> reaches) : reaches_(std::move(reaches)) {}

  /// The next so many are lost.
  void drop(int count);
  /// In the last part of the next so many, of those with a record, a bit of its entries is turned.
  void change(int count);
  /// Each comes so often.
  void repeat(std::size_t times);
  /// So many are held and then go on in a drawn order; 1: none is held any longer.
  void reorder(std::size_t window);

  int dropped() const { return dropped_; }
  int changed() const { return changed_; }
  int repeated() const { return repeated_; }
  int reordered() const { return reordered_; }

  /// What goes on instead of this message.
  std::vector<Message> pass(Message message);
  /// What is held without a reason now.
  std::vector<Message> release();

 private:
  std::vector<Message> shuffled();

  const std::function<bool(const Message&)> reaches_;
  std::mutex mutex_;
  Pcg pcg_{1};
  int drops_ = 0;
  int changes_ = 0;
  std::size_t times_ = 1;
  std::size_t window_ = 1;
  std::vector<Message> held_;
  std::atomic<int> dropped_{0};
  std::atomic<int> changed_{0};
  std::atomic<int> repeated_{0};
  std::atomic<int> reordered_{0};
};

/// In front of both planes, for one member; others hear the command plane through it as well. The
/// group's coordinator has to be started with flags() before it is made.
class KeyedLink {
 public:
  KeyedLink(const Group& group, const std::string& member, const std::string& host);
  ~KeyedLink();
  KeyedLink(const KeyedLink&) = delete;
  KeyedLink& operator=(const KeyedLink&) = delete;
  static std::vector<std::string> flags(const std::string& host) { return {"--advertise", host}; }

  /// Of the member plane.
  const std::string& endpoint() const { return member_endpoint_; }

  Tampering commands;  ///< frames that are published, not heartbeats
  Tampering acks;      ///< of the member
  Tampering pages;     ///< of replays

 private:
  struct Sockets;
  void run();

  std::string member_endpoint_;
  std::unique_ptr<Sockets> sockets_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace groupctl::process_test
