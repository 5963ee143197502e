@0xb3c5a0f1d2e4910b;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Refresh @0x8f3a6d5c2b1e410b {
  # Those of the target that run these artefacts have them read their configuration again; none: all that they run.
  names @0 :List(Text);
}
