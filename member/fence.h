// Who may be listened to: one history, and no epoch older than one already heard.
#pragma once

#include "member/memory.h"
#include "wire/member_messages.h"

namespace groupctl {

class Fence {
 public:
  explicit Fence(Binding binding) : binding_(std::move(binding)) {}

  enum class Verdict : std::uint8_t {
    kPass,
    kNewer,    ///< of a later epoch than any heard; it is remembered
    kStale,    ///< an old sender: refuse it
    kForeign,  ///< of another history
  };
  Verdict judge(const Envelope& envelope);

  /// Starts to listen to another history; only by a member that has none.
  void bind(const LogId& log_id, Epoch epoch);

  const Binding& binding() const { return binding_; }
  std::uint64_t refused() const { return refused_; }

 private:
  Binding binding_;
  std::uint64_t refused_ = 0;
};

}  // namespace groupctl
