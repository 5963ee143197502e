@0xb3c5a0f1d2e49103;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Unset @0x8f3a6d5c2b1e4103 {
  # These properties have no value on the target.
  keys @0 :List(Text);   # one or more, none twice
}
