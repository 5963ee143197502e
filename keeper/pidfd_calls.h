// <sys/pidfd.h> as C++ needs it: glibc 2.36 declares its functions without extern "C".
#pragma once

extern "C" {
#include <sys/pidfd.h>
}
