// Targets as Cap'n Proto (entry.capnp), for the codecs of whatever carries one. As capnp_bytes.h:
// only codecs include this.
#pragma once

#include "log/entry.capnp.h"
#include "log/entry.h"

namespace groupctl {

void write_target(const Target& target, schema::Target::Builder out);
/// Errors: kUnsupported for a target or test that this build does not know. May throw
/// kj::Exception, so inside with_capnp().
Result<Target> read_target(schema::Target::Reader in);

}  // namespace groupctl
