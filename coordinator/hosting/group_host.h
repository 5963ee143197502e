// One group that is served: its store, its repository, its sockets, its core and its threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "coordinator/hosting/served_group.h"
#include "coordinator/replay_thread.h"
#include "coordinator/repo/repository_thread.h"
#include "coordinator/seams.h"
#include "coordinator/shell.h"
#include "coordinator/storage_thread.h"
#include "wire/zmq_bus.h"

namespace groupctl {

/// What all groups of a process have in common. All that is referred to outlives them.
struct HostOptions {
  std::string state_dir;
  const SeamDecorators& decorators;
  std::optional<KeyPair> server;                  ///< nullopt: the planes are open
  std::shared_ptr<ConnectionBudget> connections;  ///< of all groups; null: no bound
  /// How the core of a group is to be, which is bound there.
  std::function<CoordinatorConfig(const OpenedGroup&, const PlaneEndpoints&)> configure;
};

class GroupHost final : public ServedGroup {
 public:
  /// As ServeGroup says. It makes the new epoch durable before it serves.
  static Result<std::unique_ptr<ServedGroup>> start(OpenedGroup opened,
                                                    const PlaneEndpoints& planes,
                                                    const HostOptions& options, Board& board,
                                                    ProcessCalls process);
  ~GroupHost() override;
  GroupHost(const GroupHost&) = delete;
  GroupHost& operator=(const GroupHost&) = delete;

  const PlaneEndpoints& endpoints() const override { return bus_->endpoints(); }
  void answer(DeskAnswer answer) override;
  void summarise() override;
  void stop() override { end(); }
  int join() override { return wait(); }

 private:
  GroupHost(OpenedGroup opened, AuditLog audit, std::unique_ptr<ZmqCoordinatorBus> bus,
            Board& board, ProcessCalls process);
  Status begin(const HostOptions& options);
  Status load();
  void run();
  int run_anew();
  void stop_threads();
  void end();
  int wait();

  OpenedGroup opened_;
  AuditLog audit_;
  std::unique_ptr<ZmqCoordinatorBus> bus_;
  Desk desk_;
  const std::function<void(int)> ended_;
  // What outlives a core.
  CoordinatorConfig config_;
  Store* store_ = nullptr;
  CoordinatorBus* outer_bus_ = nullptr;

  std::unique_ptr<CoordinatorCore> core_;
  std::unique_ptr<StorageThread> storage_;
  std::unique_ptr<ReplayThread> replay_;
  std::unique_ptr<RepositoryThread> repository_;
  std::unique_ptr<CoordinatorShell> shell_;
  int code_ = 0;
  std::thread loop_;
};

}  // namespace groupctl
