// The bytes of what the coordinator keeps beside state and frames (rows.capnp).
#pragma once

#include <string>
#include <vector>

#include "log/entry.h"
#include "log/outcome.h"
#include "log/result.h"
#include "log/store.h"
#include "wire/admin_messages.h"
#include "wire/member_messages.h"

namespace groupctl {

/// What the ledger keeps of a member, also after it left until nothing counts it any more.
struct AccountRow {
  std::string name;
  Watermarks marks;
  Sequence left_at;  ///< of its LEFT entry; 0: it is in the roster
  bool operator==(const AccountRow&) const = default;
};
/// Who is counted by entries after `roster_change` with this target.
struct TargetSetRow {
  Sequence roster_change;
  Target target;
  std::vector<MemberId> members;  ///< ascending
};
/// What is remembered of a client's requests.
struct RequestRow {
  std::uint64_t first_number = 0;
  Sequence first_sequence;
  std::uint64_t highest_number = 0;
  Sequence highest_sequence;
  Hash highest_content;  ///< over all commands of the submit that the highest ended
  GroupTime used;        ///< when the highest was sequenced
  bool operator==(const RequestRow&) const = default;
};

/// Sequences that were given out, shown to somebody, and are in no log any more.
struct LostRange {
  Sequence first;  ///< beyond `last`: only what stood at `last` is another now
  Sequence last;
  Epoch epoch;  ///< histories of epochs before this one end in what is lost
  GroupTime at;
  std::string issuer;
  std::string message;
  bool operator==(const LostRange&) const = default;
};

RowKey account_key(MemberId id);
RowKey target_set_key(Sequence roster_change, const Target& target);
RowKey exception_key(MemberId id, const OutcomeReport& report);
RowKey request_key(const ClientId& client);
/// The number at the front of a key that account_key() or exception_key() made.
Result<MemberId> member_in_key(std::string_view key);
Result<ClientId> client_in_key(std::string_view key);

Bytes encode(const AccountRow& row);
Bytes encode(const TargetSetRow& row);
Bytes encode(const OutcomeReport& row);
Bytes encode(const RequestRow& row);
Result<AccountRow> decode_account(ByteView bytes);
Result<TargetSetRow> decode_target_set(ByteView bytes);
Result<OutcomeReport> decode_exception(ByteView bytes);
Result<RequestRow> decode_request_row(ByteView bytes);

/// The kinds of class state ever sequenced, in Table::kMeta; written by the core, read for images.
RowKey state_kinds_key();
Bytes encode_state_kinds(const std::vector<KindId>& kinds);
Result<std::vector<KindId>> decode_state_kinds(ByteView bytes);

/// What was predicted of an entry, in Table::kMeta.
inline constexpr std::string_view kPredictedPrefix = "predicted/";
RowKey prediction_key(Sequence sequence);
Result<Sequence> sequence_in_prediction_key(std::string_view key);
Bytes encode_prediction(const std::vector<Predicted>& rows);
Result<std::vector<Predicted>> decode_prediction(ByteView bytes);

/// In Table::kMeta (recovery.h).
Bytes encode_lost_ranges(const std::vector<LostRange>& ranges);
Result<std::vector<LostRange>> decode_lost_ranges(ByteView bytes);

}  // namespace groupctl
