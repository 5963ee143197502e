// What a member's core hands to its executor, and what comes back.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "commands/rehearsal.h"
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

/// Says how these would end, and changes nothing. It waits its turn like work, and is none: it has
/// no id.
struct ForetellRequest {
  std::uint64_t job = 0;
  std::vector<Rehearsal> entries;
};
struct ForetellResult {
  std::uint64_t job = 0;
  std::vector<Rehearsed> ends;  ///< one for every entry asked
};

/// Carried out strictly in the order given, one at a time.
struct WorkItem {
  WorkId id;
  std::variant<ExecuteRequest, ReconcileRequest, ForetellRequest> what;
};
struct WorkResult {
  WorkId id;
  std::variant<ExecuteResult, ReconcileResult, ForetellResult> what;
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
