// From a command line to a running member: settings, the state directory, the machine.
#pragma once

#include <memory>
#include <string>

#include "daemon/flags.h"
#include "daemon/state_dir.h"
#include "log/lmdb_store.h"
#include "member/core.h"
#include "member/host/bundles.h"
#include "member/host/exec_runner.h"
#include "member/host/machine_host.h"
#include "member/host/programs.h"
#include "member/joining.h"

namespace groupctl {

/// What the flags of `run` say about this member; who it is stands in its state directory.
MemberConfig member_config(const ParsedFlags& flags, const std::optional<MemberKeys>& keys);

/// How much of the log is kept in a map of that size: a quarter of it, 256 MiB at most.
std::uint64_t kept_log_bytes(std::size_t map_bytes);

/// Where a read error leaves its mark: see daemon/crash_mark.h.
std::string member_crash_mark(const std::string& state_dir);

/// Opens DIR/log, or makes it at the first start; after a death by a read error all of it is
/// verified first. Forks: before threads are started.
Result<std::unique_ptr<LmdbStore>> open_member_store(const std::string& state_dir,
                                                     std::size_t map_bytes);

/// Dumps go to DIR/dumps.
Bundles open_bundles(const ParsedFlags& flags, const Store& store);

/// Runs programs by `--keeper`; those that are run to their end are ended when the desk closes. The
/// desk outlives it.
Programs open_programs(const ParsedFlags& flags, const ArtefactDesk& desk);

/// What EXEC may run; what the programs say goes to DIR/exec. Error: kInvalid for two programs with
/// one name.
Result<ExecRunner> open_exec_runner(const ParsedFlags& flags, const Programs& programs);

/// The deployers "dir" and "process", below `--root`. The programs outlive the host.
void add_deployers(const ParsedFlags& flags, const Programs& programs, MachineHost& host);

/// The repositories of the flags, without a deployer. The desk outlives it.
Result<std::unique_ptr<MachineHost>> open_machine(const ParsedFlags& flags, ArtefactDesk& desk);

}  // namespace groupctl
