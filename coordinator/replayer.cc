#include "coordinator/replayer.h"

#include <algorithm>
#include <limits>

#include "coordinator/rows.h"

namespace groupctl {
namespace {

constexpr std::size_t kPageBytes = kMaxFrameBytes;  // a page: one full frame, or many small ones
constexpr std::size_t kPeersRemembered = 1024;
constexpr std::size_t kLookUpBytes = 1 << 20;
constexpr std::uint64_t kFirstWindow = 1024;    // entries
constexpr std::uint64_t kFloorBytes = 8 << 20;  // of frames that go with one batch

}  // namespace

Replayer::Replayer(const Store& store, Options options)
    : store_(store), options_(std::move(options)), made_for_(kPeersRemembered) {}

ReadDone Replayer::answer(LocalTime now, const ReadRequest& request) {
  if (const auto* read = std::get_if<ReplayRead>(&request)) return replay(*read);
  if (const auto* read = std::get_if<ImageRead>(&request)) return chunk(now, *read);
  if (const auto* read = std::get_if<RequestRead>(&request)) return find_request(*read);
  if (const auto* read = std::get_if<FloorRead>(&request)) return floor(now, *read);
  return log_rows(std::get<LogRead>(request));
}

// ---- replay: each page is a read transaction of its own

MemberRead Replayer::replay(const ReplayRead& read) {
  MemberRead done{read.peer, {}, read.session};
  Sequence from = read.from;
  for (std::uint32_t page = 0; page < read.pages; ++page) {
    auto head = store_.head();
    auto frames = head ? store_.read_frames(from, kPageBytes)
                       : Result<std::vector<FramePtr>>(tl::unexpected<Error>(head.error()));
    if (!frames && frames.error().code == ErrorCode::kCompacted) {
      done.replies.push_back(Resynchronise{frames.error().text});
      return done;
    }
    if (!frames) {
      done.replies.push_back(Refused{frames.error().code, frames.error().text});
      return done;
    }
    ReplayPage answer{read.from, head->last, *std::move(frames), false};
    if (!answer.frames.empty()) from = answer.frames.back()->header().last.next();
    answer.last = page + 1 == read.pages || from > head->last;
    done.replies.push_back(answer);
    if (answer.last) return done;
  }
  return done;
}

// ---- snapshot images

MemberRead Replayer::chunk(LocalTime now, const ImageRead& read) {
  MemberRead done{read.peer, {}, read.session, true};
  auto image = image_for(now, read);
  if (!image && image.error().code == ErrorCode::kBusy) return done;
  if (!image) {
    done.replies.push_back(Refused{image.error().code, image.error().text});
    return done;
  }
  const Bytes& bytes = (*image)->bytes;
  const std::size_t offset = std::min<std::size_t>(read.offset, bytes.size());
  const std::size_t length = std::min(options_.chunk_bytes, bytes.size() - offset);
  SnapshotChunk chunk;
  chunk.image = (*image)->name;
  chunk.total = bytes.size();
  chunk.offset = offset;
  chunk.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                     bytes.begin() + static_cast<std::ptrdiff_t>(offset + length));
  done.replies.push_back(std::move(chunk));
  return done;
}

/// The image of that name; for S = 0, or one that is gone, the newest young enough to be shared,
/// made if there is none. The chunk says which it is of. kBusy: enough were made for this member.
Result<const Replayer::Image*> Replayer::image_for(LocalTime now, const ImageRead& read) {
  const ImageName& wanted = read.image;
  auto head = store_.head();
  if (!head) return tl::unexpected<Error>(head.error());
  std::erase_if(images_, [&](const Image& image) {
    return now.value - image.used.value > options_.share_image_ms ||
           image.name.at.next() < std::max(head->floor, rising_to_);
  });
  for (Image& image : images_) {
    if (wanted.at && image.name == wanted) {
      image.used = now;
      return &image;
    }
  }
  // At the head none newer can be made: a second one would only differ in its group time.
  if (!images_.empty() && images_.back().name.at >= read.at_least &&
      (now.value - images_.back().made.value <= options_.share_image_ms ||
       images_.back().name.at == head->last)) {
    images_.back().used = now;
    return &images_.back();
  }
  if (!made_for_.use(peer_id(read.peer)).take(now, options_.images_of_a_peer, 1)) {
    return fail(ErrorCode::kBusy, "an image was made for this member just now");
  }
  return make_image(now);
}

Result<const Replayer::Image*> Replayer::make_image(LocalTime now) {
  SnapshotRows rows;
  auto head = store_.read_state([&](std::string_view key, ByteView value) {
    rows.emplace_back(std::string(key), copy_bytes(value));
  });
  if (!head) return tl::unexpected<Error>(head.error());
  auto kinds_row = store_.get(state_kinds_key());
  if (!kinds_row) return tl::unexpected<Error>(kinds_row.error());
  std::vector<KindId> kinds;
  if (*kinds_row) {
    auto read = decode_state_kinds(**kinds_row);
    if (!read) return tl::unexpected<Error>(read.error());
    kinds = *std::move(read);
  }
  SnapshotHeader header;
  header.log_id = head->log_id;
  header.group = options_.group;
  header.epoch = head->epoch;
  header.at = head->last;
  header.chain = head->chain;
  header.state_digest = head->state_digest;
  header.group_time = head->group_time;
  header.tag = make_tag(options_.secret, head->log_id, head->epoch, head->last, head->chain);
  header.state_kinds = std::move(kinds);
  if (images_.size() >= options_.max_images) {
    images_.erase(std::min_element(
        images_.begin(), images_.end(),
        [](const Image& one, const Image& other) { return one.used < other.used; }));
  }
  Bytes bytes = encode_image(header, rows);
  const ImageName name = image_name(header, bytes);
  images_.push_back({name, now, now, std::move(bytes)});
  return &images_.back();
}

