#include "coordinator/rows.h"

#include <charconv>

#include "coordinator/rows.capnp.h"
#include "log/capnp_bytes.h"
#include "log/target_codec.h"

namespace groupctl {
namespace {

/// 16 hexadecimal digits. Not by fmt: four a command and member is what the coordinator spends.
std::string number_text(std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t at = text.size(); at-- > 0; number >>= 4) text[at] = kDigits[number & 15];
  return text;
}

Result<std::uint64_t> read_number(std::string_view digits) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (digits.size() != 16 || error != std::errc{} || end != digits.data() + digits.size()) {
    return fail(ErrorCode::kCorrupt, "row key with a bad number");
  }
  return number;
}

template <class Schema, class Fill>
Bytes build(Fill&& fill) {
  ScratchMessage message;
  fill(message.initRoot<Schema>());
  return to_bytes(message);
}

template <class Schema, class Take>
auto take(std::string_view what, ByteView bytes, Take&& read)
    -> decltype(read(std::declval<typename Schema::Reader>())) {
  return with_capnp(what, [&] {
    CapnpReader reader(bytes);
    return read(reader.template root<Schema>());
  });
}

}  // namespace

RowKey account_key(MemberId id) { return {Table::kLedger, "a" + number_text(id.value)}; }

RowKey target_set_key(Sequence roster_change, const Target& target) {
  const Bytes bytes = build<schema::Target>([&](auto out) { write_target(target, out); });
  return {Table::kLedger,
          "s" + number_text(roster_change.value) + hash_of(bytes).hex().substr(0, 32)};
}

RowKey exception_key(MemberId id, const OutcomeReport& report) {
  const char* kind = report.first == report.last ? "x" : "y";
  return {Table::kLedger, kind + number_text(id.value) + number_text(report.first.value)};
}

RowKey prediction_key(Sequence sequence) {
  return {Table::kMeta, std::string(kPredictedPrefix) + number_text(sequence.value)};
}

Result<Sequence> sequence_in_prediction_key(std::string_view key) {
  auto number = read_number(key.substr(std::min(kPredictedPrefix.size(), key.size())));
  if (!number) return tl::unexpected<Error>(number.error());
  return Sequence(*number);
}

RowKey request_key(const ClientId& client) {
  return {Table::kRequests, number_text(client.high) + number_text(client.low)};
}

Result<MemberId> member_in_key(std::string_view key) {
  auto number = read_number(key.substr(std::min<std::size_t>(1, key.size()), 16));
  if (!number) return tl::unexpected<Error>(number.error());
  return MemberId(*number);
}

Result<ClientId> client_in_key(std::string_view key) {
  auto high = read_number(key.substr(0, 16));
  auto low = read_number(key.substr(std::min<std::size_t>(16, key.size())));
  if (!high || !low) return fail(ErrorCode::kCorrupt, "request row with a bad key");
  return ClientId{*high, *low};
}

Bytes encode(const AccountRow& row) {
  return build<schema::LedgerAccount>([&](auto out) {
    out.setName(text_reader(row.name));
    out.setReceived(row.marks.received.value);
    out.setExecuted(row.marks.executed.value);
    out.setLeftAt(row.left_at.value);
  });
}

Result<AccountRow> decode_account(ByteView bytes) {
  return take<schema::LedgerAccount>("account row", bytes, [](auto in) -> Result<AccountRow> {
    return AccountRow{text_of(in.getName()),
                      {Sequence(in.getReceived()), Sequence(in.getExecuted())},
                      Sequence(in.getLeftAt())};
  });
}

Bytes encode(const TargetSetRow& row) {
  return build<schema::LedgerSet>([&](auto out) {
    out.setRosterChange(row.roster_change.value);
    write_target(row.target, out.initTarget());
    auto members = out.initMembers(static_cast<unsigned>(row.members.size()));
    for (unsigned i = 0; i < row.members.size(); ++i) members.set(i, row.members[i].value);
  });
}

Result<TargetSetRow> decode_target_set(ByteView bytes) {
  return take<schema::LedgerSet>("target set row", bytes, [](auto in) -> Result<TargetSetRow> {
    auto target = read_target(in.getTarget());
    if (!target) return tl::unexpected<Error>(target.error());
    TargetSetRow row{Sequence(in.getRosterChange()), *std::move(target), {}};
    for (auto id : in.getMembers()) row.members.push_back(MemberId(id));
    return row;
  });
}

Bytes encode(const OutcomeReport& row) {
  return build<schema::LedgerException>([&](auto out) {
    out.setFirst(row.first.value);
    out.setLast(row.last.value);
    out.setOutcome(static_cast<std::uint8_t>(row.outcome));
    out.setStep(text_reader(row.step));
    out.setText(text_reader(row.text));
  });
}

