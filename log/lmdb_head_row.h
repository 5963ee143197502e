// The one row that says where the log ends, and what must be found beside it.
#pragma once

#include <array>

#include "log/store.h"

namespace groupctl {

inline constexpr std::size_t kTables = 5;

/// Count and sum of the checksums of a table's rows. LMDB would not notice that a row is gone or
/// that its key changed; this does, whenever a whole table is read.
struct RowSum {
  std::uint64_t count = 0;
  std::array<std::uint64_t, 2> lanes{};
  bool operator==(const RowSum&) const = default;

  void add(const Checksum& checksum);
  void subtract(const Checksum& checksum);
};

struct HeadRow {
  LogHead head;
  Sequence frames_end;  ///< last sequence of the newest frame stored; 0: no frame is stored
  std::array<RowSum, kTables> sums{};

  RowSum& sum(Table table) { return sums[static_cast<std::size_t>(table) - 1]; }
  const RowSum& sum(Table table) const { return sums[static_cast<std::size_t>(table) - 1]; }
};

Bytes encode(const HeadRow& row);
/// Errors: kCorrupt.
Result<HeadRow> decode_head_row(ByteView bytes);

}  // namespace groupctl
