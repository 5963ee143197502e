#include "daemon/digested_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "daemon/file_io.h"

namespace groupctl {

DigestedFile::DigestedFile(std::string path, UniqueFd file, std::uint64_t size)
    : path_(std::move(path)),
      file_(std::move(file)),
      size_(size),
      hash_(std::make_unique<Sha256>()) {}

Result<DigestedFile> DigestedFile::open(const std::string& path) {
  // O_NONBLOCK: a named pipe is to be refused, not waited for.
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return errno_error("cannot open " + path);
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::kInvalid, path + ": not a regular file");
  return DigestedFile(path, std::move(file), static_cast<std::uint64_t>(info.st_size));
}

Status DigestedFile::check(std::uint64_t most) {
  Bytes piece(kChunkBytes);
  const std::uint64_t end = most < size_ - checked_ ? checked_ + most : size_;
  while (checked_ < end) {
    const std::uint64_t wanted = std::min<std::uint64_t>(piece.size(), end - checked_);
    auto got = read_at(file_.get(), checked_, {piece.data(), wanted}, path_);
    if (!got) return tl::unexpected<Error>(got.error());
    if (*got == 0) return fail(ErrorCode::kIo, path_ + ": shorter than it was");
    hash_->add({piece.data(), *got});
    checked_ += *got;
  }
  return {};
}

Status DigestedFile::append(ByteView bytes) {
  GROUPCTL_INVARIANT(checked_ == size_, "what is there is read first");
  if (auto written = write_at(file_.get(), size_, bytes, path_); !written) {
    // A part of it may be there; what was there before stays.
    if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) return errno_error(path_);
    return written;
  }
  hash_->add(bytes);
  size_ += bytes.size();
  checked_ = size_;
  const bool enough = unsynced_ / kWriteBackBytes != (unsynced_ + bytes.size()) / kWriteBackBytes;
  if (enough) begin_writing_back(file_.get());
  unsynced_ += bytes.size();
  return unsynced_ < kSyncBytes ? Status() : sync();
}

Status DigestedFile::clear() {
  if (::ftruncate(file_.get(), 0) != 0) return errno_error("cannot empty " + path_);
  size_ = checked_ = unsynced_ = 0;
  hash_ = std::make_unique<Sha256>();
  return {};
}

Status DigestedFile::sync() {
  broken_ = ::fdatasync(file_.get()) != 0;
  if (broken_) return errno_error("cannot sync " + path_);
  unsynced_ = 0;
  return {};
}

}  // namespace groupctl
