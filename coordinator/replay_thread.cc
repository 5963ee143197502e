#include "coordinator/replay_thread.h"

#include <limits>

#include "coordinator/member_reads.h"
#include "daemon/clock.h"
#include "daemon/thread_like_this.h"

namespace groupctl {
namespace {

/// All that a core asks at once: one of the reads is for the floor.
constexpr std::size_t kWaitingReads = kMaxReadWaiters + MemberReads::kMaxUnderWay + 1;

}  // namespace

// What is done is bounded by what was asked, and the loop takes it at each wake-up.
ReplayThread::ReplayThread(const Store& store, Replayer::Options options,
                           std::function<void()> wake)
    : replayer_(store, std::move(options)),
      requests_(kWaitingReads),
      done_(std::numeric_limits<std::size_t>::max(), std::move(wake)) {}

ReplayThread::~ReplayThread() { stop(); }

void ReplayThread::start() {
  thread_ = thread_like_this([this] { run(); });
}

bool ReplayThread::read(ReadRequest request) { return requests_.put(std::move(request)); }

void ReplayThread::stop() {
  requests_.close();
  if (thread_.joinable()) thread_.join();
}

void ReplayThread::run() {
  while (auto request = requests_.wait()) done_.put(replayer_.answer(local_now(), *request));
}

}  // namespace groupctl
