// Everything about one member, and who was evicted.
#include <fmt/format.h>

#include <algorithm>

#include "cli/render_text.h"
#include "log/keys.h"

namespace groupctl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string who_text(const MemberDetail& detail) {
  const MemberInfo& m = detail.info;
  std::string text = fmt::format("member  {}   {}", m.name, to_word(m.state));
  if (!m.note.empty()) text += ": " + escaped(m.note);
  text += fmt::format("\nserver  {}   participant {}   replica {}\n", m.server_id.hex(),
                      detail.participant, detail.replica);
  return text + fmt::format("roster  id {}, joined by that entry\n", m.id.value);
}

std::string session_text(const MemberDetail& detail, const WallClock& clock) {
  const std::string seen = "seen    " + age_text(detail.info.silent_ms) + " ago";
  if (!detail.since) return seen + "   no session\n";
  std::string text = seen + fmt::format("   session since {}   incarnation {}",
                                        when_text(detail.since, clock), detail.incarnation.value);
  if (!detail.address.empty()) text += "   from " + escaped(detail.address);
  text += "   " + escaped(detail.info.product) + "\n";
  return detail.key ? text + "key     " + fingerprint(detail.key) + "\n" : text;
}

std::string work_text(const MemberInfo& m) {
  if (!m.running.sequence) return "works   at nothing\n";
  return fmt::format("works   at {}   {}   {} %\n", m.running.sequence.value,
                     escaped(or_dash(m.running.step)), m.running.percent);
}

std::string place_text(const MemberDetail& detail) {
  const MemberInfo& m = detail.info;
  const std::uint64_t received = m.marks.received.value;
  const DeltaCounts& d = m.delta;
  return fmt::format("seq     {} of {}   executed {}   lag {}\n", received, detail.head.value,
                     m.marks.executed.value,
                     detail.head.value - std::min(received, detail.head.value)) +
         fmt::format("delta   {} pending   {} failed   {} drifted   {} foreign   {} intended\n",
                     d.pending, d.failed, d.drifted, d.foreign, d.intended) +
         work_text(m) + "digest  " + m.state_digest.hex() + "\n";
}

std::string labels_table(const MemberDetail& detail) {
  Rows rows;
  for (const auto& [label, value] : detail.info.labels) {
    const auto own = detail.own_labels.find(label);
    const bool has_own = own != detail.own_labels.end();
    if (!detail.operator_labels.contains(label)) {
      rows.push_back({label, value, "member"});
    } else {
      rows.push_back({label, value, has_own ? "operator, over " + own->second : "operator"});
    }
  }
  if (rows.empty()) return "";
  return "\n" + table({{"LABEL"}, {"VALUE"}, {"OWNER"}}, rows);
}

std::string wanted_table(const MemberDetail& detail) {
  Rows rows;
  for (const WantedArtefact& one : detail.wanted) {
    rows.push_back({one.name, one.version, fmt::to_string(one.sequence.value)});
  }
  if (rows.empty()) return "";
  std::string text = "\n" + table({{"SHOULD RUN"}, {"VERSION"}, {"SINCE", true}}, rows);
  if (detail.wanted_in_all > rows.size()) {
    text += fmt::format("and {} more\n", detail.wanted_in_all - rows.size());
  }
  return text;
}

std::string outcomes_table(const MemberDetail& detail) {
  Rows rows;
  for (const OutcomeReport& one : detail.outcomes) {
    std::string word(to_word(one.outcome));
    std::replace(word.begin(), word.end(), '_', ' ');
    const bool range = one.last != one.first;
    rows.push_back({range ? fmt::format("{}-{}", one.first.value, one.last.value)
                          : fmt::to_string(one.last.value),
                    word, or_dash(one.step), or_dash(one.text)});
  }
  if (rows.empty()) return "";
  return "\n" + table({{"SEQ", true}, {"ENDED"}, {"STEP"}, {"WHY"}}, rows);
}

}  // namespace

std::string render_text(const MemberDetail& detail, const WallClock& clock) {
  return who_text(detail) + session_text(detail, clock) + place_text(detail) +
         labels_table(detail) + wanted_table(detail) + outcomes_table(detail);
}

std::string render_text(const EvictionReport& report) {
  std::string text;
  for (const auto& [name, sequence] : report.members) {
    text += fmt::format("seq {}  LEFT {} (evicted)\n", sequence.value, name);
  }
  return text;
}

}  // namespace groupctl
