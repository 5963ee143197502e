// Questions of operators to single members: passed on and back unread. Bounded, and forgotten after
// a while; nothing of it is stored.
#pragma once

#include <map>
#include <optional>

#include "log/types.h"
#include "wire/admin_messages.h"
#include "wire/bus.h"

namespace groupctl {

class Relay {
 public:
  struct Limits {
    std::size_t open = 256;          ///< questions without an answer; beyond it: busy
    std::uint64_t within_ms = 5000;  ///< then whoever asked is told that no answer came
  };
  explicit Relay(Limits limits) : limits_(limits) {}

  struct Asker {
    Peer peer;
    AdminRequestId id;
    bool changes = false;  ///< the question that is passed on has the member do something
    bool operator==(const Asker& other) const { return peer == other.peer && id == other.id; }
  };
  std::size_t size() const { return open_.size(); }
  bool full() const { return open_.size() >= limits_.open; }
  /// It has asked this already, and waits: an admin asks again when it hears nothing for a while.
  bool waits(const Asker& asker) const;
  /// The token to put on the question.
  std::uint64_t open(Asker asker, SessionNumber session, LocalTime now);
  /// Who waits for the answer to this token, which came under `session`; nullopt: nobody, any more.
  std::optional<Asker> answered(std::uint64_t token, SessionNumber session);
  /// Those whose time is up, taken out.
  std::vector<Asker> expired(LocalTime now);
  /// When the next one's time is up; nullopt: none waits.
  std::optional<LocalTime> due() const;
  std::uint64_t within_ms() const { return limits_.within_ms; }

 private:
  struct Open {
    Asker asker;
    SessionNumber session;
    LocalTime until;
  };
  Limits limits_;
  std::map<std::uint64_t, Open> open_;  ///< by token: in the order in which they were asked
  std::uint64_t last_ = 0;
};

}  // namespace groupctl
