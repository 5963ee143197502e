// What the buses of all daemons are told alike: that they say whom they end, and that a daemon
// which lets strangers in ends.
#pragma once

#include <functional>
#include <memory>

#include "log/note.h"
#include "wire/zmq_bus.h"

namespace groupctl {

/// `say` has a line for each CutReport. Once an hour it is tried whether strangers are still
/// refused; where they are not, `say` has that line and then `end` is called, which does not
/// return: who is served now may be anybody.
BusOptions guarded_options(std::shared_ptr<ConnectionBudget> connections,
                           std::function<void(const Note&)> say, std::function<void()> end);

}  // namespace groupctl
