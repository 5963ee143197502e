#include "coordinator/repo/verifier.h"

#include <algorithm>

#include "daemon/file_io.h"

namespace groupctl {

Result<VerifyReply> Verifier::ask(const VerifyQuery& query) {
  const auto asked = [&](const Job& job) {
    return job.run == query.run && job.reply.digest == query.digest;
  };
  for (const auto* jobs : {&running_, &done_}) {
    const auto known = std::find_if(jobs->begin(), jobs->end(), asked);
    if (known != jobs->end()) return known->reply;
  }
  if (running_.size() >= kMaxRunning) {
    return fail(ErrorCode::kBusy, "other blobs are being verified");
  }
  begin(query);
  return running_.empty() ? done_.back().reply : running_.back().reply;
}

void Verifier::begin(const VerifyQuery& query) {
  Job job;
  job.run = query.run;
  job.reply.digest = query.digest;
  blobs_.forget(query.digest);
  auto blob = blobs_.find(query.digest);
  if (!blob) {
    return end(std::move(job),
               blob.error().code == ErrorCode::kNotFound ? "it is not there" : blob.error().text);
  }
  job.blob = *blob;
  job.reply.total = (*blob)->bytes;
  running_.push_back(std::move(job));
}

void Verifier::end(Job job, std::string fault) {
  job.reply.done = true;
  job.reply.fault = std::move(fault);
  job.blob.reset();
  done_.push_back(std::move(job));
  if (done_.size() > kMaxDone) done_.pop_front();
}

void Verifier::end_by_digest(Job job) {
  const ArtefactDigest found = job.hash->finish();
  if (found == job.reply.digest) return end(std::move(job), "");
  std::string fault = "its content has digest sha256:" + found.hex();
  if (auto aside = blobs_.put_aside(job.reply.digest)) {
    fault += "; it was put aside: put it again";
  } else {
    fault += "; " + aside.error().text;
  }
  end(std::move(job), std::move(fault));
}

void Verifier::work() {
  if (running_.empty()) return;
  Job& job = running_.front();
  Bytes piece(kChunkBytes);
  for (std::uint64_t slice = 0; slice < kReadSliceBytes; slice += piece.size()) {
    auto got =
        read_at(job.blob->file.get(), job.reply.checked, piece, blobs_.path(job.reply.digest));
    if (!got || *got == 0) {
      Job ended = std::move(job);
      running_.pop_front();
      return got ? end_by_digest(std::move(ended)) : end(std::move(ended), got.error().text);
    }
    job.hash->add({piece.data(), *got});
    job.reply.checked += *got;
  }
}

}  // namespace groupctl
