#include "tests/fuzz/state_rows.h"

#include "commands/state/catalogue.h"
#include "commands/state/rollout.h"
#include "commands/state/rows.h"

namespace groupctl::fuzz {
namespace {

template <class Row>
std::string complaint_about(const Bytes& value, Result<Row> (*decode)(ByteView)) {
  const auto row = decode(value);
  if (!row) return "a row that does not decode: " + row.error().text;
  return encode(*row) == value ? "" : "a row that is not canonical";
}

}  // namespace

std::string complaint_about(const StateChange& change) {
  if (change.key.empty() || change.key.size() > kMaxRowKeyBytes) return "a key of a bad length";
  if (!change.value) return {};
  if (change.value->size() > kMaxRowBytes) return "a row that is too long";
  if (auto row = check_state_row(change.key, *change.value); !row) return row.error().text;
  if (artefact_name(change.key)) return complaint_about(*change.value, decode_artefact_row);
  if (rollout_in(change.key)) return complaint_about(*change.value, decode_rollout_row);
  if (run_name(change.key)) return complaint_about(*change.value, decode_run_row);
  if (property_name(change.key)) return complaint_about(*change.value, decode_property_row);
  if (change.key.starts_with("member/")) return complaint_about(*change.value, decode_member_row);
  if (catalogue_name(change.key)) return complaint_about(*change.value, decode_catalogue_row);
  return {};
}

}  // namespace groupctl::fuzz
