// Reads blobs anew and compares them with their digests, a slice at a time.
#pragma once

#include <deque>

#include "coordinator/repo/blobs.h"
#include "daemon/file_digest.h"
#include "wire/repository_messages.h"

namespace groupctl {

class Verifier {
 public:
  /// Blobs that are being read, and results that are remembered for who asks again.
  static constexpr std::size_t kMaxRunning = 8;
  static constexpr std::size_t kMaxDone = 64;

  explicit Verifier(Blobs& blobs) : blobs_(blobs) {}

  /// Begins what it does not know of that run. Errors: kBusy.
  Result<VerifyReply> ask(const VerifyQuery& query);
  bool busy() const { return !running_.empty(); }
  void work();

 private:
  struct Job {
    std::uint64_t run = 0;
    VerifyReply reply;
    std::shared_ptr<const OpenBlob> blob;
    std::unique_ptr<Sha256> hash = std::make_unique<Sha256>();
  };
  void begin(const VerifyQuery& query);
  void end(Job job, std::string fault);
  void end_by_digest(Job job);

  Blobs& blobs_;
  std::deque<Job> running_;
  std::deque<Job> done_;  // oldest first
};

}  // namespace groupctl
