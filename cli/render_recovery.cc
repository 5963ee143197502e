// What a coordinator has lost, as it is given up.
#include <fmt/format.h>

#include "cli/render_text.h"

namespace groupctl {
namespace {

std::string lost_text(const RecoverReply& recovery) {
  if (recovery.first_lost > recovery.last_lost) {
    return "no sequence, but a later epoch or another history up to this one";
  }
  if (recovery.first_lost == recovery.last_lost) {
    return fmt::format("sequence {}", recovery.last_lost.value);
  }
  return fmt::format("sequences {} to {}", recovery.first_lost.value, recovery.last_lost.value);
}

}  // namespace

std::string render_text(const RecoverReply& recovery) {
  if (recovery.done) {
    return fmt::format("given up: {}; the log goes on at {}\n", lost_text(recovery),
                       recovery.last_lost.next().value);
  }
  std::string text =
      fmt::format("this log ends at {}; lost: {}\n", recovery.head.value, lost_text(recovery));
  for (const ProofOfLoss& one : recovery.proofs) {
    text += fmt::format("  {} was told of {} in epoch {}\n", one.member, one.last.value,
                        one.epoch.value);
  }
  if (!recovery.absent.empty()) {
    std::string names;
    for (const std::string& name : recovery.absent) names += " " + name;
    text += fmt::format("not heard since the start, and may know of more:{}\n", names);
  }
  return text;
}

}  // namespace groupctl
