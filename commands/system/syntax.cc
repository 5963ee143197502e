#include "commands/payload.h"
#include "commands/state/row_codec.h"
#include "commands/syntax_text.h"
#include "commands/system/rows.h"
#include "commands/system/system.capnp.h"
#include "commands/system/system.h"

namespace groupctl {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string words_of(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!text.empty()) text += ' ';
    text += name + "=" + value;
  }
  return text;
}

Result<Fields> joined_fields(ByteView payload) {
  return read_payload<payload::Joined>("JOINED", payload, [](auto in) -> Result<Fields> {
    auto row = read_member(in.getRow());
    if (!row) return tl::unexpected<Error>(row.error());
    return Fields{{"name", row->name},
                  {"server_id", row->server_id.hex()},
                  {"participant", row->participant},
                  {"replica", std::to_string(row->replica)},
                  {"labels", words_of(row->labels())}};
  });
}

Result<Fields> labelled_fields(ByteView payload) {
  return read_payload<payload::Labelled>("LABELLED", payload, [](auto in) -> Result<Fields> {
    const bool by_operator = in.getOwner() == payload::Labelled::Owner::OPERATOR;
    return Fields{{"member", std::to_string(in.getId())},
                  {"labels", words_of(read_labels(in.getLabels()))},
                  {"owner", by_operator ? "operator" : "member"}};
  });
}

std::string cause_word(payload::Left::Cause cause) {
  switch (cause) {
    case payload::Left::Cause::ASKED:
      return "asked";
    case payload::Left::Cause::REPLACED:
      return "replaced";
    case payload::Left::Cause::EVICTED:
      return "evicted";
  }
  return "unknown";
}

Result<Fields> left_fields(ByteView payload) {
  return read_payload<payload::Left>("LEFT", payload, [](auto in) -> Result<Fields> {
    return Fields{{"member", std::to_string(in.getId())}, {"cause", cause_word(in.getCause())}};
  });
}

template <Result<Fields> (*Read)(ByteView)>
Fields fields_of(ByteView payload) {
  return Read(payload).value_or(unreadable_fields(payload));
}

std::string describe_joined(ByteView payload) {
  const auto fields = joined_fields(payload);
  return fields ? "JOINED " + shown((*fields)[0].second) : unreadable("JOINED");
}

std::string describe_labelled(ByteView payload) {
  const auto fields = labelled_fields(payload);
  if (!fields) return unreadable("LABELLED");
  return "LABELLED member " + (*fields)[0].second + " " + shown((*fields)[1].second);
}

std::string describe_left(ByteView payload) {
  const auto fields = left_fields(payload);
  if (!fields) return unreadable("LEFT");
  return "LEFT member " + (*fields)[0].second + " (" + (*fields)[1].second + ")";
}

SyntaxRow described_only(KindId kind, std::string_view summary, std::string (*describe)(ByteView),
                         Fields (*fields)(ByteView)) {
  SyntaxRow row;
  row.kind = kind;
  row.summary = summary;
  row.build = nullptr;
  row.describe = describe;
  row.fields = fields;
  return row;
}

}  // namespace

std::vector<SyntaxRow> system::syntax_rows() {
  return {
      described_only(kJoinedKind, "a member came into the roster", describe_joined,
                     fields_of<joined_fields>),
      described_only(kLabelledKind, "a member's labels changed", describe_labelled,
                     fields_of<labelled_fields>),
      described_only(kLeftKind, "a member left the roster", describe_left, fields_of<left_fields>)};
}

}  // namespace groupctl
