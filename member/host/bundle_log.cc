#include "member/host/bundle_log.h"

#include <algorithm>

namespace groupctl {
namespace {

constexpr std::size_t kReadBytes = 1024 * 1024;  // at a time

Sequence first_of(const LogHead& head, Sequence last, std::size_t most) {
  const std::uint64_t wanted = last.value >= most ? last.value - most + 1 : 1;
  return std::max(head.floor, Sequence(wanted));
}

}  // namespace

Result<std::vector<Entry>> log_tail(const Store& store, Sequence last, std::size_t most) {
  const auto head = store.head();
  if (!head) return tl::unexpected<Error>(head.error());
  const Sequence first = first_of(*head, last, most);
  std::vector<Entry> entries;
  for (Sequence from = first; from <= last;) {
    const auto frames = store.read_frames(from, kReadBytes);
    if (!frames) return tl::unexpected<Error>(frames.error());
    if (frames->empty()) break;
    for (const FramePtr& frame : *frames) {
      for (std::size_t i = 0; i < frame->size(); ++i) {
        auto entry = decode_entry(frame->entry_bytes(i));
        if (!entry) return tl::unexpected<Error>(entry.error());
        if (entry->sequence >= first && entry->sequence <= last) {
          entries.push_back(*std::move(entry));
        }
      }
    }
    from = frames->back()->header().last.next();
  }
  return entries;
}

}  // namespace groupctl
