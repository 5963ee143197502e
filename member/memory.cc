#include "member/memory.h"

#include <charconv>
#include <set>

namespace groupctl {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;

/// Reads all rows below `prefix`; `take` gets the key without it.
template <class Take>
Status read_rows(const Store& store, std::string_view prefix, Take take) {
  Status bad;
  Status read = store.for_each(Table::kMember, prefix, [&](std::string_view key, ByteView value) {
    if (bad) bad = take(key.substr(prefix.size()), value);
  });
  if (!read) return read;
  return bad;
}

/// One row, decoded; nothing when there is none.
template <class Value>
Status read_row(const Store& store, const RowKey& key, Result<Value> (*decode)(ByteView),
                Value& into) {
  auto row = store.get(key);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return {};
  auto value = decode(**row);
  if (!value) return tl::unexpected(value.error());
  into = std::move(*value);
  return {};
}

Status read_state(const Store& store, MemberMemory& memory) {
  auto head = store.read_state(
      [&](std::string_view key, ByteView value) { memory.state.load_row(key, value); });
  if (!head) return tl::unexpected(head.error());
  memory.head = *head;
  if (memory.head.state_digest != memory.state.digest()) {
    return fail(ErrorCode::kCorrupt, "the stored state does not have the digest stored with it");
  }
  return {};
}

Status read_open(const Store& store, MemberMemory& memory) {
  std::set<Sequence> marked;
  Status read = read_rows(store, "open/", [&](std::string_view key, ByteView value) -> Status {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    if (error != std::errc() || end != key.data() + key.size()) {
      return fail(ErrorCode::kCorrupt, "an open entry's row has no number");
    }
    if (value.size() == 1) {
      marked.insert(Sequence(number));
      return {};
    }
    auto entry = decode_entry(value);
    if (!entry) return fail("reading an open entry", entry.error());
    memory.open.push_back(std::move(*entry));
    return {};
  });
  if (!read) return read;
  while (!marked.empty()) {
    auto frames = store.read_frames(*marked.begin(), kReadBytes);
    if (!frames) return tl::unexpected(frames.error());
    const std::size_t before = marked.size();
    for (const FramePtr& frame : *frames) {
      for (std::size_t i = 0; i < frame->size() && !marked.empty(); ++i) {
        if (Sequence(frame->header().first.value + i) != *marked.begin()) continue;
        auto entry = decode_entry(frame->entry_bytes(i));
        if (!entry) return fail("reading an open entry", entry.error());
        memory.open.push_back(std::move(*entry));
        marked.erase(marked.begin());
      }
    }
    if (marked.size() == before) {
      return fail(ErrorCode::kCorrupt, "an open entry is in no stored frame");
    }
  }
  return {};
}

Status read_started(const Store& store, MemberMemory& memory) {
  return read_rows(store, "intent/", [&](std::string_view, ByteView value) -> Status {
    auto entry = decode_entry(value);
    if (!entry) return fail("reading a started entry", entry.error());
    memory.started.push_back(std::move(*entry));
    return {};
  });
}

Status read_outcomes(const Store& store, MemberMemory& memory) {
  return read_rows(store, "outcome/", [&](std::string_view, ByteView value) -> Status {
    auto report = decode_outcome_row(value);
    if (!report) return tl::unexpected(report.error());
    memory.outcomes.push_back(std::move(*report));
    return {};
  });
}

/// Rows "PREFIX/NAME" into a map by name.
template <class Map>
Status read_map(const Store& store, std::string_view prefix,
                Result<typename Map::mapped_type> (*decode)(ByteView), Map& into) {
  return read_rows(store, prefix, [&](std::string_view key, ByteView value) -> Status {
    auto decoded = decode(value);
    if (!decoded) return tl::unexpected(decoded.error());
    into.emplace(key, std::move(*decoded));
    return {};
  });
}

Status read_deviations(const Store& store, MemberMemory& memory) {
  Status read = read_map(store, "actual/", &decode_actual_row, memory.actual.artefacts);
  if (read) read = read_map(store, "failure/", &decode_failure_row, memory.actual.failures);
  if (read) read = read_map(store, "drift/", &decode_drift_row, memory.actual.drifts);
  if (read) read = read_map(store, "run/", &decode_run_state_row, memory.actual.runs);
  if (!read) return read;
  read = read_rows(store, "source/", [&](std::string_view key, ByteView value) -> Status {
    memory.actual.sources.emplace(key, as_text(value));
    return {};
  });
  if (!read) return read;
  read = read_rows(store, "begun/", [&](std::string_view key, ByteView) -> Status {
    memory.begun.emplace(key);
    return {};
  });
  if (read) read = read_map(store, "intended/", &decode_intended_row, memory.intended);
  return read;
}

}  // namespace

Result<MemberMemory> read_memory(const Store& store, const std::string& group) {
  MemberMemory memory;
  Status read = read_state(store, memory);
  if (read) read = read_row(store, binding_row(), &decode_binding, memory.binding);
  if (read) read = read_row(store, marks_row(), &decode_marks, memory.marks);
  if (read) read = read_row(store, tag_row(), &decode_tag, memory.tag);
  if (read) read = read_row(store, shared_tail_row(), &decode_shared_tail, memory.shared_tail);
  if (!read) return tl::unexpected(read.error());
  if (!memory.binding.group.empty() && memory.binding.group != group) {
    return fail(ErrorCode::kWrongGroup,
                "this state directory belongs to group " + memory.binding.group + ", not " + group);
  }
  if (read) read = read_open(store, memory);
  if (read) read = read_started(store, memory);
  if (read) read = read_outcomes(store, memory);
  if (read) read = read_deviations(store, memory);
  if (!read) return tl::unexpected(read.error());
  return memory;
}

}  // namespace groupctl
