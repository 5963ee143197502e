#include "cli/render_stream.h"

#include <fmt/format.h>

#include "cli/render_text.h"
#include "cli/watch_view.h"

namespace groupctl {
namespace {

constexpr std::size_t kSequenceWidth = 6;

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
  std::string line =
      fmt::format("{} member={} {}", stamp, escaped(member.name), to_word(member.state));
  if (const auto deviations = deviations_of(member); deviations > 0) {
    line += fmt::format(" delta={}", deviations);
  }
  if (!member.note.empty()) line += fmt::format(" \"{}\"", escaped(member.note));
  return line + "\n";
}

}  // namespace groupctl
