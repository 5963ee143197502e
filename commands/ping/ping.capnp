@0xb3c5a0f1d2e49104;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Ping @0x8f3a6d5c2b1e4104 {
  # Every target answers, in its turn, by its outcome.
}
