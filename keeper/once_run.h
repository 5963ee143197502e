// `group-keeper once`: one program, from its start to the end of all that it started.
#pragma once

namespace groupctl::keeper {

/// Speaks keeper/once_wire.h on stdin, which is a socket. The exit code: 0 when all was said.
int run_once_keeper();

}  // namespace groupctl::keeper