// ---- looking into the log

namespace {

/// Calls `visit` with the stored bytes of each entry from..to until it returns false.
template <class Visit>
Status walk(const Store& store, Sequence from, Sequence to, Visit&& visit) {
  while (from <= to) {
    auto frames = store.read_frames(from, kLookUpBytes);
    if (!frames) return tl::unexpected<Error>(frames.error());
    if (frames->empty()) return {};
    for (const FramePtr& frame : *frames) {
      const std::uint64_t first = frame->header().first.value;
      for (std::size_t i = 0; i < frame->size(); ++i) {
        const Sequence at(first + i);
        if (at < from) continue;
        if (at > to || !visit(frame->entry_bytes(i))) return {};
      }
      from = frame->header().last.next();
    }
  }
  return {};
}

}  // namespace

/// A client's numbers rise with its sequences, and what is retried is mostly young: looks at the
/// newest entries first, in windows that double, until it meets the request or a lower one.
RequestReadDone Replayer::find_request(const RequestRead& read) {
  auto last = sequence_of(read);
  if (!last) return {read.token, tl::unexpected<Error>(last.error())};
  if (last->value < read.count) {
    return {read.token, fail(ErrorCode::kNotFound, "no such requests in the log")};
  }
  std::vector<Entry> entries;
  Status bad;
  Status walked = walk(store_, Sequence(last->value - read.count + 1), *last, [&](ByteView bytes) {
    auto entry = decode_entry(bytes);
    if (!entry) bad = tl::unexpected<Error>(entry.error());
    if (entry) entries.push_back(*std::move(entry));
    return bad.has_value();
  });
  if (!walked) return {read.token, tl::unexpected<Error>(walked.error())};
  if (!bad) return {read.token, tl::unexpected<Error>(bad.error())};
  return {read.token, std::move(entries)};
}

/// Looked for from the end: a client's numbers rise with the sequences.
Result<Sequence> Replayer::sequence_of(const RequestRead& read) {
  auto head = store_.head();
  if (!head) return tl::unexpected<Error>(head.error());
  const Sequence from = std::max(read.from, head->floor);
  Result<Sequence> found = fail(ErrorCode::kNotFound, "no such request in the log");
  bool decided = false;
  auto look = [&](ByteView bytes) {
    auto entry = decode_entry(bytes);
    if (!entry) {
      found = tl::unexpected<Error>(entry.error());
      decided = true;
    } else if (entry->request.client == read.request.client) {
      if (entry->request.number <= read.request.number) decided = true;
      if (entry->request.number == read.request.number) found = entry->sequence;
    }
    return !found.has_value() && found.error().code == ErrorCode::kNotFound;
  };
  Sequence to = read.to;
  for (std::uint64_t window = kFirstWindow; from <= to && !decided; window *= 2) {
    const Sequence low = to.value - from.value < window ? from : Sequence(to.value - window + 1);
    if (auto walked = walk(store_, low, to, look); !walked) {
      return tl::unexpected<Error>(walked.error());
    }
    to = low.previous();
  }
  if (!decided && from > read.from) {
    return fail(ErrorCode::kCompacted, "the log starts at " + std::to_string(from.value));
  }
  return found;
}

LogReadDone Replayer::log_rows(const LogRead& read) {
  std::vector<Bytes> entries;
  const Sequence to(read.from.value + read.limit - 1);
  std::size_t size = 0;  // one answer holds less than this in any case
  Status walked = walk(store_, read.from, to, [&](ByteView bytes) {
    entries.push_back(copy_bytes(bytes));
    size += bytes.size();
    return size < kLookUpBytes;
  });
  if (!walked) return {read.token, tl::unexpected<Error>(walked.error())};
  return {read.token, std::move(entries)};
}

// ---- the floor

FloorReadDone Replayer::floor(LocalTime now, const FloorRead& read) {
  auto head = store_.head();
  if (!head) return {tl::unexpected<Error>(head.error())};
  Sequence image(std::numeric_limits<std::uint64_t>::max());
  for (const Image& one : images_) {
    if (now.value - one.used.value <= options_.hold_image_ms) image = std::min(image, one.name.at);
  }
  RetentionWalk walk(read.rule, head->floor, image);
  bool goes = true;
  while (goes && walk.floor() <= head->last && walk.bytes() < kFloorBytes) {
    auto frames = store_.read_frames(walk.floor(), kPageBytes);
    if (!frames) return {tl::unexpected<Error>(frames.error())};
    if (frames->empty()) break;
    for (std::size_t i = 0; i < frames->size() && goes; ++i) goes = walk.add(*(*frames)[i]);
  }
  rising_to_ = std::max(rising_to_, walk.floor());
  return {FloorRise{walk.floor(), walk.bytes(), goes && walk.bytes() >= kFloorBytes}};
}

}  // namespace groupctl
