// Descriptors that TCP connections do not get.
#pragma once

#include <cstddef>

namespace groupctl {

/// From now on, in all of this process: a TCP connection that is accepted and would have this
/// descriptor or a higher one is closed at once. The system gives the lowest that is free, so the
/// highest stay for files and for ipc sockets, at which libzmq 4.3.4 aborts when there is none
/// (src/ipc_listener.cpp, line 325). Any thread.
void keep_descriptors_from(std::size_t first);

}  // namespace groupctl
