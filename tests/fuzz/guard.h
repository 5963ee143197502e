// Watches one input after the other: what it allocates, how long it takes, and which it was when
// the process dies of it. There is one of these in a process, since the sanitizers' hooks are.
#pragma once

#include <cstdint>
#include <string>

#include "log/strong.h"

namespace groupctl::fuzz {

/// Bytes that this process has asked malloc and new for since this was first called, also in
/// libraries.
std::uint64_t allocated_bytes();
/// CPU time of this thread in microseconds.
std::uint64_t cpu_us();

/// Says which input follows: if the process dies, or spends more than four seconds of CPU on it,
/// `label` and the input are printed in hexadecimal. `input` must outlive what is done with it.
void enter(const std::string& label, ByteView input);
/// Nothing is watched any more.
void leave();

/// Whether something was allocated that nothing points to any more. Prints what it is.
bool found_leaks();

}  // namespace groupctl::fuzz
