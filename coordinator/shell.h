// The loop of a coordinator: owns the bus and the core, and carries out what the core says.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "coordinator/core.h"
#include "coordinator/replay_thread.h"
#include "coordinator/repo/repository_thread.h"
#include "coordinator/storage_thread.h"
#include "daemon/signals.h"
#include "wire/bus.h"

namespace groupctl {

class CoordinatorShell {
 public:
  CoordinatorShell(CoordinatorBus& bus, CoordinatorCore& core, StorageThread& storage,
                   ReplayThread& replay, RepositoryThread& repository)
      : bus_(bus), core_(core), storage_(storage), replay_(replay), repository_(repository) {}

  /// Makes the new epoch durable. Nothing is received before that: what comes early waits in the
  /// sockets. Gives the exit code when it could not.
  std::optional<int> start();
  /// Runs until a stop signal (0) or until the core says so (its code). After a stop signal nothing
  /// is received any more; what is gathered is committed and answered. `reread` is called when the
  /// configuration is to be read again. Call start() first.
  int run(Signals& signals, const std::function<void()>& reread);

 private:
  void step(CoordinatorEvent event);
  void carry_out(CoordinatorOutput output);
  void read(ReadRequest request);
  void finish();
  void log_summary() const;
  void from_member(const Peer& peer, ByteView bytes);
  void from_admin(const Peer& peer, ByteView bytes);
  std::uint64_t wait_ms() const;

  CoordinatorBus& bus_;
  CoordinatorCore& core_;
  StorageThread& storage_;
  ReplayThread& replay_;
  RepositoryThread& repository_;
  std::optional<int> exit_;
  bool committing_ = false;
};

}  // namespace groupctl
