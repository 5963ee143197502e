@0xb3c5a0f1d2e49101;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Deploy @0x8f3a6d5c2b1e4101 {
  # The target is to have this release of the artefact.
  name @0 :Text;
  version @1 :Text;      # empty: the one catalogued last
  digest @2 :Data;       # SHA-256 of the archive, 32 bytes; empty: as catalogued
  deployer @3 :Text;     # empty: "dir"
  config @4 :Data;       # opaque to all but the deployer
}
