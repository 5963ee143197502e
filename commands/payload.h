// Payloads: the one Cap'n Proto struct of a command's folder, read and made. Only the sources of
// command folders include this.
#pragma once

#include <capnp/schema.h>

#include "commands/command.h"
#include "log/capnp_bytes.h"

namespace groupctl {

/// The kind of a payload struct: its Cap'n Proto id, as its schema has it written out.
template <class Schema>
constexpr KindId kind_of() {
  return KindId(capnp::typeId<Schema>());
}

/// What `use(reader)` gives; `use` returns a Result. Error: kInvalid for bytes that are no Schema.
template <class Schema, class Use>
auto read_payload(std::string_view command, ByteView payload, Use&& use) {
  return with_capnp(command, [&]() -> decltype(use(typename Schema::Reader())) {
    CapnpReader reader(payload);
    return use(reader.root<Schema>());
  });
}

/// The bytes of the payload that `fill(builder)` writes.
template <class Schema, class Fill>
Bytes make_payload(Fill&& fill) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<Schema>());
  return to_bytes(message);
}

}  // namespace groupctl
