#include "coordinator/requests.h"

#include <algorithm>

#include "log/little_endian.h"
#include "log/planted_bug.h"

namespace groupctl {
namespace {

RowKey dropped_key() { return {Table::kMeta, "requests_dropped_until"}; }

}  // namespace

Status Requests::load(const Store& store) {
  Status bad;
  auto read = store.for_each(Table::kRequests, "", [&](std::string_view key, ByteView value) {
    auto client = client_in_key(key);
    auto row = decode_request_row(value);
    if (client && row) return keep(*client, *row);
    bad = tl::unexpected<Error>(client ? row.error() : client.error());
  });
  if (!read) return read;
  if (!bad) return bad;
  auto dropped = store.get(dropped_key());
  if (!dropped) return tl::unexpected<Error>(dropped.error());
  if (*dropped) dropped_until_ = GroupTime(read_u64(**dropped));
  return {};
}

void Requests::keep(const ClientId& client, const RequestRow& row) {
  auto old = durable_.find(client);
  if (old != durable_.end()) {
    auto used = by_use_.find(old->second.used);
    used->second.erase(client);
    if (used->second.empty()) by_use_.erase(used);
  }
  durable_[client] = row;
  by_use_[row.used].insert(client);
}

const RequestRow* Requests::find(const ClientId& client) const {
  for (auto batch = gathered_.rbegin(); batch != gathered_.rend(); ++batch) {
    auto found = batch->second.find(client);
    if (found != batch->second.end()) return &found->second;
  }
  auto found = durable_.find(client);
  return found == durable_.end() ? nullptr : &found->second;
}

RequestVerdict Requests::judge(const RequestId& request, const Hash& content) const {
  using Kind = RequestVerdict::Kind;
  const RequestRow* row = find(request.client);
  if (row == nullptr) {
    const bool too_old = !request.client.keyed() && request.client.drawn_at() < dropped_until_;
    return {too_old ? Kind::kTooOldToKnow : Kind::kNew, {}, {}, {}};
  }
  if (request.number > row->highest_number) return {Kind::kNew, {}, {}, {}};
  if (request.number == row->highest_number) {
    const bool same = content == row->highest_content;
    return {same ? Kind::kKnown : Kind::kOtherContent, row->highest_sequence, {}, {}};
  }
  if (planted(PlantedBug::kLowerRequestSequencedAgain)) return {Kind::kNew, {}, {}, {}};
  if (request.number < row->first_number) return {Kind::kTooOldToKnow, {}, {}, {}};
  return {Kind::kLookUp, {}, row->first_sequence, row->highest_sequence};
}

void Requests::sequenced(BatchNumber batch, const RequestId& first, std::uint64_t count,
                         Sequence sequence, const Hash& content, GroupTime now, RowChanges& rows) {
  const RequestRow* known = find(first.client);
  RequestRow row = known != nullptr ? *known : RequestRow{first.number, sequence, 0, {}, {}, {}};
  row.highest_number = first.number + count - 1;
  row.highest_sequence = Sequence(sequence.value + count - 1);
  row.highest_content = content;
  row.used = now;
  rows[request_key(first.client)] = encode(row);
  gathered_[batch][first.client] = row;
}

void Requests::committed(BatchNumber batch) {
  auto found = gathered_.find(batch);
  if (found == gathered_.end()) return;
  for (const auto& [client, row] : found->second) keep(client, row);
  gathered_.erase(found);
}

void Requests::rolled_back(BatchNumber from) {
  gathered_.erase(gathered_.lower_bound(from), gathered_.end());
}

void Requests::prune(GroupTime now, RowChanges& rows) {
  bool dropped = false;
  while (durable_.size() > retention_.rows) {
    auto oldest = by_use_.begin();
    const bool young = now.value - oldest->first.value < retention_.age_ms;
    if (young && durable_.size() <= retention_.most) break;
    const ClientId client = *oldest->second.begin();
    if (std::any_of(gathered_.begin(), gathered_.end(),
                    [&](const auto& batch) { return batch.second.contains(client); })) {
      break;
    }
    dropped_until_ = std::max(dropped_until_, oldest->first.next());
    rows[request_key(client)] = std::nullopt;
    durable_.erase(client);
    oldest->second.erase(client);
    if (oldest->second.empty()) by_use_.erase(oldest);
    dropped = true;
  }
  if (dropped) rows[dropped_key()] = u64_bytes(dropped_until_.value);
}

}  // namespace groupctl
