#include "bench/fan_out.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "bench/acknowledged.h"
#include "bench/append_client.h"
#include "bench/submit.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;
/// The member list is the coordinator's work, too: it is not asked for without a pause.
constexpr Clock::duration kBetweenQuestions = std::chrono::milliseconds(4);
constexpr std::chrono::seconds kLongestStandstill(60);

class FanOutClient {
 public:
  FanOutClient(ZmqClient& submits, ZmqClient& looks, std::uint64_t members, Sequence before)
      : submits_(submits), looks_(looks), members_(members), before_(before) {}

  Status run(const std::vector<Bytes>& messages, std::uint64_t window) {
    Clock::time_point moved = Clock::now();
    while (acknowledged_ < messages.size()) {
      const std::uint64_t had = acknowledged_;
      if (auto sent = send(messages, window); !sent) return sent;
      if (auto answers = take_answers(); !answers) return answers;
      if (auto looked = look(); !looked) return looked;
      const Clock::time_point now = Clock::now();
      if (acknowledged_ > had) moved = now;
      if (now - moved > kLongestStandstill) {
        return fail(ErrorCode::kTimeout, "not all members have acknowledged");
      }
    }
    return {};
  }

 private:
  Status send(const std::vector<Bytes>& messages, std::uint64_t window) {
    for (; sent_ < messages.size() && sent_ - acknowledged_ < window; ++sent_) {
      if (auto gone = submits_.send(messages[sent_], kAnswerTimeoutMs); !gone) return gone;
    }
    return {};
  }

  /// Those that are there; of others none is awaited longer than the next look.
  Status take_answers() {
    while (answered_ < sent_) {
      auto bytes = submits_.receive(1);
      if (!bytes && bytes.error().code == ErrorCode::kTimeout) return {};
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      if (auto accepted = read_accepted(*bytes); !accepted) {
        return tl::unexpected<Error>(accepted.error());
      }
      ++answered_;
      if (Clock::now() >= next_look_) return {};
    }
    std::this_thread::sleep_until(next_look_);
    return {};
  }

  Status look() {
    if (Clock::now() < next_look_) return {};
    auto acknowledged = acknowledged_by_all(looks_, members_);
    if (!acknowledged) return tl::unexpected<Error>(acknowledged.error());
    // Nobody else submits: the sequences of these commands are those after the ones before.
    acknowledged_ = std::max(*acknowledged, before_).value - before_.value;
    next_look_ = Clock::now() + kBetweenQuestions;
    return {};
  }

  ZmqClient& submits_;
  ZmqClient& looks_;
  std::uint64_t members_;
  Sequence before_;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t acknowledged_ = 0;
  Clock::time_point next_look_{};
};

}  // namespace

Result<double> fan_out_seconds(const PlaneDoor& admin, std::uint64_t members,
                               std::uint64_t commands, std::uint64_t window, std::uint64_t seed) {
  auto submits = admin.open();
  if (!submits) return tl::unexpected<Error>(submits.error());
  auto looks = admin.open();
  if (!looks) return tl::unexpected<Error>(looks.error());
  auto before = acknowledged_by_all(**looks, members);
  if (!before) return tl::unexpected<Error>(before.error());
  auto messages = make_submits(**submits, commands, seed);
  if (!messages) return tl::unexpected<Error>(messages.error());
  FanOutClient fan_out(**submits, **looks, members, *before);
  const Clock::time_point begin = Clock::now();
  if (auto ran = fan_out.run(*messages, window); !ran) return tl::unexpected<Error>(ran.error());
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace groupctl::bench
