// The log and the members as tables, and the one screen of status.
#include <fmt/format.h>

#include <algorithm>

#include "cli/render_text.h"

namespace groupctl {
namespace {

/// Enough to tell one server key from another.
constexpr std::size_t kKeyDigits = 16;

std::uint32_t count_of_group(const std::vector<OutcomeCount>& counts, OutcomeGroup group) {
  std::uint32_t sum = 0;
  for (const OutcomeCount& count : counts) {
    if (group_of(count.outcome) == group) sum += count.count;
  }
  return sum;
}

std::string figure(std::uint64_t number) { return number == 0 ? "-" : fmt::to_string(number); }
std::string word_or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::vector<std::string> log_cells(const ShownEntry& shown, const WallClock& clock) {
  const auto good = count_of_group(shown.counts, OutcomeGroup::kGood);
  const auto bad = count_of_group(shown.counts, OutcomeGroup::kBad);
  return {fmt::to_string(shown.entry.sequence.value),
          when_text(shown.entry.issued, clock),
          word_or_dash(shown.entry.issuer_name),
          shown.command.text,
          shown.target,
          shown.targets == 0 ? "-" : fmt::format("{}/{}", good, shown.targets),
          figure(bad),
          figure(count_of(shown.counts, Outcome::kLost)),
          word_or_dash(shown.entry.message)};
}

std::string labels_text(const Labels& labels) {
  std::string text;
  for (const auto& [label, value] : labels) {
    if (!text.empty()) text += ",";
    text += label + "=" + value;
  }
  return word_or_dash(text);
}

std::string delta_text(const MemberInfo& member) {
  if (member.state == MemberState::kLost) return "?";  // it may have changed since
  const DeltaCounts& d = member.delta;
  return fmt::to_string(d.pending + d.failed + d.drifted + d.foreign + d.intended);
}

std::vector<std::string> member_cells(const MemberInfo& member, Sequence head) {
  const std::uint64_t received = member.marks.received.value;
  return {member.name,
          std::string(to_word(member.state)),
          fmt::to_string(received),
          fmt::to_string(head.value - std::min(received, head.value)),
          delta_text(member),
          age_text(member.silent_ms),
          labels_text(member.labels),
          member.note};
}

std::string fleet_text(const StatusReply& status) {
  std::uint32_t all = 0;
  std::string states;
  for (const auto& [state, count] : status.members) {
    all += count;
    std::string word(to_word(state));
    std::replace(word.begin(), word.end(), '-', ' ');
    states += fmt::format("   {} {}", count, word);
  }
  return fmt::format("{} {}{}", all, all == 1 ? "member" : "members", states);
}

std::string last_command_text(const StatusReply& status) {
  if (!status.last_command) return "no command since it started";
  const std::uint64_t now = status.hello.now.value;
  const std::uint64_t then = std::min(status.last_command.value, now);
  return fmt::format("last command {} ago by {}", age_text(now - then),
                     escaped(word_or_dash(status.last_issuer)));
}

}  // namespace

std::string render_text(const LogReport& report, const WallClock& clock) {
  static const std::vector<Column> columns = {{"SEQ", true},    {"WHEN"},       {"BY"},
                                              {"COMMAND"},      {"TARGET"},     {"DONE", true},
                                              {"FAILED", true}, {"LOST", true}, {"WHY"}};
  std::vector<std::vector<std::string>> rows;
  for (const ShownEntry& shown : report.entries) rows.push_back(log_cells(shown, clock));
  return table(columns, rows);
}

std::string render_text(const MembersReport& report) {
  static const std::vector<Column> columns = {{"NAME"},      {"STATE"},       {"SEQ", true},
                                              {"LAG", true}, {"DELTA", true}, {"SEEN", true},
                                              {"LABELS"},    {"NOTE"}};
  std::vector<std::vector<std::string>> rows;
  for (const MemberInfo& member : report.members) rows.push_back(member_cells(member, report.head));
  return table(columns, rows);
}

std::string render_text(const StatusReport& report) {
  const StatusReply& s = report.status;
  std::string text = fmt::format("group  {}   coordinator {}  {}  up {}  epoch {}\n",
                                 escaped(s.hello.group), report.endpoint, escaped(s.hello.product),
                                 age_text(s.uptime_ms), s.hello.epoch.value);
  text += fmt::format("log    seq {}   kept from {}   {}\n", s.head.value, s.floor.value,
                      last_command_text(s));
  text += fmt::format("fleet  {}\n", fleet_text(s));
  text += fmt::format("state  {} {}   {} {}   digest {}\n", s.artefacts,
                      s.artefacts == 1 ? "artefact" : "artefacts", s.properties,
                      s.properties == 1 ? "property" : "properties",
                      s.state_digest.hex().substr(0, 16));
  if (!s.read_only.empty())
    text += fmt::format("\n! nothing is written: {}\n", escaped(s.read_only));
  if (s.read_only.empty() && !report.all_in_step()) {
    text += "\n! not all members are in step          groupctl member list\n";
  }
  if (s.pending_keys > 0) {
    text += fmt::format("\n! {:<36} groupctl key list\n", counted(s.pending_keys, "pending key"));
  }
  return text;
}

std::string role_text(const HelloReply& hello) {
  return hello.role ? fmt::format(", as {}", to_word(*hello.role)) : "";
}

std::string render_text(const PingReport& report) {
  const HelloReply& h = report.hello;
  return fmt::format("{} answered in {} ms: group {}, version {}, epoch {}{}\n", report.endpoint,
                     report.round_trip_ms, escaped(h.group), escaped(h.product), h.epoch.value,
                     role_text(h));
}

std::string render_text(const Contexts& contexts) {
  struct Shown {
    const char* title;
    std::string (*of)(const Context&);
  };
  static constexpr Shown kMore[] = {
      {"GROUP", [](const Context& one) { return one.group; }},
      {"SERVER KEY", [](const Context& one) { return one.server_key.substr(0, kKeyDigits); }},
      {"KEY", [](const Context& one) { return one.key; }}};
  std::vector<Column> columns = {{"IN USE"}, {"NAME"}, {"ENDPOINT"}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, context] : contexts.by_name) {
    rows.push_back({name == contexts.current ? "*" : "", name, context.endpoint});
  }
  for (const Shown& more : kMore) {
    const bool any = std::any_of(contexts.by_name.begin(), contexts.by_name.end(),
                                 [&](const auto& one) { return !more.of(one.second).empty(); });
    if (!any) continue;
    columns.push_back({more.title});
    auto row = rows.begin();
    for (const auto& [name, context] : contexts.by_name) (row++)->push_back(more.of(context));
  }
  return table(columns, rows);
}

std::string render_text(const Failure& failure) {
  std::string text = "error: " + escaped(failure.message) + "\n";
  for (const std::string& line : failure.more) text += "error: " + escaped(line) + "\n";
  if (!failure.hint.empty()) text += "hint:  " + escaped(failure.hint) + "\n";
  return text;
}

}  // namespace groupctl
