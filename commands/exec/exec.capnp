@0xb3c5a0f1d2e4910c;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("groupctl::payload");

struct Exec @0x8f3a6d5c2b1e410c {
  # Every target runs a program that it allows, to its end, and keeps what that said to be fetched.
  words @0 :List(Text);  # 1 to 32; the first is the program's name, never a path
}
