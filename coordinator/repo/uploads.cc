#include "coordinator/repo/uploads.h"

#include <unistd.h>

#include <algorithm>

#include "daemon/file_io.h"

namespace groupctl {
namespace {

/// An upload that nobody went on with for so long gives its place to another; its file stays.
constexpr std::uint64_t kIdleMs = 30'000;

PutState state_of(const ArtefactDigest& digest, const DigestedFile& file) {
  return {digest, file.size(), file.checked()};
}

}  // namespace

Result<Uploads::State> Uploads::open(LocalTime now, const PutArtefact& put) {
  if (put.bytes == 0 || put.bytes > kMaxArtefactBytes) {
    return fail(ErrorCode::kInvalid, "an archive has 1 byte to 64 GiB");
  }
  auto known = open_.find(put.digest);
  if (known == open_.end()) {
    auto whole = find_whole(put);
    if (!whole) return tl::unexpected<Error>(whole.error());
    if (*whole) return State{{put.digest, put.bytes, put.bytes}, true};
    if (auto room = make_room(now); !room) return tl::unexpected<Error>(room.error());
    auto file = DigestedFile::open(blobs_.partial(put.digest));
    if (!file) return tl::unexpected<Error>(file.error());
    known = open_.emplace(put.digest, Upload{*std::move(file), put.bytes, now}).first;
  }
  Upload& upload = known->second;
  upload.used = now;
  upload.total = put.bytes;
  if (upload.file.size() > upload.total) {
    if (auto cleared = upload.file.clear(); !cleared) {
      return tl::unexpected<Error>(cleared.error());
    }
  }
  if (auto space = check_space(upload.total - upload.file.size()); !space) {
    return tl::unexpected<Error>(space.error());
  }
  return State{state_of(put.digest, upload.file), false};
}

/// A blob of another length is damaged: put aside, and wanted anew.
Result<bool> Uploads::find_whole(const PutArtefact& put) {
  blobs_.forget(put.digest);
  const auto blob = blobs_.find(put.digest);
  if (!blob) return false;
  if ((*blob)->bytes == put.bytes) return true;
  if (auto aside = blobs_.put_aside(put.digest); !aside) {
    return tl::unexpected<Error>(aside.error());
  }
  return false;
}

Status Uploads::make_room(LocalTime now) {
  if (open_.size() < kMaxUploads) return {};
  auto idle = std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
    return a.second.used < b.second.used;
  });
  if (now.value - idle->second.used.value < kIdleMs) {
    return fail(ErrorCode::kBusy, std::to_string(open_.size()) + " uploads are open");
  }
  open_.erase(idle);
  return {};
}

Status Uploads::check_space(std::uint64_t wanted) const {
  const auto left = free_bytes(blobs_.folder());
  if (!left) return tl::unexpected<Error>(left.error());
  if (*left >= wanted + kSpareBytes) return {};
  return fail(ErrorCode::kStorageFull, "the coordinator's disk has " + std::to_string(*left) +
                                           " bytes free; this takes " + std::to_string(wanted) +
                                           ", and " + std::to_string(kSpareBytes) + " stay free");
}

Result<PutState> Uploads::write(LocalTime now, const PutChunk& chunk) {
  auto known = open_.find(chunk.digest);
  if (known == open_.end()) return fail(ErrorCode::kNotFound, "no such upload is open");
  Upload& upload = known->second;
  DigestedFile& file = upload.file;
  upload.used = now;
  if (file.checked() < file.size() || chunk.offset != file.size()) {
    return state_of(chunk.digest, file);  // from where it goes on
  }
  if (chunk.bytes.size() > upload.total - file.size()) {
    return fail(ErrorCode::kInvalid, "a chunk beyond the end of the archive");
  }
  const bool another_stretch = file.size() / DigestedFile::kSyncBytes !=
                               (file.size() + chunk.bytes.size()) / DigestedFile::kSyncBytes;
  if (another_stretch) {
    if (auto space = check_space(upload.total - file.size()); !space) {
      return tl::unexpected<Error>(space.error());
    }
  }
  if (auto added = file.append(chunk.bytes); !added) {
    if (file.broken()) drop(chunk.digest);
    return tl::unexpected<Error>(added.error());
  }
  const PutState state = state_of(chunk.digest, file);
  if (state.wanted < upload.total) return state;
  if (auto done = finish(chunk.digest); !done) return tl::unexpected<Error>(done.error());
  return state;
}

void Uploads::drop(const ArtefactDigest& digest) {
  ::unlink(blobs_.partial(digest).c_str());
  open_.erase(digest);
}

/// All bytes are there. Whatever is wrong with them, they are of no use any more.
Status Uploads::finish(const ArtefactDigest& digest) {
  const auto upload = open_.extract(digest);
  DigestedFile& file = upload.mapped().file;
  Status done = file.sync();
  if (done) {
    const ArtefactDigest found = file.finish();
    if (found != digest) {
      done = fail(ErrorCode::kDigestMismatch,
                  "what came has digest sha256:" + found.hex() + ", not what was said");
    }
  }
  if (done) done = blobs_.take_in(digest);
  if (!done) ::unlink(file.path().c_str());
  return done;
}

bool Uploads::busy() const {
  return std::any_of(open_.begin(), open_.end(), [](const auto& one) {
    const DigestedFile& file = one.second.file;
    return file.checked() < file.size() || file.size() == one.second.total;
  });
}

void Uploads::work() {
  for (auto& [key, upload] : open_) {
    DigestedFile& file = upload.file;
    if (file.checked() == file.size() && file.size() != upload.total) continue;
    const ArtefactDigest digest = key;  // the upload may end here
    const bool read = file.check(kReadSliceBytes).has_value();
    if (!read) {
      drop(digest);
    } else if (file.checked() == upload.total) {
      // What is wrong with it whoever puts it learns from how far it is then.
      (void)finish(digest);
    }
    return;
  }
}

}  // namespace groupctl