Result<OutcomeReport> decode_exception(ByteView bytes) {
  return take<schema::LedgerException>(
      "exception row", bytes, [](auto in) -> Result<OutcomeReport> {
        if (!is_outcome(in.getOutcome()))
          return fail(ErrorCode::kCorrupt, "exception row: bad outcome");
        return OutcomeReport{Sequence(in.getFirst()), Sequence(in.getLast()),
                             static_cast<Outcome>(in.getOutcome()), text_of(in.getStep()),
                             text_of(in.getText())};
      });
}

Bytes encode(const RequestRow& row) {
  return build<schema::RequestRow>([&](auto out) {
    out.setFirstNumber(row.first_number);
    out.setFirstSequence(row.first_sequence.value);
    out.setHighestNumber(row.highest_number);
    out.setHighestSequence(row.highest_sequence.value);
    out.setHighestContent(data_of(row.highest_content.view()));
    out.setLastUsedMs(row.used.value);
  });
}

Result<RequestRow> decode_request_row(ByteView bytes) {
  return take<schema::RequestRow>("request row", bytes, [](auto in) -> Result<RequestRow> {
    RequestRow row{in.getFirstNumber(),
                   Sequence(in.getFirstSequence()),
                   in.getHighestNumber(),
                   Sequence(in.getHighestSequence()),
                   {},
                   GroupTime(in.getLastUsedMs())};
    if (!row.highest_content.assign(view_of(in.getHighestContent()))) {
      return fail(ErrorCode::kCorrupt, "request row: bad content hash");
    }
    return row;
  });
}

RowKey state_kinds_key() { return {Table::kMeta, "state_kinds"}; }

Bytes encode_state_kinds(const std::vector<KindId>& kinds) {
  return build<schema::StateKinds>([&](auto out) {
    auto list = out.initKinds(static_cast<unsigned>(kinds.size()));
    for (unsigned i = 0; i < kinds.size(); ++i) list.set(i, kinds[i].value);
  });
}

Result<std::vector<KindId>> decode_state_kinds(ByteView bytes) {
  return take<schema::StateKinds>("state kinds", bytes, [](auto in) -> Result<std::vector<KindId>> {
    std::vector<KindId> kinds;
    for (auto kind : in.getKinds()) kinds.push_back(KindId(kind));
    return kinds;
  });
}

Bytes encode_lost_ranges(const std::vector<LostRange>& ranges) {
  return build<schema::LostRanges>([&](auto out) {
    auto list = out.initRanges(static_cast<unsigned>(ranges.size()));
    for (unsigned i = 0; i < ranges.size(); ++i) {
      list[i].setFirst(ranges[i].first.value);
      list[i].setLast(ranges[i].last.value);
      list[i].setEpoch(ranges[i].epoch.value);
      list[i].setAtMs(ranges[i].at.value);
      list[i].setIssuer(text_reader(ranges[i].issuer));
      list[i].setMessage(text_reader(ranges[i].message));
    }
  });
}

Result<std::vector<LostRange>> decode_lost_ranges(ByteView bytes) {
  return take<schema::LostRanges>(
      "lost ranges", bytes, [](auto in) -> Result<std::vector<LostRange>> {
        std::vector<LostRange> ranges;
        for (auto one : in.getRanges()) {
          ranges.push_back({Sequence(one.getFirst()), Sequence(one.getLast()),
                            Epoch(one.getEpoch()), GroupTime(one.getAtMs()),
                            text_of(one.getIssuer()), text_of(one.getMessage())});
        }
        return ranges;
      });
}

Bytes encode_prediction(const std::vector<Predicted>& rows) {
  return build<schema::Prediction>([&](auto out) {
    auto list = out.initRows(static_cast<unsigned>(rows.size()));
    for (unsigned i = 0; i < rows.size(); ++i) {
      list[i].setOutcome(static_cast<std::uint8_t>(rows[i].outcome));
      list[i].setStep(text_reader(rows[i].step));
      list[i].setText(text_reader(rows[i].text));
      auto members = list[i].initMembers(static_cast<unsigned>(rows[i].members.size()));
      for (unsigned j = 0; j < members.size(); ++j) members.set(j, rows[i].members[j].value);
    }
  });
}

Result<std::vector<Predicted>> decode_prediction(ByteView bytes) {
  return take<schema::Prediction>("prediction", bytes,
                                  [](auto in) -> Result<std::vector<Predicted>> {
                                    std::vector<Predicted> rows;
                                    for (auto row : in.getRows()) {
                                      if (!is_outcome(row.getOutcome())) {
                                        return fail(ErrorCode::kCorrupt, "prediction: bad outcome");
                                      }
                                      rows.push_back({static_cast<Outcome>(row.getOutcome()),
                                                      text_of(row.getStep()),
                                                      text_of(row.getText()),
                                                      {}});
                                      for (auto id : row.getMembers())
                                        rows.back().members.push_back(MemberId(id));
                                    }
                                    return rows;
                                  });
}

}  // namespace groupctl
