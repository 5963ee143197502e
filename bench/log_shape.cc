#include "bench/log_shape.h"

#include "log/lmdb_store.h"

namespace groupctl::bench {
namespace {

constexpr std::size_t kReadBytes = 8 << 20;
constexpr LmdbOptions kOptions{std::size_t{4} << 30};

}  // namespace

Result<LogShape> read_log_shape(const std::string& log_dir) {
  auto store = LmdbStore::open(log_dir, kOptions);
  if (!store) return tl::unexpected<Error>(store.error());
  LogShape shape;
  for (Sequence from(1);;) {
    auto frames = (*store)->read_frames(from, kReadBytes);
    if (!frames) return tl::unexpected<Error>(frames.error());
    if (frames->empty()) break;
    from = frames->back()->header().last.next();
    for (const FramePtr& frame : *frames) {
      shape.entries += static_cast<double>(frame->size());
      shape.frames += 1;
      shape.bytes += static_cast<double>(frame->bytes().size());
    }
  }
  if (shape.frames > 0) return shape;
  return fail(ErrorCode::kNotFound, log_dir + " is empty");
}

}  // namespace groupctl::bench
