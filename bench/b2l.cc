// B2l: from the submit of a command until its ledger is closed: the last of N members has
// acknowledged it, and who watches the command is told so. At 200 commands a second, with members
// that only listen.
#include <algorithm>
#include <chrono>
#include <map>

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

/// Ids of Watches are told apart from those of submits, which are their numbers.
constexpr std::uint64_t kWatchIds = std::uint64_t{1} << 32;

/// Commands under way: submitted, then watched until all have acknowledged them.
class UnderWay {
 public:
  explicit UnderWay(ZmqClient& client) : client_(client) {}

  Status submit(const RequestId& id, Pcg& pcg) {
    auto message = make_submit(id, pcg);
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

/// Seconds of each command. The members are in step.
Result<std::vector<double>> time_commands(ZmqClient& client, std::uint64_t commands,
                                          std::uint64_t seed) {
  auto now = group_time(client);
  if (!now) return tl::unexpected<Error>(now.error());
  Pcg pcg(seed);
  UnderWay under_way(client);
  RequestId id{{now->value, seed}, 0};
  Clock::time_point next = Clock::now();
  while (id.number < commands || under_way.any()) {
    Status done;
    if (id.number < commands && Clock::now() >= next) {
      ++id.number;
      next += kBetween;
      done = under_way.submit(id, pcg);
    } else {
      done = under_way.take_answer(id.number < commands ? ms_until(next) : kAnswerTimeoutMs);
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
  auto client = coordinator->admin().open();
  if (!client) return tl::unexpected<Error>(client.error());
  // Each join is an entry.
  if (auto in = wait_acknowledged(**client, bench.latency_members, Sequence(bench.latency_members));
      !in) {
    return tl::unexpected<Error>(in.error());
  }
  if (auto told = swarm->only_listen(); !told) return tl::unexpected<Error>(told.error());
  return time_commands(**client, bench.scaled(kCommands), bench.fresh_seeds(1));
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
