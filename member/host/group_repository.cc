#include "member/host/group_repository.h"

#include <algorithm>

#include "daemon/clock.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kWindowChunks = 8;
constexpr std::uint64_t kAskAgainMs = 1000;
constexpr std::uint64_t kCheckBytes = 4 << 20;

tl::unexpected<Miss> miss(Miss::Why why, std::string text) {
  return tl::unexpected<Miss>(Miss{why, std::move(text)});
}
tl::unexpected<Miss> failed(const Error& error) { return miss(Miss::Why::kFailed, error.text); }

/// One archive on its way: which chunks are asked for, and what those that come do to the file.
class Filling {
 public:
  Filling(const ArtefactDigest& digest, DigestedFile& file, ArtefactCache& cache,
          ArtefactDesk& desk)
      : digest_(digest), file_(file), cache_(cache), desk_(desk), asked_(file.size()) {}

  bool whole() const { return total_ != 0 && file_.size() == total_; }
  int percent() const { return total_ == 0 ? 0 : static_cast<int>(file_.size() * 100 / total_); }

  /// A window of chunks, each once, half of it at a time: every hand that a chunk goes through has
  /// several to pass on then. Until the first has said how long the archive is, one.
  void ask() {
    if (asked_ > file_.size() + kWindowChunks / 2 * kChunkBytes) return;
    const std::uint64_t window = file_.size() + kWindowChunks * kChunkBytes;
    const std::uint64_t end = total_ == 0 ? file_.size() + 1 : std::min(total_, window);
    for (; asked_ < end; asked_ += kChunkBytes) desk_.want({digest_, asked_});
  }
  void ask_again() { asked_ = file_.size(); }

  /// False: not what is wanted next.
  tl::expected<bool, Miss> take(const ArtefactChunk& chunk) {
    if (chunk.digest != digest_) return false;
    if (total_ == 0) {
      if (auto begun = begin(chunk.total); !begun) return tl::unexpected<Miss>(begun.error());
    }
    if (chunk.offset > file_.size() && gap_ != file_.size()) {
      gap_ = file_.size();  // one was lost: those behind it are asked for anew, once
      ask_again();
    }
    if (chunk.total != total_ || chunk.offset != file_.size()) return false;
    if (auto added = file_.append(chunk.bytes); !added) {
      const bool full = added.error().code == ErrorCode::kStorageFull;
      if (full || file_.broken()) cache_.drop_part(digest_);
      return failed(added.error());
    }
    asked_ = std::max(asked_, file_.size());
    return true;
  }

 private:
  tl::expected<void, Miss> begin(std::uint64_t total) {
    if (total == 0 || total > kMaxArchiveBytes) {
      return miss(Miss::Why::kDamaged, "an archive of " + std::to_string(total) + " bytes");
    }
    if (file_.size() > total) {
      if (auto cleared = file_.clear(); !cleared) return failed(cleared.error());
      ask_again();
    }
    if (auto room = cache_.make_room(total - file_.size()); !room) return failed(room.error());
    total_ = total;
    return {};
  }

  const ArtefactDigest& digest_;
  DigestedFile& file_;
  ArtefactCache& cache_;
  ArtefactDesk& desk_;
  std::uint64_t total_ = 0;  // not known yet
  std::uint64_t asked_;      // the next offset to ask for
  std::uint64_t gap_ = UINT64_MAX;
};

/// What an earlier process left is digested before it is gone on with.
tl::expected<void, Miss> read_on(DigestedFile& file, const ArtefactDesk& desk) {
  while (file.checked() < file.size()) {
    if (desk.closed()) return miss(Miss::Why::kFailed, "this process ends");
    if (auto read = file.check(kCheckBytes); !read) return failed(read.error());
  }
  return {};
}

}  // namespace

tl::expected<std::string, Miss> GroupRepository::fetch(const ArtefactDigest& digest,
                                                       std::uint64_t patience_ms,
                                                       const Progress& progress) {
  if (auto cached = cache_.find(digest)) return *std::move(cached);
  while (true) {
    auto file = cache_.begin(digest);
    if (!file) return failed(file.error());
    const bool resumed = file->size() != 0;
    if (auto read = read_on(*file, desk_); !read) return tl::unexpected<Miss>(read.error());
    if (auto filled = fill(digest, *file, patience_ms, progress); !filled) {
      return tl::unexpected<Miss>(filled.error());
    }
    if (auto synced = file->sync(); !synced) {
      cache_.drop_part(digest);
      return failed(synced.error());
    }
    const ArtefactDigest found = file->finish();
    if (found == digest) {
      auto whole = cache_.take_in(digest);
      if (!whole) return failed(whole.error());
      return *std::move(whole);
    }
    cache_.drop_part(digest);
    // What an earlier process left may be to blame: once more, from the beginning.
    if (!resumed) {
      return miss(Miss::Why::kDamaged, "damaged: its content has digest " + found.hex());
    }
  }
}

tl::expected<Located, Miss> GroupRepository::locate(const ArtefactDigest& digest,
                                                    std::uint64_t patience_ms) {
  if (const auto cached = cache_.size_of(digest)) {
    return Located{std::string(kGroupRepository), *cached, true};
  }
  const std::uint64_t asked = local_now().value;
  desk_.want({digest, 0});
  while (local_now().value - asked <= patience_ms) {
    if (desk_.closed()) return miss(Miss::Why::kFailed, "this process ends");
    const auto answer = desk_.wait(kAskAgainMs);
    if (!answer) {
      desk_.want({digest, 0});
    } else if (const auto* none = std::get_if<NoArtefact>(&*answer)) {
      if (none->digest != digest || none->code == ErrorCode::kBusy) continue;
      return miss(Miss::Why::kAbsent, none->text);
    } else if (const auto& chunk = std::get<ArtefactChunk>(*answer); chunk.digest == digest) {
      return Located{std::string(kGroupRepository), chunk.total, false};
    }
  }
  return miss(Miss::Why::kUnreachable, "the coordinator does not answer");
}

tl::expected<void, Miss> GroupRepository::fill(const ArtefactDigest& digest, DigestedFile& file,
                                               std::uint64_t patience_ms,
                                               const Progress& progress) {
  Filling filling(digest, file, cache_, desk_);
  std::uint64_t heard = local_now().value;
  int shown = -1;
  while (!filling.whole()) {
    if (desk_.closed()) return miss(Miss::Why::kFailed, "this process ends");
    filling.ask();
    const auto answer = desk_.wait(kAskAgainMs);
    if (!answer) {
      if (local_now().value - heard > patience_ms) {
        return miss(Miss::Why::kUnreachable, "the coordinator does not answer");
      }
      filling.ask_again();
      continue;
    }
    if (const auto* none = std::get_if<NoArtefact>(&*answer)) {
      if (none->digest == digest && none->code != ErrorCode::kBusy) {
        return miss(Miss::Why::kAbsent, none->text);
      }
      continue;
    }
    auto taken = filling.take(std::get<ArtefactChunk>(*answer));
    if (!taken) return tl::unexpected<Miss>(taken.error());
    if (!*taken) continue;
    heard = local_now().value;
    if (filling.percent() != shown) progress(shown = filling.percent());
  }
  return {};
}

}  // namespace groupctl
