// A group that is served, as those see it who have several.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "coordinator/hosting/desk.h"
#include "coordinator/setup.h"

namespace groupctl {

/// Made, stopped and destroyed by one thread.
class ServedGroup {
 public:
  virtual ~ServedGroup() = default;
  /// As bound.
  virtual const PlaneEndpoints& endpoints() const = 0;
  virtual void answer(DeskAnswer answer) = 0;
  /// Says in the log how things stand.
  virtual void summarise() = 0;
  /// Asks for an orderly end: what is gathered is committed and answered.
  virtual void stop() = 0;
  /// Waits for the end; gives the exit code, 0 after stop().
  virtual int join() = 0;
};

/// What a group asks of its process. Any thread may call either.
struct ProcessCalls {
  /// False: too many are waiting.
  std::function<bool(DeskRequest)> ask;
  /// Last of all: it has ended, with this exit code.
  std::function<void(int)> ended;
};

/// Binds the sockets, reads the state and begins to serve; from then on the group is on the board.
/// Errors: kInUse for an address that is taken, those of CoordinatorCore::load(), kIo.
using ServeGroup = std::function<Result<std::unique_ptr<ServedGroup>>(
    OpenedGroup, const PlaneEndpoints&, Board&, ProcessCalls)>;

}  // namespace groupctl
