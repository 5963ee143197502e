#include "coordinator/storage_thread.h"

#include "daemon/logging.h"
#include "daemon/thread_like_this.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kCommitsBetweenLooks = 64;

}  // namespace

StorageThread::StorageThread(Store& store, std::function<Result<Room>()> room,
                             std::function<void()> wake)
    : store_(store), ask_room_(std::move(room)), batches_(1), done_(2, std::move(wake)) {}

StorageThread::~StorageThread() { stop(); }

void StorageThread::start() {
  thread_ = thread_like_this([this] { run(); });
}

void StorageThread::commit(Batch batch) {
  GROUPCTL_INVARIANT(batches_.put(std::move(batch)), "two batches in commit");
}

BatchDone StorageThread::wait_done() {
  auto done = done_.wait();
  GROUPCTL_INVARIANT(done, "the storage thread has ended");
  return *std::move(done);
}

void StorageThread::stop() {
  batches_.close();
  if (thread_.joinable()) thread_.join();
}

void StorageThread::run() {
  while (auto batch = batches_.wait()) {
    CommitResult result = store_.commit(*batch);
    GROUPCTL_INVARIANT(done_.put({batch->head.batch, std::move(result)}), "an answer nobody took");
    if (commits_++ % kCommitsBetweenLooks == 0) watch_room();
  }
}

void StorageThread::watch_room() {
  auto room = ask_room_();
  if (!room || *room == room_) return;
  room_ = *room;
  if (room_ == Room::kScarce) log_line(LogLevel::kWarn, "store", "over 80 % of the map is in use");
  if (room_ == Room::kReserve) {
    log_line(LogLevel::kError, "store", "over 95 % of the map is in use: commands are refused");
  }
}

}  // namespace groupctl
