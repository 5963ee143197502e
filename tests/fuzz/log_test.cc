// What is in the log: entries, frames, and runs of frames as a member follows them.
#include <gtest/gtest.h>

#include <cstring>

#include "log/little_endian.h"
#include "member/follower.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/seal.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

Entry full_entry() {
  Entry entry;
  entry.sequence = Sequence(7);
  entry.epoch = Epoch(3);
  entry.issued = GroupTime(1'700'000'000'000);
  entry.ttl_ms = 60'000;
  entry.kind = KindId(0x8f3a6d5c2b1e4101);
  entry.entry_class = EntryClass::kNeverLate;
  entry.keys = {"artefact/shop", "property/log.level"};
  entry.target = Target::of({{{"role", SelectorTerm::Test::kAmong, {"web", "api"}},
                              {"drained", SelectorTerm::Test::kHasNot, {}}},
                             {{"name", SelectorTerm::Test::kGlob, {"web-0*"}}}});
  entry.issuer_key.bytes.fill(9);
  entry.issuer_name = "ana@bastion";
  entry.request = {{0x123456789abcdef0, 42}, 17};
  entry.message = "why not";
  entry.payload = Bytes(40, 5);
  return entry;
}

TEST(LogBytes, F33_F34_Entries) {
  FuzzTarget target;
  target.seeds = {encode_entry(Entry{}), encode_entry(full_entry())};
  for (const FramePtr& frame : a_group().frames()) {
    for (std::size_t i = 0; i < frame->size(); ++i) {
      target.seeds.push_back(copy_bytes(frame->entry_bytes(i)));
    }
  }
  target.decode = [](ByteView bytes) {
    return round_trip(bytes, decode_entry, encode_entry, kMaxFrameBytes / 2);
  };
  fuzz(target);
}

Bytes bytes_of(const FramePtr& frame) { return copy_bytes(frame->bytes()); }

FramePtr packed_frame() {
  constexpr std::uint64_t kEntries = 20;
  FrameBuilder builder;
  for (std::uint64_t i = 0; i < kEntries; ++i) builder.add(encode_entry(full_entry()));
  FrameHeader header;
  header.first = Sequence(1);
  header.last = Sequence(kEntries);
  return builder.seal(header);
}

bool same_entries(const Frame& one, const Frame& other) {
  if (one.size() != other.size()) return false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const ByteView bytes = one.entry_bytes(i);
    const ByteView others = other.entry_bytes(i);
    if (!std::equal(bytes.begin(), bytes.end(), others.begin(), others.end())) return false;
  }
  return true;
}

/// A frame made of the same entries and header has the same bytes, or the same entries where a body
/// is packed: there is more than one way.
Verdict parse_and_seal(ByteView bytes) {
  const auto frame = Frame::parse(copy_bytes(bytes));
  if (!frame) return refused();
  FrameBuilder builder;
  for (std::size_t i = 0; i < (*frame)->size(); ++i) {
    const ByteView entry = (*frame)->entry_bytes(i);
    if (!builder.room().fits(entry.size())) return broken("its entries do not fit a frame");
    static_cast<void>(decode_entry(entry));
    builder.add(entry);
  }
  const FramePtr again = builder.seal((*frame)->header());
  const ByteView same = again->bytes();
  const bool packed = bytes[kFramePackingAt] != 0 || same[kFramePackingAt] != 0;
  if (!packed && !std::equal(same.begin(), same.end(), bytes.begin(), bytes.end())) {
    return broken("sealed again it has other bytes");
  }
  const auto read = Frame::parse(copy_bytes(same));
  if (!read || !same_entries(**read, **frame)) return broken("sealed again it has other entries");
  return accepted();
}

TEST(LogBytes, F33_Frames) {
  FuzzTarget target;
  for (const FramePtr& frame : a_group().frames()) target.seeds.push_back(bytes_of(frame));
  target.seeds.push_back(bytes_of(packed_frame()));
  target.decode = parse_and_seal;
  target.repair = [](Bytes& bytes) { seal_frame(bytes); };
  fuzz(target);
}

/// Makes a log of what entries there are, as a coordinator would have: chain and digest follow from
/// them as far as they apply.
class Chained {
 public:
  Chained() : chain_(chain_start(a_group().log_id, "shop")) {}

  void put_right(std::span<std::uint8_t> bytes) {
    seal_frame(bytes);
    const auto frame = Frame::parse(copy_bytes(bytes));
    if (!frame) return;
    put(bytes, kFrameChainBeforeAt, chain_);
    for (std::size_t i = 0; i < (*frame)->size(); ++i) take((*frame)->entry_bytes(i));
    put(bytes, kFrameChainAfterAt, chain_);
    put(bytes, kFrameDigestAt, state_.digest());
    seal_frame(bytes);
  }

 private:
  static void put(std::span<std::uint8_t> bytes, std::size_t at, const Hash& hash) {
    std::memcpy(bytes.data() + at, hash.bytes.data(), hash.bytes.size());
  }

  void take(ByteView bytes) {
    chain_ = chain_next(chain_, bytes);
    const auto entry = decode_entry(bytes);
    const ApplyRow* row = entry ? command_table().find(entry->kind) : nullptr;
    if (row == nullptr) return;
    if (const auto changes = row->apply(*entry, state_)) state_.apply(*changes);
  }

  Hash chain_;
  GroupState state_;
};

void chain_frames(Bytes& input) {
  Chained log;
  for (const ByteView part : parted(input)) {
    const auto at = static_cast<std::size_t>(part.data() - input.data());
    log.put_right(std::span(input).subspan(at, part.size()));
  }
}

/// Follows what is ready to its end. A complaint, or nothing.
std::string follow(Follower& follower) {
  while (follower.ready()) {
    const Hash before = follower.state().digest();
    const FollowPlan plan = follower.plan();
    if (follower.state().digest() != before) return "planning changed the state";
    if (plan.head.last > follower.head().last) {
      follower.committed(plan, Sequence(1));
      if (follower.state().digest() != plan.head.state_digest) return "another state than planned";
    }
    if (plan.held) follower.hold(*plan.held);
    if (plan.trouble) follower.drop_ready();
    if (plan.held || plan.trouble) break;
  }
  return {};
}

TEST(LogBytes, F33_RunsOfFrames) {
  std::vector<Bytes> frames;
  for (const FramePtr& frame : a_group().frames()) frames.push_back(bytes_of(frame));
  FuzzTarget target;
  target.seeds = {joined(frames), joined({frames[0], frames[2], frames[1], frames[0]})};
  target.decode = [](ByteView input) {
    Follower follower(command_table(), "shop", a_member().server_id, empty_head(), {}, 1 << 20);
    follower.bind(a_group().log_id);
    for (const ByteView part : parted(input)) {
      auto frame = Frame::parse(copy_bytes(part));
      if (!frame) continue;
      follower.offer(*frame);
      const std::string complaint = follow(follower);
      if (!complaint.empty()) return broken(complaint);
    }
    for (const MemberRow& row : roster(follower.state())) desired_for(follower.state(), row);
    return follower.head().last ? accepted() : refused();
  };
  target.repair = chain_frames;
  target.fixed_bytes = 1 << 20;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
