#include "daemon/file_digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <cerrno>

#include "log/unique_fd.h"

namespace groupctl {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

// OpenSSL's digests fail only without memory or without the algorithm: nothing a caller could mend.
Sha256::Sha256() : state_(std::make_unique<State>()) {
  const bool begun =
      state_->context != nullptr && EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1;
  GROUPCTL_INVARIANT(begun, "OpenSSL has SHA-256");
}

Sha256::~Sha256() { EVP_MD_CTX_free(state_->context); }

void Sha256::add(ByteView bytes) {
  const bool added = EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1;
  GROUPCTL_INVARIANT(added, "SHA-256 takes more bytes");
}

ArtefactDigest Sha256::finish() {
  ArtefactDigest digest;
  unsigned int size = 0;
  const bool ended = EVP_DigestFinal_ex(state_->context, digest.bytes.data(), &size) == 1;
  GROUPCTL_INVARIANT(ended && size == digest.bytes.size(), "SHA-256 has 32 bytes");
  return digest;
}

Status read_pieces(int fd, const TakePiece& take) {
  Bytes buffer(kChunkBytes);
  while (true) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("cannot read");
    if (got == 0) return {};
    if (Status taken = take({buffer.data(), static_cast<std::size_t>(got)}); !taken) return taken;
  }
}

Result<ArtefactDigest> digest_of_open_file(int fd, const TakePiece& take) {
  Sha256 sha;
  const Status read = read_pieces(fd, [&](ByteView piece) {
    sha.add(piece);
    return take ? take(piece) : Status{};
  });
  if (!read) return tl::unexpected<Error>(read.error());
  return sha.finish();
}

Result<ArtefactDigest> file_digest(const std::string& path) {
  // O_NONBLOCK: a named pipe is to be refused, not waited for.
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) {
    return errno_error(path);
  }
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::kInvalid, path + ": not a regular file");
  auto digest = digest_of_open_file(file.get());
  if (!digest) return fail(path, digest.error());
  return digest;
}

}  // namespace groupctl
