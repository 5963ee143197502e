#include "coordinator/repo/repository.h"

#include <algorithm>

#include "daemon/file_io.h"

namespace groupctl {
namespace {

AdminReply refusal(const Error& error) { return QueryRefused{error.code, error.text}; }

}  // namespace

Result<std::unique_ptr<Repository>> Repository::open(const std::string& folder) {
  auto blobs = Blobs::open(folder);
  if (!blobs) return fail("the group's repository", blobs.error());
  return std::unique_ptr<Repository>(new Repository(*std::move(blobs)));
}

Repository::Repository(Blobs blobs)
    : blobs_(std::move(blobs)), uploads_(blobs_), verifier_(blobs_) {}

std::optional<RepoDone> Repository::answer(LocalTime now, std::int64_t wall_now_s,
                                           const RepoRequest& request) {
  if (const auto* put = std::get_if<OpenPut>(&request)) return open_put(now, *put);
  if (const auto* chunk = std::get_if<WritePut>(&request)) return write(now, *chunk);
  if (const auto* one = std::get_if<VerifyBlob>(&request)) return verify(*one);
  if (const auto* one = std::get_if<CollectBlobs>(&request)) return collect(wall_now_s, *one);
  if (const auto* one = std::get_if<ReadBlob>(&request)) return read(*one);
  const auto settled = unsettled_.find(std::get<SettlePut>(request).digest);
  if (settled != unsettled_.end()) unsettled_.erase(settled);
  return std::nullopt;
}

void Repository::work() {
  uploads_.work();
  verifier_.work();
}

RepoDone Repository::open_put(LocalTime now, const OpenPut& request) {
  auto state = uploads_.open(now, request.put);
  if (!state) return AdminAnswer{request.peer, request.id, refusal(state.error())};
  if (!state->whole) return AdminAnswer{request.peer, request.id, state->state};
  unsettled_.insert(request.put.digest);
  return PutWhole{request.peer, request.id, request.put};
}

RepoDone Repository::write(LocalTime now, const WritePut& request) {
  auto state = uploads_.write(now, request.chunk);
  if (!state) return AdminAnswer{request.peer, request.id, refusal(state.error())};
  return AdminAnswer{request.peer, request.id, *state};
}

RepoDone Repository::verify(const VerifyBlob& request) {
  auto reply = verifier_.ask(request.query);
  if (!reply) return AdminAnswer{request.peer, request.id, refusal(reply.error())};
  return AdminAnswer{request.peer, request.id, *std::move(reply)};
}

RepoDone Repository::collect(std::int64_t wall_now_s, const CollectBlobs& request) {
  CollectReply reply;
  Status done;
  const auto take = [&](const Blobs::Listed& file, std::uint32_t& count) {
    if (!request.dry_run) done = blobs_.remove(file);
    if (!done) return;
    ++count;
    reply.bytes += file.bytes;
  };
  for (const char* folder : {"blobs", "partial", "damaged"}) {
    auto files = blobs_.list(folder);
    if (!files) done = tl::unexpected<Error>(files.error());
    if (!done) break;
    for (const Blobs::Listed& file : *files) {
      const bool blob = std::string_view(folder) == "blobs";
      const bool upload = std::string_view(folder) == "partial";
      const std::int64_t age_s = wall_now_s - file.changed_s;
      const bool named = request.named.contains(file.digest) || unsettled_.contains(file.digest);
      const bool on_its_way = uploads_.holds(file.digest) || age_s < kUploadKeptS;
      if (blob && (named || age_s < kBlobKeptS)) {
        ++reply.kept_blobs;
        reply.kept_bytes += file.bytes;
      } else if (!upload || !on_its_way) {
        take(file, upload ? reply.uploads : reply.blobs);
      }
    }
  }
  if (!done) return AdminAnswer{request.peer, request.id, refusal(done.error())};
  return AdminAnswer{request.peer, request.id, reply};
}

RepoDone Repository::read(const ReadBlob& request) {
  const ArtefactDigest& digest = request.request.digest;
  const SessionNumber session = request.request.session;
  auto blob = blobs_.find(digest);
  if (!blob) {
    const bool missing = blob.error().code == ErrorCode::kNotFound;
    return BlobChunk{
        request.peer, session,
        NoArtefact{digest, blob.error().code,
                   missing ? "the group's repository does not have it" : blob.error().text}};
  }
  ArtefactChunk chunk{digest, (*blob)->bytes, std::min(request.request.offset, (*blob)->bytes), {}};
  chunk.bytes.resize(std::min<std::uint64_t>(kChunkBytes, chunk.total - chunk.offset));
  auto got = read_at((*blob)->file.get(), chunk.offset, chunk.bytes, blobs_.path(digest));
  if (!got || *got != chunk.bytes.size()) {
    return BlobChunk{request.peer, session,
                     NoArtefact{digest, ErrorCode::kIo,
                                got ? "the blob is shorter than it was" : got.error().text}};
  }
  return BlobChunk{request.peer, session, std::move(chunk)};
}

}  // namespace groupctl
