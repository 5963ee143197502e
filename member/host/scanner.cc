#include "member/host/scanner.h"

#include <chrono>
#include <exception>

#include "member/host/names.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kPauseMs = 50;
constexpr std::uint64_t kPausesPerSecond = 1000 / kPauseMs;

StepResult<Inspection> inspected_by(Host& host, const std::string& by, const std::string& name,
                                    const Pace& pace) {
  Deployer* deployer = host.deployer(by);
  if (deployer == nullptr) return step_failed("inspect", "no deployer \"" + by + "\"");
  return deployer->inspect(name, pace);
}

/// Libraries below may throw; then this artefact could not be looked at.
StepResult<Inspection> inspected(Host& host, const LookRequest::At& at, const Pace& pace) {
  try {
    if (!at.deployer.empty()) return inspected_by(host, at.deployer, at.name, pace);
    for (const std::string& name : host.deployer_names()) {
      auto found = inspected_by(host, name, at.name, pace);
      if (!found || found->placed) return found;
    }
    return Inspection{};
  } catch (const std::exception& thrown) {
    return step_failed("inspect", thrown.what());
  }
}

}  // namespace

Scanner::Scanner(Host& host, std::uint64_t files_per_second, std::function<void()> wake)
    : host_(host),
      files_per_second_(files_per_second),
      requests_(1),
      results_(1, std::move(wake)) {}

Scanner::~Scanner() { stop(); }

void Scanner::start() {
  thread_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
}

void Scanner::stop() {
  thread_.request_stop();
  requests_.close();
  if (thread_.joinable()) thread_.join();
}

Status Scanner::submit(LookRequest request) {
  if (requests_.put(std::move(request))) return {};
  return fail(ErrorCode::kBusy, "a look is under way, or the scanner has stopped");
}

std::optional<LookResult> Scanner::take() {
  auto taken = results_.take_all();
  if (taken.empty()) return std::nullopt;
  return std::move(taken.front());
}

void Scanner::run(const std::stop_token& stopping) {
  while (auto request = requests_.wait()) {
    auto result = look(*request, stopping);
    if (!result) return;
    // The owner takes a result before it asks again, so there is room.
    GROUPCTL_INVARIANT(results_.put(std::move(*result)), "a place for every look");
  }
}

std::optional<LookResult> Scanner::look(const LookRequest& request,
                                        const std::stop_token& stopping) {
  LookResult result{request.number, {}};
  const Pace pace = [&](std::uint64_t cost) { return this->pace(cost, stopping); };
  for (const LookRequest::At& at : request.at) {
    if (stopping.stop_requested()) return std::nullopt;
    result.by_name.insert_or_assign(at.name, inspected(host_, at, pace));
  }
  if (stopping.stop_requested()) return std::nullopt;
  return result;
}

/// Spends a twentieth of a second's allowance, then rests for that long.
bool Scanner::pace(std::uint64_t cost, const std::stop_token& stopping) {
  if (stopping.stop_requested()) return false;
  if (files_per_second_ == 0) return true;
  spent_ += cost;
  while (spent_ * kPausesPerSecond >= files_per_second_) {
    spent_ -= std::min(spent_, std::max<std::uint64_t>(1, files_per_second_ / kPausesPerSecond));
    std::unique_lock lock(pause_mutex_);
    pause_.wait_for(lock, stopping, std::chrono::milliseconds(kPauseMs), [] { return false; });
    if (stopping.stop_requested()) return false;
  }
  return true;
}

}  // namespace groupctl
