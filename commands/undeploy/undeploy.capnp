@0xb3c5a0f1d2e49106;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Undeploy @0x8f3a6d5c2b1e4106 {
  # The target is to have no release of the artefact.
  name @0 :Text;
}
