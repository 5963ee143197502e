// TCP connections that are closed as they are accepted, in all of this process. libzmq calls
// accept4() in threads of its own, accepts for as long as there are descriptors, and offers no
// place to say no.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "wire/penalty_box.h"

namespace groupctl {

/// From now on none is taken in that would have this descriptor or a higher one. The system gives
/// the lowest that is free, so the highest stay for files and for ipc sockets, at which
/// libzmq 4.3.4 aborts when there is none (src/ipc_listener.cpp, line 325). Any thread.
void keep_descriptors_from(std::size_t first);

/// From now on whoever is in the penalty box is not taken in. Any thread.
void keep_strangers_out();

/// One that was taken in from this network has spoken with a proved key. Any thread.
void redeem_stranger(const std::string& network);

/// Whom the penalty box of this process has sent away; once a minute. Any thread.
std::optional<PenaltyBox::News> strangers_sent_away();

}  // namespace groupctl
