// B2l: from the submit of a command until the last of N members has acknowledged it, as the
// coordinator's member list says, at 200 commands a second. The list is asked for without a pause
// while a command is under way, so the figure holds what that costs, too.
#include <chrono>
#include <map>
#include <thread>

#include "bench/acknowledged.h"
#include "bench/latency.h"
#include "bench/submit.h"
#include "bench/swarm_process.h"
#include "bench/works.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr Clock::duration kBetween = std::chrono::milliseconds(5);
constexpr std::uint64_t kCommands = 2000;

/// Commands under way: submitted, then with a sequence, then acknowledged by all.
class UnderWay {
 public:
  UnderWay(ZmqClient& submits, ZmqClient& looks, std::uint64_t members)
      : submits_(submits), looks_(looks), members_(members) {}

  Status submit(const RequestId& id, Pcg& pcg) {
    auto message = make_submit(id, pcg);
    if (!message) return tl::unexpected<Error>(message.error());
    submitted_.emplace(id.number, Clock::now());
    return submits_.send(*message, kAnswerTimeoutMs);
  }
  /// Takes one answer to a submit, if one comes in time.
  Status take_answer(std::uint64_t timeout_ms) {
    auto bytes = submits_.receive(timeout_ms);
    if (!bytes && bytes.error().code == ErrorCode::kTimeout) return {};
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    auto accepted = read_accepted(*bytes);
    if (!accepted) return tl::unexpected<Error>(accepted.error());
    waiting_.emplace(accepted->sequence, submitted_.at(accepted->number));
    submitted_.erase(accepted->number);
    return {};
  }
  Status look() {
    auto acknowledged = acknowledged_by_all(looks_, members_);
    if (!acknowledged) return tl::unexpected<Error>(acknowledged.error());
    const Clock::time_point now = Clock::now();
    const auto end = waiting_.upper_bound(*acknowledged);
    for (auto it = waiting_.begin(); it != end; ++it) {
      took_.push_back(std::chrono::duration<double>(now - it->second).count());
    }
    waiting_.erase(waiting_.begin(), end);
    return {};
  }
  bool has_answers_to_come() const { return !submitted_.empty(); }
  bool has_acknowledgements_to_come() const { return !waiting_.empty(); }
  std::vector<double> took() && { return std::move(took_); }

 private:
  ZmqClient& submits_;
  ZmqClient& looks_;
  std::uint64_t members_;
  std::map<std::uint64_t, Clock::time_point> submitted_;  // by number
  std::map<Sequence, Clock::time_point> waiting_;
  std::vector<double> took_;
};

/// Seconds of each command.
Result<std::vector<double>> time_commands(const PlaneDoor& admin, std::uint64_t members,
                                          std::uint64_t commands, std::uint64_t seed) {
  auto submits = admin.open();
  auto looks = admin.open();
  if (!submits) return tl::unexpected<Error>(submits.error());
  if (!looks) return tl::unexpected<Error>(looks.error());
  // Each join is an entry.
  if (auto in = wait_acknowledged(**looks, members, Sequence(members)); !in) {
    return tl::unexpected<Error>(in.error());
  }
  auto now = group_time(**submits);
  if (!now) return tl::unexpected<Error>(now.error());
  Pcg pcg(seed);
  UnderWay under_way(**submits, **looks, members);
  RequestId id{{now->value, seed}, 0};
  for (Clock::time_point next = Clock::now(); id.number < commands ||
                                              under_way.has_answers_to_come() ||
                                              under_way.has_acknowledgements_to_come();) {
    Status done;
    if (id.number < commands && Clock::now() >= next) {
      ++id.number;
      next += kBetween;
      done = under_way.submit(id, pcg);
    } else if (under_way.has_answers_to_come()) {
      done = under_way.take_answer(under_way.has_acknowledgements_to_come() ? 0 : 1);
    }
    if (done && under_way.has_acknowledgements_to_come()) {
      done = under_way.look();
    } else if (done && !under_way.has_answers_to_come() && id.number < commands) {
      std::this_thread::sleep_until(next);
    }
    if (!done) return tl::unexpected<Error>(done.error());
  }
  return std::move(under_way).took();
}

Result<std::vector<double>> measure(Bench& bench, Security security) {
  const std::string dir = bench.fresh_dir();
  auto coordinator = CoordinatorProcess::start(bench.coordinator(), dir, security);
  if (!coordinator) return tl::unexpected<Error>(coordinator.error());
  auto swarm =
      SwarmProcess::open(bench.swarm(), *coordinator, bench.latency_members, dir + ".swarm.log");
  if (!swarm) return tl::unexpected<Error>(swarm.error());
  if (auto started = swarm->start_members(); !started) {
    return tl::unexpected<Error>(started.error());
  }
  return time_commands(coordinator->admin(), bench.latency_members, bench.scaled(kCommands),
                       bench.fresh_seeds(1));
}

}  // namespace

Result<Cases> run_b2l(Bench& bench) {
  const std::string members = "N = " + std::to_string(bench.latency_members);
  Cases rows;
  for (const char* percentile : {", p50", ", p99"}) {
    rows.push_back({"B2l", members + percentile + ", keys; limit: open", "us", true});
    rows.push_back({"B2l", members + percentile + ", open", "us", true});
  }
  for (int i = 0; i < bench.repetitions; ++i) {
    auto keys = measure(bench, Security::kKeys);
    if (!keys) return tl::unexpected<Error>(keys.error());
    auto open = measure(bench, Security::kOpen);
    if (!open) return tl::unexpected<Error>(open.error());
    std::size_t row = 0;
    for (const unsigned percent : {50U, 99U}) {
      const double without = percentile_us(*open, percent);
      rows[row++].add(percentile_us(*keys, percent), without);
      rows[row++].add(without);
    }
  }
  return rows;
}

}  // namespace groupctl::bench
