// What a member's core hands to its executor, and what comes back.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "commands/host.h"
#include "wire/member_messages.h"

namespace groupctl {

using WorkId = Number<struct WorkIdMeaning>;

/// Bring these artefacts to what is desired of them; no entry is behind it (start, snapshot swap,
/// relabel, local commands).
struct ReconcileRequest {
  Sequence at;  ///< R when it was asked
  std::vector<ArtefactStep> steps;
};
struct ReconcileResult {
  std::map<std::string, ExecuteResult> by_name;  ///< one for every step asked
};

/// Carried out strictly in the order given, one at a time.
struct WorkItem {
  WorkId id;
  std::variant<ExecuteRequest, ReconcileRequest> what;
};
struct WorkResult {
  WorkId id;
  std::variant<ExecuteResult, ReconcileResult> what;
};
/// What runs now; shown, never stored.
struct WorkProgress {
  WorkId id;
  std::string step;
  int percent = 0;
};

/// A look at what is in place. It is no work: it changes nothing, and goes on beside the work.
struct LookRequest {
  struct At {
    std::string name;
    std::string deployer;  ///< empty: whichever has it in place
  };
  std::uint64_t number = 0;
  std::vector<At> at;
};
struct LookResult {
  std::uint64_t number = 0;
  std::map<std::string, StepResult<Inspection>> by_name;
};
/// What the executor waits for while it fetches from the group's repository: a chunk from there on.
struct ChunkWanted {
  ArtefactDigest digest;
  std::uint64_t offset = 0;
};
using ChunkAnswer = std::variant<ArtefactChunk, NoArtefact>;

}  // namespace groupctl
