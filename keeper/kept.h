// A workload that outlives whoever started it, and is found again by its folder.
#pragma once

#include <cstdint>
#include <string>

#include "keeper/spec.h"
#include "log/result.h"

namespace groupctl::keeper {

/// Everything is asked of the folder and of the keeper that it names, so that it does not matter
/// which process started it, or when. One thread at a time; each call may block for as long as it
/// says.
class Kept {
 public:
  /// `keeper` is the absolute path of group-keeper. The folder is made at the first start, 0700.
  Kept(std::string keeper, const std::string& run_dir);

  /// As its keeper last said; kGone when that has been killed. Errors: kNotFound when nothing was
  /// ever started here; kCorrupt, kIo.
  Result<KeptState> state() const;
  /// What it was last started with. Errors: as of state().
  Result<KeptSpec> spec() const;
  /// Both outputs as they came, from the last start on; bounded as Captured is. Errors: kNotFound,
  /// kIo.
  Result<std::string> output() const;

  /// Returns when its program is executed. What a killed keeper has left is killed before. Errors:
  /// kInUse when there is a keeper; kInvalid for a spec that cannot be run at all; kNotFound,
  /// kUnsafe, kInvalid, kIo as error_code_of() has it when the program cannot be started, and then
  /// nothing is left; kTimeout when it takes longer: stop() ends it.
  Status start(KeptSpec spec, std::uint64_t wait_ms);
  /// Returns when no process of it is left; also if there was none, and if its state is damaged but
  /// no keeper is there. Errors: kTimeout when it takes longer than `wait_ms`, which should be more
  /// than the grace: it goes on being stopped; kCorrupt when a keeper is there and the state does
  /// not tell which; kIo.
  Status stop(std::uint64_t wait_ms);
  /// Sends the refresh signal to its main process, if that runs. Errors: kNotFound without a
  /// keeper.
  Status refresh();

 private:
  Status stop_unnamed(const Error& damage, std::uint64_t until);
  Status sweep(std::uint64_t wait_ms);
  KeptState state_by_spec() const;
  Status spawn(int lock, std::uint64_t wait_ms) const;

  std::string keeper_;
  std::string run_dir_;
};

}  // namespace groupctl::keeper
