#include "cli/render_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/render_text.h"

namespace groupctl {
namespace {

constexpr std::size_t kSequenceWidth = 6;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool in_step(const MemberInfo& member) { return member.state == MemberState::kInStep; }

}  // namespace

std::string render_line(const ShownEntry& shown, const WallClock& clock) {
  const Entry& entry = shown.entry;
  std::string line = fmt::format("{:>{}}  {}", entry.sequence.value, kSequenceWidth,
                                 when_text(entry.issued, clock));
  if (!entry.issuer_name.empty()) line += "  " + escaped(entry.issuer_name);
  line += "  " + escaped(shown.command.text);
  if (shown.targets > 0) line += "  to " + escaped(shown.target);
  if (!entry.message.empty()) line += fmt::format("  \"{}\"", escaped(entry.message));
  return line + "\n";
}

std::string render_line(const MemberInfo& member, std::string_view stamp) {
  const DeltaCounts& d = member.delta;
  std::string line =
      fmt::format("{} member={} {}", stamp, escaped(member.name), to_word(member.state));
  const auto deviations = d.pending + d.failed + d.drifted + d.foreign + d.intended;
  if (deviations > 0) line += fmt::format(" delta={}", deviations);
  if (!member.note.empty()) line += fmt::format(" \"{}\"", escaped(member.note));
  return line + "\n";
}

std::vector<std::string> render_watch(const StatusReport& status, const MembersReport& members,
                                      const Screen& screen) {
  MembersReport sorted = members;
  std::stable_partition(sorted.members.begin(), sorted.members.end(),
                        [](const MemberInfo& member) { return !in_step(member); });
  std::vector<std::string> lines = lines_of(render_text(status));
  lines.emplace_back();
  for (std::string& line : lines_of(render_text(sorted))) lines.push_back(std::move(line));
  const std::size_t room = screen.size.lines - 1;
  const std::string mark = screen.utf8 ? "…" : "...";
  if (lines.size() > room) {
    const std::size_t more = lines.size() - (room - 1);
    lines.resize(room - 1);
    lines.push_back(fmt::format("{} and {} more lines: groupctl member list", mark, more));
  }
  for (std::string& line : lines) {
    line = fitted(screen.utf8 ? line : in_ascii(line), screen.size.columns - 1, mark);
  }
  return lines;
}

}  // namespace groupctl
