@0xb3c5a0f1d2e49101;
using Cxx = import "/capnp/c++.capnp";
using Health = import "/commands/state/state.capnp".Health;
using RolloutPolicy = import "/commands/state/state.capnp".RolloutPolicy;
$Cxx.namespace("groupctl::payload");

struct Deploy @0x8f3a6d5c2b1e4101 {
  # The target is to have this release of the artefact.
  name @0 :Text;
  version @1 :Text;      # empty: the one catalogued last
  digest @2 :Data;       # SHA-256 of the archive, 32 bytes; empty: as catalogued
  deployer @3 :Text;     # empty: "dir"
  config @4 :Data;       # opaque to all but the deployer
  after @5 :List(Text);  # artefacts that are to run before it starts
  rolling @7 :RolloutPolicy;  # null: at once
  health @6 :Health;     # null: not asked for; its times 0: every second, for 30 s
}
