#include "daemon/heap.h"

#include <malloc.h>

namespace groupctl {
namespace {

/// Of each of the C library's arenas.
constexpr int kKeptBytes = 4 << 20;
/// How much more than is wanted a heap grows by.
constexpr int kGrowthBytes = 1 << 20;
/// What is as large comes from the system and goes back there: more than any message.
constexpr int kMappedBytes = 1 << 20;

}  // namespace

void keep_freed_memory() {
  // Another allocator may take none of these, and then nothing is lost but time.
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_TOP_PAD, kGrowthBytes);
  mallopt(M_MMAP_THRESHOLD, kMappedBytes);
}

}  // namespace groupctl
