@0xb3c5a0f1d2e49102;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Set @0x8f3a6d5c2b1e4102 {
  # These properties have these values on the target.
  struct Pair { key @0 :Text; value @1 :Text; }
  pairs @0 :List(Pair);  # one or more, no key twice
}
