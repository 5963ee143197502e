@0xb3c5a0f1d2e4910a;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Restart @0x8f3a6d5c2b1e410a {
  # Those of the target that run these artefacts start them anew.
  names @0 :List(Text);
}
