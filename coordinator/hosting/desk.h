// How the loop of a group and its process talk: requests that concern the process, their answers,
// and what the loop is told to do.
#pragma once

#include <atomic>
#include <functional>
#include <limits>
#include <string>
#include <variant>

#include "coordinator/hosting/board.h"
#include "daemon/mailbox.h"

namespace groupctl {

using ProcessRequest = std::variant<CreateGroup, DeleteGroup>;

/// Asked on the admin plane of a group; answered there.
struct DeskRequest {
  std::string asked_at;  ///< the group
  Peer peer;
  AdminRequestId id;
  ProcessRequest request;
  std::vector<KeyInfo> admins = {};  ///< of a CreateGroup: who is to be let in there
};
using DeskAnswer = FromProcess;

/// The process as a loop sees it. The process sets the orders and gives the answers, and wakes the
/// loop's bus; the loop does the rest.
struct Desk {
  Desk(Board& of_process, std::function<bool(DeskRequest)> ask_process)
      : board(of_process), ask(std::move(ask_process)) {}

  Board& board;
  /// False: too many are waiting.
  const std::function<bool(DeskRequest)> ask;
  /// Bounded by what was asked.
  Mailbox<DeskAnswer> answers{std::numeric_limits<std::size_t>::max()};
  std::atomic<bool> stop = false;     ///< end in good order
  std::atomic<bool> summary = false;  ///< say in the log how things stand, once
};

}  // namespace groupctl
