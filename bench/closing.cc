#include "bench/closing.h"

#include <algorithm>
#include <map>

#include "bench/latency.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Ids of Watches are told apart from those of submits, which are their numbers.
constexpr std::uint64_t kWatchIds = std::uint64_t{1} << 32;

/// Commands under way: submitted, then watched until all have acknowledged them.
class UnderWay {
 public:
  explicit UnderWay(ZmqClient& client) : client_(client) {}

  Status submit(const RequestId& id, const MakeSubmit& make) {
    auto message = make(id);
    if (!message) return tl::unexpected<Error>(message.error());
    submitted_.emplace(id.number, Clock::now());
    return client_.send(*message, kAnswerTimeoutMs);
  }
  /// Takes one answer, if one comes in time.
  Status take_answer(std::uint64_t timeout_ms) {
    auto bytes = client_.receive(timeout_ms);
    if (!bytes && bytes.error().code == ErrorCode::kTimeout) return {};
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    auto answer = decode_admin_reply(*bytes);
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (const auto* accepted = std::get_if<Accepted>(&answer->reply)) {
      watched_.emplace(accepted->last, submitted_.at(answer->id.value));
      submitted_.erase(answer->id.value);
      return watch(accepted->last);
    }
    if (const auto* update = std::get_if<Update>(&answer->reply)) return take(*update);
    return fail(ErrorCode::kRefused, "neither accepted nor shown");
  }
  bool any() const { return !submitted_.empty() || !watched_.empty(); }
  std::vector<double> took() && { return std::move(took_); }

 private:
  Status watch(Sequence at) {
    return client_.send(encode(AdminRequestId(kWatchIds + at.value), Watch{at, version_}),
                        kAnswerTimeoutMs);
  }
  Status take(const Update& update) {
    version_ = std::max(version_, update.version);
    if (!update.closed) return watch(update.sequence);
    const auto begun = watched_.find(update.sequence);
    if (begun == watched_.end()) return {};
    took_.push_back(std::chrono::duration<double>(Clock::now() - begun->second).count());
    watched_.erase(begun);
    return {};
  }

  ZmqClient& client_;
  std::uint64_t version_ = 0;  ///< what members have said up to here is known
  std::map<std::uint64_t, Clock::time_point> submitted_;  // by number
  std::map<Sequence, Clock::time_point> watched_;
  std::vector<double> took_;
};

}  // namespace

Result<std::vector<double>> time_commands(ZmqClient& client, const MakeSubmit& make,
                                          const Pace& pace) {
  auto now = group_time(client);
  if (!now) return tl::unexpected<Error>(now.error());
  UnderWay under_way(client);
  RequestId id{{now->value, pace.seed}, 0};
  Clock::time_point next = Clock::now();
  const bool paced = pace.between != Clock::duration::zero();
  while (id.number < pace.commands || under_way.any()) {
    const bool due = paced ? Clock::now() >= next : !under_way.any();
    const bool more = id.number < pace.commands;
    Status done;
    if (more && due) {
      ++id.number;
      next += pace.between;
      done = under_way.submit(id, make);
    } else {
      done = under_way.take_answer(more && paced ? ms_until(next) : kAnswerTimeoutMs);
    }
    if (!done) return tl::unexpected<Error>(done.error());
  }
  return std::move(under_way).took();
}

}  // namespace groupctl::bench
