#include "coordinator/recovery.h"

#include <fmt/format.h>

#include <algorithm>

namespace groupctl {
namespace {

constexpr std::size_t kRangesKept = 256;

RowKey furthest_key() { return {Table::kMeta, "lost_proof"}; }
RowKey ranges_key() { return {Table::kMeta, "lost_ranges"}; }

/// The history goes on behind what was lost, and says so.
Hash chain_after_loss(const Hash& chain, Sequence last, Epoch epoch) {
  return chain_next(chain,
                    as_bytes(fmt::format("lost up to {} of epoch {}", last.value, epoch.value)));
}

}  // namespace

Status Recovery::load(const Store& store) {
  auto furthest = store.get(furthest_key());
  if (!furthest) return tl::unexpected<Error>(furthest.error());
  auto ranges = store.get(ranges_key());
  if (!ranges) return tl::unexpected<Error>(ranges.error());
  if (*furthest) {
    auto read = decode_lost_ranges(**furthest);
    if (!read) return tl::unexpected<Error>(read.error());
    if (!read->empty()) furthest_ = {read->front().last, read->front().epoch};
  }
  if (*ranges) {
    auto read = decode_lost_ranges(**ranges);
    if (!read) return tl::unexpected<Error>(read.error());
    ranges_ = *std::move(read);
  }
  return {};
}

void Recovery::proved(const std::string& member, const TagClaim& tag, RowChanges& rows) {
  if (proofs_.size() < kMaxProofs || proofs_.contains(member)) {
    LossProof& known = proofs_[member];
    known = {std::max(known.last, tag.last), std::max(known.epoch, tag.epoch)};
  }
  if (tag.last <= furthest_.last && tag.epoch <= furthest_.epoch) return;
  furthest_ = {std::max(furthest_.last, tag.last), std::max(furthest_.epoch, tag.epoch)};
  LostRange row;
  row.last = furthest_.last;
  row.epoch = furthest_.epoch;
  rows[furthest_key()] = encode_lost_ranges({row});
}

LogHead Recovery::give_up(const LogHead& head, GroupTime now, const std::string& issuer,
                          const std::string& message, RowChanges& rows) const {
  LogHead after = head;
  after.last = through(head);
  after.floor = after.last.next();
  after.epoch = std::max(head.epoch, furthest_.epoch);
  after.group_time = std::max(head.group_time, now);
  after.chain = chain_after_loss(head.chain, after.last, after.epoch);
  auto ranges = ranges_;
  // The next start counts the epoch up: what is sequenced from then on is of that one at least.
  ranges.push_back({head.last.next(), after.last, after.epoch.next(), now, issuer, message});
  if (ranges.size() > kRangesKept) ranges.erase(ranges.begin());
  rows[ranges_key()] = encode_lost_ranges(ranges);
  rows[furthest_key()] = std::nullopt;
  rows[read_only_key()] = std::nullopt;
  return after;
}

const LostRange* Recovery::given_up_to(Sequence last) const {
  return ranges_.empty() || ranges_.back().last != last ? nullptr : &ranges_.back();
}

bool Recovery::follows_lost(Epoch frame_epoch) const {
  return !ranges_.empty() && frame_epoch < ranges_.back().epoch;
}

std::optional<std::string> Recovery::other_history(Epoch frame_epoch, Sequence received) const {
  if (!follows_lost(frame_epoch) || received <= ranges_.back().last) return std::nullopt;
  return fmt::format("it has sequence {} of epoch {}; what was lost is given up to {} only",
                     received.value, frame_epoch.value, ranges_.back().last.value);
}

bool Recovery::forgiven(const TagClaim& tag, const LogHead& head) const {
  return follows_lost(tag.epoch) && tag.last <= head.last;
}

std::optional<Error> Recovery::lost_at(Sequence sequence) const {
  for (const LostRange& range : ranges_) {
    if (sequence < range.first || sequence > range.last) continue;
    return Error{ErrorCode::kNotFound,
                 fmt::format("sequence {} was lost: {} to {} were given up by {}{}", sequence.value,
                             range.first.value, range.last.value, range.issuer,
                             range.message.empty() ? "" : " (" + range.message + ")")};
  }
  return std::nullopt;
}

}  // namespace groupctl
