@0xb3c5a0f1d2e49107;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Dump @0x8f3a6d5c2b1e4107 {
  # Every target writes a bundle of what it knows, and keeps it to be fetched.
}
