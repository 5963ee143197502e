// The files of a workload's folder: lock, spec.json, state.json, output.head and output.tail.
#pragma once

#include <string>
#include <string_view>

#include "keeper/spec.h"
#include "log/result.h"
#include "log/unique_fd.h"

namespace groupctl::keeper {

/// Opens the lock and takes it; the description that is locked goes from the starter to the keeper,
/// so that nobody comes between. Errors: kInUse; those of errno_error.
Result<UniqueFd> take_run_lock(const std::string& folder);

/// Synced and renamed, so that it is read whole or not at all, whenever the power goes. Errors:
/// those of errno_error, kInvalid.
Status write_spec(const std::string& folder, const KeptSpec& spec);
Status write_state(const std::string& folder, const KeptState& state);
/// What a start before has left. Errors: those of errno_error.
Status remove_state(const std::string& folder);

/// Errors: kNotFound; kCorrupt with what is wrong; kIo.
Result<KeptSpec> read_spec(const std::string& folder);
Result<KeptState> read_state(const std::string& folder);

}  // namespace groupctl::keeper
