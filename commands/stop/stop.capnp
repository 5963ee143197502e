@0xb3c5a0f1d2e49109;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Stop @0x8f3a6d5c2b1e4109 {
  # The target is not to run these artefacts until a START, also who joins later.
  names @0 :List(Text);
}
