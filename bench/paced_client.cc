#include "bench/paced_client.h"

#include <chrono>
#include <map>

#include "bench/latency.h"
#include "bench/submit.h"

namespace groupctl::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr Clock::duration kBetween = std::chrono::milliseconds(5);

/// What is under way, by number.
class UnderWay {
 public:
  Status send(ZmqClient& client, const RequestId& id, Pcg& pcg) {
    auto submit = make_submit(id, pcg);
    if (!submit) return tl::unexpected<Error>(submit.error());
    sent_.emplace(id.number, Clock::now());
    return client.send(*submit, kAnswerTimeoutMs);
  }
  /// Takes one answer, waiting for it at most until `until`.
  Status take(ZmqClient& client, Clock::time_point until) {
    auto bytes = client.receive(ms_until(until));
    if (!bytes && bytes.error().code == ErrorCode::kTimeout) return {};
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    auto accepted = read_accepted(*bytes);
    if (!accepted) return tl::unexpected<Error>(accepted.error());
    const std::chrono::duration<double> took = Clock::now() - sent_.at(accepted->number);
    sent_.erase(accepted->number);
    took_.push_back(took.count());
    return {};
  }
  bool empty() const { return sent_.empty(); }
  std::vector<double> took() && { return std::move(took_); }

 private:
  std::map<std::uint64_t, Clock::time_point> sent_;
  std::vector<double> took_;
};

}  // namespace

PacedClient::PacedClient(PlaneDoor admin, std::uint64_t seed)
    : thread_([this, door = std::move(admin), seed] { took_ = run(door, seed); }) {}

PacedClient::~PacedClient() {
  stops_ = true;
  if (thread_.joinable()) thread_.join();
}

Result<std::vector<double>> PacedClient::stop() {
  stops_ = true;
  thread_.join();
  return std::move(took_);
}

Result<std::vector<double>> PacedClient::run(const PlaneDoor& admin, std::uint64_t seed) {
  auto client = admin.open();
  if (!client) return tl::unexpected<Error>(client.error());
  auto now = group_time(**client);
  if (!now) return tl::unexpected<Error>(now.error());
  Pcg pcg(seed);
  UnderWay under_way;
  RequestId id{{now->value, seed}, 0};
  for (Clock::time_point next = Clock::now(); !stops_;) {
    Status done;
    if (Clock::now() >= next) {
      ++id.number;
      done = under_way.send(**client, id, pcg);
      next += kBetween;
    } else {
      done = under_way.take(**client, next);
    }
    if (!done) return tl::unexpected<Error>(done.error());
  }
  const auto until = Clock::now() + std::chrono::milliseconds(kAnswerTimeoutMs);
  while (!under_way.empty() && Clock::now() < until) {
    if (auto done = under_way.take(**client, until); !done) {
      return tl::unexpected<Error>(done.error());
    }
  }
  return std::move(under_way).took();
}

}  // namespace groupctl::bench
