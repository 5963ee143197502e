#include "log/head_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "log/little_endian.h"

namespace groupctl {
namespace {

constexpr std::size_t kSlotBytes = 128;
constexpr std::size_t kChecksumAt = kSlotBytes - sizeof(Checksum::bytes);
constexpr std::uint8_t kNoTable = 0;  // no Table has the number 0
constexpr std::array<std::uint8_t, 8> kMagic = {'g', 'r', 'p', 'h', 'e', 'a', 'd', '1'};
using Slot = std::array<std::uint8_t, kSlotBytes>;

Checksum slot_checksum(const Slot& slot) {
  return row_checksum(kNoTable, "HEAD", ByteView(slot).first(kChecksumAt));
}

bool verifies(const Slot& slot) {
  Checksum expected = slot_checksum(slot);
  return std::memcmp(slot.data(), kMagic.data(), kMagic.size()) == 0 &&
         std::memcmp(slot.data() + kChecksumAt, expected.bytes.data(), sizeof expected.bytes) == 0;
}

Slot to_slot(const LogHead& head) {
  Slot slot{};
  std::copy(kMagic.begin(), kMagic.end(), slot.begin());
  put_le(slot.data() + 8, head.batch.value);
  std::copy(head.log_id.bytes.begin(), head.log_id.bytes.end(), slot.begin() + 16);
  put_le(slot.data() + 32, head.epoch.value);
  put_le(slot.data() + 40, head.last.value);
  std::copy(head.chain.bytes.begin(), head.chain.bytes.end(), slot.begin() + 48);
  Checksum checksum = slot_checksum(slot);
  std::copy(checksum.bytes.begin(), checksum.bytes.end(), slot.begin() + kChecksumAt);
  return slot;
}

std::string last_system_error() { return std::strerror(errno); }

}  // namespace

Result<HeadFile> HeadFile::create(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return fail(ErrorCode::kIo, path.string() + ": " + last_system_error());
  HeadFile file(std::move(fd), path);
  if (::ftruncate(file.fd_.get(), 2 * kSlotBytes) != 0) {
    return fail(ErrorCode::kIo, path.string() + ": " + last_system_error());
  }
  if (Status written = file.write(empty_head()); !written) {
    return tl::unexpected<Error>(written.error());
  }
  if (Status synced = file.sync(); !synced) return tl::unexpected<Error>(synced.error());
  return file;
}

Result<HeadFile> HeadFile::open(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) {
    ErrorCode code = errno == ENOENT ? ErrorCode::kCorrupt : ErrorCode::kIo;
    return fail(code, path.string() + ": " + last_system_error());
  }
  HeadFile file(std::move(fd), path);
  if (Status read = file.read(); !read) return tl::unexpected<Error>(read.error());
  return file;
}

HeadFile::~HeadFile() {
  // Nobody is left to tell of a failure, and being behind is normal.
  if (fd_ && unsynced_) (void)sync();
}

Status HeadFile::read() {
  bool found = false;
  for (off_t at : {off_t{0}, static_cast<off_t>(kSlotBytes)}) {
    Slot slot{};
    if (::pread(fd_.get(), slot.data(), slot.size(), at) != static_cast<ssize_t>(slot.size()))
      continue;
    if (!verifies(slot)) continue;
    BatchNumber batch(get_le<std::uint64_t>(slot.data() + 8));
    if (found && batch < mark_.batch) continue;
    found = true;
    mark_.batch = batch;
    mark_.log_id.assign(ByteView(slot).subspan(16, 16));
    mark_.epoch = Epoch(get_le<std::uint64_t>(slot.data() + 32));
    mark_.last = Sequence(get_le<std::uint64_t>(slot.data() + 40));
    mark_.chain.assign(ByteView(slot).subspan(48, 32));
  }
  if (!found) return fail(ErrorCode::kCorrupt, path_.string() + ": neither slot verifies");
  return {};
}

Status HeadFile::check(const LogHead& stored) const {
  if (mark_.batch > stored.batch) {
    return fail(ErrorCode::kRollback,
                "the log ends at batch " + std::to_string(stored.batch.value) + ", sequence " +
                    std::to_string(stored.last.value) + ", but HEAD says that batch " +
                    std::to_string(mark_.batch.value) + ", sequence " +
                    std::to_string(mark_.last.value) + " was durable");
  }
  bool same_history =
      mark_.batch < stored.batch || (mark_.log_id == stored.log_id && mark_.epoch == stored.epoch &&
                                     mark_.last == stored.last && mark_.chain == stored.chain);
  if (!same_history) return fail(ErrorCode::kCorrupt, "HEAD and log are of different histories");
  return {};
}

Status HeadFile::write(const LogHead& head) {
  Slot slot = to_slot(head);
  off_t at = head.batch.value % 2 == 0 ? off_t{0} : static_cast<off_t>(kSlotBytes);
  if (::pwrite(fd_.get(), slot.data(), slot.size(), at) != static_cast<ssize_t>(slot.size())) {
    return fail(ErrorCode::kIo, path_.string() + ": " + last_system_error());
  }
  unsynced_ = true;
  if (std::chrono::steady_clock::now() - synced_at_ < std::chrono::seconds(1)) return {};
  return sync();
}

Status HeadFile::sync() {
  if (::fdatasync(fd_.get()) != 0) {
    return fail(ErrorCode::kIo, path_.string() + ": " + last_system_error());
  }
  unsynced_ = false;
  synced_at_ = std::chrono::steady_clock::now();
  return {};
}

}  // namespace groupctl
