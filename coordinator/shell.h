// The loop of a coordinator: owns the bus and the core, and carries out what the core says.
#pragma once

#include <optional>
#include <string>

#include "coordinator/audit_log.h"
#include "coordinator/core.h"
#include "coordinator/hosting/desk.h"
#include "coordinator/quota.h"
#include "coordinator/replay_thread.h"
#include "coordinator/repo/repository_thread.h"
#include "coordinator/storage_thread.h"
#include "wire/bus.h"

namespace groupctl {

class CoordinatorShell {
 public:
  CoordinatorShell(CoordinatorBus& bus, CoordinatorCore& core, StorageThread& storage,
                   ReplayThread& replay, RepositoryThread& repository, AuditLog& audit, Desk& desk,
                   std::string group)
      : bus_(bus),
        core_(core),
        storage_(storage),
        replay_(replay),
        repository_(repository),
        audit_(audit),
        desk_(desk),
        group_(std::move(group)) {}

  /// Makes the new epoch durable. Nothing is received before that: what comes early waits in the
  /// sockets. Gives the exit code when it could not.
  std::optional<int> start();
  /// Runs until the desk says stop (0) or until the core says so (its code). After a stop nothing
  /// is received any more; what is gathered is committed and answered. Call start() first.
  int run();

 private:
  void step(CoordinatorEvent event);
  void carry_out(CoordinatorOutput output);
  void read(ReadRequest request);
  void finish();
  void ask_process(const ToProcess& asked);
  void answer_from_process();
  void wait_for_readers();
  void show_on_board();
  void log_summary() const;
  void from_member(const Peer& peer, ByteView bytes);
  void from_admin(const Peer& peer, ByteView bytes);
  Quota::Verdict ask(Quota& quota, const QuotaLimits& limits, std::string_view plane,
                     const Peer& peer, ByteView bytes);
  std::uint64_t wait_ms() const;

  CoordinatorBus& bus_;
  CoordinatorCore& core_;
  StorageThread& storage_;
  ReplayThread& replay_;
  RepositoryThread& repository_;
  AuditLog& audit_;
  Desk& desk_;
  const std::string group_;
  Quota members_;
  Quota admins_;
  LocalTime shown_next_;  // on the board
  LocalTime read_by_;     // the last answer of the process
  std::optional<int> exit_;
  bool committing_ = false;
};

}  // namespace groupctl
