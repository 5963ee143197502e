# An agent's plane: groupctl (DEALER) asks, group-agent (ROUTER) answers; one part a message. An answer repeats the request's id; id 0
# answers a request that could not be read. It is level, not history: what was asked for is kept at once, and "members" shows how far it is.
#
#     hello {protocol} -------------------->  first on every connection
#     <----------------------------------- hello {protocol}                   or refused
#     members {} -------------------------->
#     <----------------------------------- members {a row each}
#     steer {start, stop or restart; whom} ->  wanted, on disk and begun
#     <----------------------------------- member {as it is now}             or refused
#     spawn {group, name, settings} ------->   made and started; the same again is answered again
#     <----------------------------------- member {as it is now}             or refused
@0xef2813b28458f70a;
using Cxx = import "/capnp/c++.capnp";
using Common = import "/wire/common.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct AgentHello {
  protocol @0 :UInt32;
  product @1 :Text;
}

struct AgentHelloReply {
  protocol @0 :UInt32;
  product @1 :Text;
}

enum AgentMemberState { stopped @0; starting @1; running @2; stopping @3; failing @4; }

struct AgentMember {
  group @0 :Text;
  name @1 :Text;
  state @2 :AgentMemberState;
  wanted @3 :Bool;                        # it is to run
  pid @4 :UInt32;                         # 0: there is no process
  sinceMs @5 :UInt64;                     # so long it has been in this state
  phase @6 :Text;                         # of its session, as it said last; empty: it has not answered
  text @7 :Text;                          # how it ended last, or why it does not start
}

enum SteerMemberWhat { start @0; stop @1; restart @2; }

struct SteerMember {
  what @0 :SteerMemberWhat;
  group @1 :Text;
  name @2 :Text;
}

struct SpawnMember {                      # these settings and no others: no flags, no paths
  group @0 :Text;
  name @1 :Text;
  coordinator @2 :Text;                   # the group's member endpoint
  serverKey @3 :Data;                     # the coordinator's
  token @4 :Data;                         # lets it in
  labels @5 :List(Common.Label);
}

struct AgentRequest {
  id @0 :UInt64;
  union {
    hello @1 :AgentHello;
    members @2 :Void;
    steer @3 :SteerMember;
    spawn @4 :SpawnMember;
  }
}

struct AgentReply {
  id @0 :UInt64;
  union {
    hello @1 :AgentHelloReply;
    members @2 :List(AgentMember);        # by group and name; at most 64
    member @3 :AgentMember;
    refused @4 :Common.Complaint;
  }
}
