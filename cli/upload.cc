#include "cli/upload.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "daemon/file_digest.h"
#include "daemon/file_io.h"

namespace groupctl {
namespace {

// 1 MiB on the way keeps loopback busy and costs little memory on either side.
constexpr std::size_t kWindowChunks = 16;
constexpr std::uint64_t kSilenceMs = 1000;
constexpr std::uint64_t kCheckingMs = 200;

/// The chunks of one stretch: from where the coordinator wants them until it stops answering.
class Stretch {
 public:
  Stretch(Client& client, const ArchiveFile& archive, std::uint64_t from,
          const OnUploaded& on_uploaded)
      : client_(client), archive_(archive), on_uploaded_(on_uploaded), sent_(from), had_(from) {}

  /// Ends when all is there, or where the coordinator is to be asked how far it is. Errors are for
  /// whoever puts: they will not mend.
  Status run() {
    while (had_ < archive_.bytes && !client_.stopped()) {
      if (auto filled = fill_window(); !filled) return filled;
      auto answer = client_.next_answer(kSilenceMs);
      if (!answer) return {};
      if (answer->id < first_id_) continue;  // to an earlier stretch
      --open_;
      if (const auto* refused = std::get_if<QueryRefused>(&answer->reply)) {
        // It was restarted, or has given the place to another upload.
        if (refused->code == ErrorCode::kNotFound) return {};
        return fail(refused->code, refused->text);
      }
      const auto* state = std::get_if<PutState>(&answer->reply);
      if (state == nullptr || state->wanted <= had_) return {};
      had_ = state->wanted;
      on_uploaded_(had_, archive_.bytes);
    }
    return {};
  }

  std::uint64_t had() const { return had_; }

 private:
  Status fill_window() {
    Bytes piece(kChunkBytes);
    sent_ = std::max(sent_, had_);
    while (open_ < kWindowChunks && sent_ < archive_.bytes) {
      auto got = read_at(archive_.file.get(), sent_, piece, archive_.path);
      if (!got) return tl::unexpected(got.error());
      if (*got == 0) return fail(ErrorCode::kIo, archive_.path + ": shorter than it was");
      const auto end = piece.begin() + static_cast<std::ptrdiff_t>(*got);
      const auto id =
          client_.post(PutChunk{archive_.digest, sent_, {piece.begin(), end}}, kSilenceMs);
      if (!id) return {};  // nobody listens now: next_answer() waits
      if (!first_id_) first_id_ = *id;
      sent_ += *got;
      ++open_;
    }
    return {};
  }

  Client& client_;
  const ArchiveFile& archive_;
  const OnUploaded& on_uploaded_;
  std::uint64_t sent_;
  std::uint64_t had_;
  AdminRequestId first_id_;
  std::size_t open_ = 0;
};

}  // namespace

Result<ArchiveFile> open_archive(const std::string& path) {
  ArchiveFile archive{
      path, UniqueFd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)), {}, 0};
  struct stat info {};
  if (!archive.file || ::fstat(archive.file.get(), &info) != 0) {
    return errno_error("cannot open " + path);
  }
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::kInvalid, path + ": not a regular file");
  if (info.st_size == 0) return fail(ErrorCode::kInvalid, path + ": empty");
  archive.bytes = static_cast<std::uint64_t>(info.st_size);
  auto digest = digest_of_open_file(archive.file.get());
  if (!digest) return fail(path, digest.error());
  archive.digest = *digest;
  return archive;
}

Result<CataloguedReply> upload(Client& client, const PutArtefact& put, const ArchiveFile& archive,
                               std::uint64_t silent_ms, const OnUploaded& on_uploaded) {
  PutState last;  // as it was when something moved
  std::uint64_t until = client.now_ms() + silent_ms;
  const auto moved = [&](const PutState& state) {
    if (state == last) return;
    last = state;
    until = client.now_ms() + silent_ms;
  };
  while (true) {
    const std::uint64_t now = client.now_ms();
    auto reply = client.question(put, until - std::min(until, now));
    if (!reply) return tl::unexpected(reply.error());
    if (const auto* done = std::get_if<CataloguedReply>(&*reply)) return *done;
    const auto* state = std::get_if<PutState>(&*reply);
    if (state == nullptr) return fail(ErrorCode::kInternal, "the answer to another question");
    if (client.stopped() || client.now_ms() >= until) {
      return fail(ErrorCode::kTimeout, "the upload is not complete");
    }
    if (state->checked < state->wanted) {  // it reads what an earlier upload left
      moved(*state);
      client.pause(kCheckingMs);
      continue;
    }
    moved(*state);
    on_uploaded(state->wanted, put.bytes);
    Stretch stretch(client, archive, state->wanted, on_uploaded);
    if (auto run = stretch.run(); !run) return tl::unexpected(run.error());
    moved({put.digest, stretch.had(), stretch.had()});
  }
}

}  // namespace groupctl
