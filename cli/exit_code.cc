#include "cli/exit_code.h"

#include "cli/agent_report.h"

namespace groupctl {
namespace {

int exit_code_of_one(Outcome outcome, EntryClass entry_class) {
  switch (outcome) {
    case Outcome::kNotAttempted:
      return kExitNotAttempted;
    case Outcome::kLost:
    case Outcome::kLeft:
      return kExitBad;
    case Outcome::kBehind:
      return kExitOpen;
    case Outcome::kExpired:
      return entry_class == EntryClass::kNeverLate ? kExitBad : kExitDone;
    default:
      break;
  }
  switch (group_of(outcome)) {
    case OutcomeGroup::kBad:
      return kExitBad;
    case OutcomeGroup::kOpen:
      return kExitOpen;
    default:
      return kExitDone;
  }
}

int exit_code_of_one(SteerResult result) {
  switch (result) {
    case SteerResult::kDone:
      return kExitDone;
    case SteerResult::kOpen:
      return kExitOpen;
    case SteerResult::kFailed:
    case SteerResult::kUnknown:
      break;
  }
  return kExitBad;
}

int weight(int exit_code) {
  switch (exit_code) {
    case kExitInterrupted:
      return 5;
    case kExitUnreachable:
    case kExitNotAllowed:
      return 4;
    case kExitNotAttempted:
      return 3;
    case kExitBad:
      return 2;
    case kExitOpen:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

int exit_code_of(const std::vector<OutcomeCount>& counts, EntryClass entry_class) {
  int worst = kExitDone;
  for (const OutcomeCount& count : counts) {
    if (count.count == 0) continue;
    worst = worse_exit_code(worst, exit_code_of_one(count.outcome, entry_class));
  }
  return worst;
}

int exit_code_of(const std::vector<SteeredMember>& members) {
  int worst = kExitDone;
  for (const SteeredMember& member : members) {
    worst = worse_exit_code(worst, exit_code_of_one(member.result));
  }
  return worst;
}

int worse_exit_code(int a, int b) { return weight(b) > weight(a) ? b : a; }

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kOk:
      return kExitDone;
    case ErrorCode::kInvalid:
    case ErrorCode::kUnsupported:
      return kExitUsage;
    case ErrorCode::kNoTarget:
    case ErrorCode::kNotFound:
    case ErrorCode::kCompacted:
      return kExitNoTarget;
    case ErrorCode::kUnreachable:
    case ErrorCode::kKeyRefused:
    case ErrorCode::kWrongServer:
    case ErrorCode::kKeysWanted:
      return kExitUnreachable;
    case ErrorCode::kNotAllowed:
      return kExitNotAllowed;
    case ErrorCode::kTimeout:
    case ErrorCode::kTooOldToKnow:
      return kExitUnknown;
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal:
      return kExitBad;
    default:
      return kExitPrecondition;
  }
}

}  // namespace groupctl
