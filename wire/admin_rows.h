// The rows of the admin plane's answers. Only its codecs include this.
#pragma once

#include "wire/admin.capnp.h"
#include "wire/fields.h"

namespace groupctl::wire {

void write(const std::vector<OutcomeCount>& counts,
           capnp::List<wire_schema::OutcomeCount>::Builder out);
std::vector<OutcomeCount> read(capnp::List<wire_schema::OutcomeCount>::Reader list,
                               FieldReader& fields);

void write(const LedgerRow& row, wire_schema::LedgerRow::Builder out);
LedgerRow read(wire_schema::LedgerRow::Reader in, FieldReader& fields);

void write(const MemberInfo& row, wire_schema::MemberInfo::Builder out);
MemberInfo read(wire_schema::MemberInfo::Reader in, FieldReader& fields);

void write(const MemberDetail& detail, wire_schema::MemberDetail::Builder out);
MemberDetail read(wire_schema::MemberDetail::Reader in, FieldReader& fields);

void write(const LogRow& row, wire_schema::LogRow::Builder out);
LogRow read(wire_schema::LogRow::Reader in, FieldReader& fields);

void write(const GroupInfo& info, wire_schema::GroupInfo::Builder out);
GroupInfo read(wire_schema::GroupInfo::Reader in, FieldReader& fields);

void write_members(const std::vector<MemberId>& ids, capnp::List<std::uint64_t>::Builder out);
std::vector<MemberId> read_members(capnp::List<std::uint64_t>::Reader list, FieldReader& fields);

void write_predicted(const std::vector<Predicted>& rows,
                     capnp::List<wire_schema::Predicted>::Builder out);
std::vector<Predicted> read_predicted(capnp::List<wire_schema::Predicted>::Reader list,
                                      FieldReader& fields);

using StateCounts = std::vector<std::pair<MemberState, std::uint32_t>>;
void write(const StateCounts& counts, capnp::List<wire_schema::StateCount>::Builder out);
StateCounts read(capnp::List<wire_schema::StateCount>::Reader list, FieldReader& fields);

wire_schema::MemberState to_schema(MemberState state);
MemberState from_schema(wire_schema::MemberState state, FieldReader& fields);

template <class Row, class Builders>
void write_rows(const std::vector<Row>& rows, Builders out) {
  for (unsigned i = 0; i < out.size(); ++i) write(rows[i], out[i]);
}

template <class Row, class Readers>
std::vector<Row> read_rows(Readers list, FieldReader& fields) {
  std::vector<Row> rows(fields.count(list.size(), "rows", kMaxPageRows));
  for (unsigned i = 0; i < rows.size(); ++i) rows[i] = read(list[i], fields);
  return rows;
}

}  // namespace groupctl::wire
