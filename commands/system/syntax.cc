#include "commands/payload.h"
#include "commands/state/names.h"
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

/// "role=web rack-": a label without a value is one that goes.
std::string changes_of(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!text.empty()) text += ' ';
    text += value.empty() ? name + "-" : name + "=" + value;
  }
  return text;
}

Result<Fields> labelled_fields(ByteView payload) {
  return read_payload<payload::Labelled>("LABELLED", payload, [](auto in) -> Result<Fields> {
    const Labels labels = read_labels(in.getLabels());
    if (in.getOwner() == payload::Labelled::Owner::OPERATOR) {
      return Fields{{"labels", changes_of(labels)}, {"owner", "operator"}};
    }
    return Fields{
        {"labels", words_of(labels)}, {"owner", "member"}, {"member", std::to_string(in.getId())}};
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
    const bool evicted = in.getCause() == payload::Left::Cause::EVICTED;
    return Fields{{"cause", cause_word(in.getCause())},
                  evicted
                      ? std::pair<std::string, std::string>("name", text_of(in.getName()))
                      : std::pair<std::string, std::string>("member", std::to_string(in.getId()))};
  });
}

Result<Fields> catalogued_fields(ByteView payload) {
  return read_payload<payload::Catalogued>("CATALOGUED", payload, [](auto in) -> Result<Fields> {
    return Fields{{"artefact", text_of(in.getName())},
                  {"version", text_of(in.getVersion())},
                  {"digest", "sha256:" + to_hex(view_of(in.getDigest()))},
                  {"bytes", std::to_string(in.getBytes())}};
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
  const std::string whose = fields->size() > 2 ? "member " + (*fields)[2].second + " " : "";
  return "LABELLED " + whose + shown((*fields)[0].second);
}

std::string describe_left(ByteView payload) {
  const auto fields = left_fields(payload);
  if (!fields) return unreadable("LEFT");
  const auto& [what, who] = (*fields)[1];
  return "LEFT " + (what == "name" ? shown(who) : "member " + who) + " (" + (*fields)[0].second +
         ")";
}

std::string describe_catalogued(ByteView payload) {
  const auto fields = catalogued_fields(payload);
  if (!fields) return unreadable("CATALOGUED");
  return "CATALOGUED " + shown((*fields)[0].second + "@" + (*fields)[1].second);
}

/// KEY=VALUE, or KEY- for one that goes.
Status take_label(const std::string& word, Labels& labels) {
  const std::size_t equals = word.find('=');
  const bool removes = equals == std::string::npos && word.ends_with('-');
  if (!removes && equals == std::string::npos) {
    return fail(ErrorCode::kInvalid, "\"" + word + "\" is neither KEY=VALUE nor KEY-");
  }
  const std::string name = removes ? word.substr(0, word.size() - 1) : word.substr(0, equals);
  const std::string value = removes ? "" : word.substr(equals + 1);
  if (!removes && value.empty()) {
    return fail(ErrorCode::kInvalid,
                "label " + name + " without a value; " + name + "- removes it");
  }
  if (!labels.emplace(name, value).second) {
    return fail(ErrorCode::kInvalid, "label " + name + " is given twice");
  }
  return {};
}

Result<BuiltCommand> build_labelled(const SyntaxValues& values) {
  Labels labels;
  for (const std::string& word : values_of(values, "KEY=VALUE")) {
    if (auto taken = take_label(word, labels); !taken) return tl::unexpected<Error>(taken.error());
  }
  if (labels.empty()) return fail(ErrorCode::kInvalid, "no label: give KEY=VALUE, or KEY-");
  if (auto valid = check_labels(labels); !valid) return tl::unexpected<Error>(valid.error());
  return BuiltCommand{kLabelledKind, operator_labels_payload(labels)};
}

SyntaxRow labelled_row() {
  SyntaxRow row = system::described_only(kLabelledKind, "set or remove members' labels",
                                         describe_labelled, fields_of<labelled_fields>);
  row.verb = "member label";
  row.help =
      "Gives members labels of the operator's, or takes them away again (KEY-). They\n"
      "are kept apart from those that a member has itself, and win over them. What\n"
      "selects by labels is settled anew: each of these members reconciles, and its\n"
      "outcome is that of this.\n\n"
      "  groupctl member label web-03 web-07 role=canary\n"
      "  groupctl member label -t rack=r4 drained=yes -m 'rack r4 moves'\n"
      "  groupctl member label web-03 role-";
  row.positionals = {{"KEY=VALUE", "KEY=VALUE",
                      "members' names, and KEY=VALUE or KEY- for each label", true, true, false}};
  row.members = MemberWords::kAmong;
  row.build = build_labelled;
  return row;
}

}  // namespace

SyntaxRow system::described_only(KindId kind, std::string_view summary,
                                 std::string (*describe)(ByteView), Fields (*fields)(ByteView)) {
  SyntaxRow row;
  row.kind = kind;
  row.summary = summary;
  row.build = nullptr;
  row.describe = describe;
  row.fields = fields;
  return row;
}

std::vector<SyntaxRow> system::syntax_rows() {
  std::vector<SyntaxRow> rows{
      system::described_only(kJoinedKind, "a member came into the roster", describe_joined,
                             fields_of<joined_fields>),
      labelled_row(),
      system::described_only(kLeftKind, "a member left the roster", describe_left,
                             fields_of<left_fields>),
      system::described_only(kCataloguedKind, "the group's repository was given an artefact",
                             describe_catalogued, fields_of<catalogued_fields>)};
  for (SyntaxRow& row : rollout_syntax_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace groupctl
