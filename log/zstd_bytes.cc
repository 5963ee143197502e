#include "log/zstd_bytes.h"

#include <zstd.h>

#include <memory>

namespace groupctl {
namespace {

template <class Context>
Context* made(Context* context) {
  GROUPCTL_INVARIANT(context != nullptr, "no memory for zstd");
  return context;
}

// One of each a thread: to make one costs more than to pack a frame of 64 KiB with it.
ZSTD_CCtx* packer() {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(
      made(ZSTD_createCCtx()), ZSTD_freeCCtx);
  return context.get();
}

ZSTD_DCtx* unpacker() {
  thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(
      made(ZSTD_createDCtx()), ZSTD_freeDCtx);
  return context.get();
}

}  // namespace

Bytes zstd_packed(ByteView plain, int level) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compressCCtx(packer(), packed.data(), packed.size(), plain.data(), plain.size(), level);
  GROUPCTL_INVARIANT(ZSTD_isError(size) == 0, "zstd could not pack");
  packed.resize(size);
  return packed;
}

Result<Bytes> zstd_unpacked(ByteView packed, std::size_t max_bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    return fail(ErrorCode::kCorrupt, "not a zstd frame with its size");
  }
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size()) {
    return fail(ErrorCode::kCorrupt, "not one zstd frame");
  }
  if (size > max_bytes) return fail(ErrorCode::kInvalid, "unpacks to more than allowed");
  Bytes plain(size);
  const std::size_t got =
      ZSTD_decompressDCtx(unpacker(), plain.data(), plain.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != plain.size()) {
    return fail(ErrorCode::kCorrupt, "does not unpack");
  }
  return plain;
}

}  // namespace groupctl
