// What a keeper does when something happens to its workload. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "keeper/spec.h"

namespace groupctl::keeper {

namespace event {
struct Begin {};    ///< the first one
struct Started {};  ///< its main process runs
struct NotStarted {
  std::string how;
};
/// Its main process has ended.
struct Exited {
  bool clean = false;  ///< exit code 0
  std::string how;
};
/// It has more processes and threads than it may.
struct TooMany {
  std::string how;
};
struct TreeEmpty {};  ///< no process of it is left
struct StopAsked {};
struct RefreshAsked {};
struct Woken {};  ///< time has passed, perhaps until wake_at()
}  // namespace event

using Event =
    std::variant<event::Begin, event::Started, event::NotStarted, event::Exited, event::TooMany,
                 event::TreeEmpty, event::StopAsked, event::RefreshAsked, event::Woken>;

/// To be carried out in this order, after the state was saved.
struct Actions {
  bool refresh = false;    ///< the refresh signal to its main process
  bool terminate = false;  ///< TERM to its process group
  bool kill = false;       ///< KILL to what is left of the tree; afterwards there is nothing
  bool start = false;      ///< answered by Started or NotStarted
  bool exit = false;       ///< the keeper ends
  bool operator==(const Actions&) const = default;
};

class Policy {
 public:
  Policy(const RestartSpec& restart, std::uint64_t grace_ms)
      : restart_(restart), grace_ms_(grace_ms) {}

  /// `now_ms` is that of a clock that does not go back.
  Actions step(std::uint64_t now_ms, const Event& event);

  Phase phase() const { return phase_; }
  /// When Woken is wanted; nullopt: not at all.
  std::optional<std::uint64_t> wake_at() const { return wake_at_; }
  std::uint64_t restarts() const { return restarts_; }
  /// Empty: it has not ended yet.
  const std::string& last_end() const { return last_end_; }

 private:
  Actions on(std::uint64_t now_ms, const event::Begin&);
  Actions on(std::uint64_t now_ms, const event::Started&);
  Actions on(std::uint64_t now_ms, const event::NotStarted& event);
  Actions on(std::uint64_t now_ms, const event::Exited& event);
  Actions on(std::uint64_t now_ms, const event::TooMany& event);
  Actions on(std::uint64_t now_ms, const event::TreeEmpty&);
  Actions on(std::uint64_t now_ms, const event::StopAsked&);
  Actions on(std::uint64_t now_ms, const event::RefreshAsked&);
  Actions on(std::uint64_t now_ms, const event::Woken&);
  void enter(Phase phase, std::optional<std::uint64_t> wake_at = std::nullopt);
  void after_end(std::uint64_t now_ms, bool clean, const std::string& how);
  std::uint64_t delay_ms() const;
  Actions stopped();

  const RestartSpec restart_;
  const std::uint64_t grace_ms_;
  Phase phase_ = Phase::kStarting;
  std::optional<std::uint64_t> wake_at_;
  std::optional<std::uint64_t> started_at_;  // of the run that is or was the last
  std::uint64_t in_row_ = 0;                 // restarts since it last ran steadily
  std::uint64_t restarts_ = 0;
  std::string last_end_;
};

}  // namespace groupctl::keeper
