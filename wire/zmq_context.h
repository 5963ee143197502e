// A ZeroMQ context behind a name, so that no header but the sockets' own shows ZeroMQ.
#pragma once

#include <memory>

namespace groupctl {

struct ZmqContext;

/// One context can serve many buses of one process; it lives as long as the last of them.
std::shared_ptr<ZmqContext> make_zmq_context(int io_threads = 1, int max_sockets = 1023);

}  // namespace groupctl
