@0xb3c5a0f1d2e49108;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Start @0x8f3a6d5c2b1e4108 {
  # The target is to run these artefacts, which it has in place or will have.
  names @0 :List(Text);
}
