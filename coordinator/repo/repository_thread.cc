#include "coordinator/repo/repository_thread.h"

#include <limits>

#include "daemon/clock.h"
#include "daemon/thread_like_this.h"

namespace groupctl {
namespace {

constexpr std::size_t kWaitingRequests = 1024;

}  // namespace

// What waits is bounded in ask(); what is done is bounded by what was asked, and the loop takes it
// at each wake-up.
RepositoryThread::RepositoryThread(Repository& repository, std::function<void()> wake)
    : repository_(repository),
      requests_(std::numeric_limits<std::size_t>::max()),
      done_(std::numeric_limits<std::size_t>::max(), std::move(wake)) {}

RepositoryThread::~RepositoryThread() { stop(); }

void RepositoryThread::start() {
  thread_ = thread_like_this([this] { run(); });
}

void RepositoryThread::ask(RepoRequest request) {
  const bool of_core =
      std::holds_alternative<ReadBlob>(request) || std::holds_alternative<SettlePut>(request);
  if (of_core || requests_.size() < kWaitingRequests) requests_.put(std::move(request));
}

void RepositoryThread::stop() {
  requests_.close();
  if (thread_.joinable()) thread_.join();
}

// Requests first; between them what takes long goes on by a slice.
void RepositoryThread::run() {
  while (!requests_.closed()) {
    if (!repository_.busy()) {
      auto request = requests_.wait();
      if (!request) return;
      answer(*request);
    }
    for (const RepoRequest& request : requests_.take_all()) answer(request);
    repository_.work();
  }
}

void RepositoryThread::answer(const RepoRequest& request) {
  const auto wall_now_s = static_cast<std::int64_t>(wall_now_ms() / 1000);
  auto done = repository_.answer(local_now(), wall_now_s, request);
  if (done) done_.put(*std::move(done));
}

}  // namespace groupctl
