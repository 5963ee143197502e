// How a thread of a daemon begins.
#pragma once

#include <functional>
#include <thread>

namespace groupctl {

/// A thread whose log lines have the fields of the calling one's (daemon/logging.h), and whose
/// crashes are marked where the calling one's are (daemon/crash_mark.h).
std::thread thread_like_this(std::function<void()> run);

}  // namespace groupctl
