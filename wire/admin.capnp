# The admin plane: groupctl (DEALER) asks, the coordinator (ROUTER) answers; one part a message. An answer repeats the request's
# id; id 0 answers a request that could not be read. Requests may overlap; answers may come in another order.
#
#     hello {} ---------------------------->
#     <----------------------------------- hello {group, log_id, group time ...}
#     submit {request id, commands} ------->
#     <----------------------------------- accepted {first, last} | submitRefused | submitUnknown
#     foresee {submit, skip 0} ------------>   what it would do, on a copy: nothing is sequenced
#     <----------------------------------- foreseen {head, entries, targets, content, more} | refused, as the submit would be
#     predict {head, content, rows} ------->   what its targets foretold: kept with the command, if that comes next
#     <----------------------------------- prediction {}
#     prediction {sequence} --------------->
#     <----------------------------------- prediction {rows}: none, if none was kept
#     watch {sequence, version 0} --------->
#     <----------------------------------- update {counts, changed rows, version}   at once, then one a watch:
#     watch {sequence, version} ----------->   when something has changed since "version", at most 10 a second
#     <----------------------------------- update ...
#     <----------------------------------- update {closed}: nothing is open or behind any more
#     status | members | log | member | state ->
#     <----------------------------------- status | members | log | state (pages) | member, or queryRefused
#     ask {member, question} -------------->   passed on to that member, unread
#     <----------------------------------- answered {answer}, or queryRefused
#     put {name, version, digest, bytes} -->   at any time, and again after any break: it says how far the upload is
#     <----------------------------------- putState {wanted offset}                       or queryRefused
#     putChunk {digest, offset, bytes} ---->   several may be open; each answered
#     <----------------------------------- putState ...
#     put {the same} ---------------------->   when all bytes are there
#     <----------------------------------- catalogued {sequence}: checked, synced, and CATALOGUED is durable
#     verify {run, digest} ---------------->   asked again until it is done
#     <----------------------------------- verified {checked bytes, total, done, fault}
#     collect {dry run} ------------------->
#     <----------------------------------- collected {blobs, bytes}
#     groups {after} ---------------------->   of the process: asked at any of its groups
#     <----------------------------------- groups (pages)
#     createGroup {name, endpoints, client} ->
#     <----------------------------------- group {name, endpoints}
#     deleteGroup {name, client} ---------->
#     <----------------------------------- groupDeleted {folder}, or queryRefused
#     enrol {group, name, key} ------------>   with a guest's or a token's key
#     <----------------------------------- enrolled {state}
#     rotateKey {new key} ----------------->
#     <----------------------------------- enrolled {accepted}
#     keys {after} ------------------------>
#     <----------------------------------- keys (pages)
#     changeKey {what, key ...} ----------->
#     <----------------------------------- key, as it is then
@0x9274a01bcd0cc602;
using Cxx = import "/capnp/c++.capnp";
using Common = import "/wire/common.capnp";
using Keys = import "/wire/keys.capnp";
using Log = import "/log/entry.capnp";
$Cxx.namespace("groupctl::wire_schema");

struct AdminHello {
  protocol @0 :UInt32;
  product @1 :Text;
  group @2 :Text;                         # whom it is for; empty: whoever answers
}

struct SubmittedCommand {
  kind @0 :UInt64;                        # struct id of the payload
  target @1 :Log.Target;
  ttlMs @2 :UInt64;
  message @3 :Text;                       # at most 4 KiB
  payload @4 :Data;                       # at most 32 KiB
}

struct Submit {
  clientHigh @0 :UInt64;
  clientLow @1 :UInt64;
  number @2 :UInt64;                      # of the first command, from 1; the others follow on
  issuer @3 :Text;
  commands @4 :List(SubmittedCommand);    # 1 to 1000: all or nothing
  allowEmptyTarget @5 :Bool;
  force @6 :Bool;                         # LEFT: members that are not lost, too
  group @7 :Text;                         # whose commands they are; empty: of whoever answers
  atSequence @8 :UInt64;                  # only if no command was sequenced after this one; 0: in any case
}

struct Foresee {
  submit @0 :Submit;
  skip @1 :UInt32;                        # so many commands are foreseen already
}

struct Watch {                            # sequence 0: the head of the log and what the members are
  sequence @0 :UInt64;
  version @1 :UInt64;                     # of the last update; 0: all rows, at once
}

struct LogQuery {
  from @0 :UInt64;                        # 0: the last "limit" entries
  limit @1 :UInt32;
}

struct MemberAsk {
  member @0 :UInt64;                      # roster id
  question @1 :Data;                      # of question.capnp, at most 64 KiB
}

struct Put {
  name @0 :Text;
  version @1 :Text;
  digest @2 :Data;                        # SHA-256 of the archive
  bytes @3 :UInt64;                       # of the whole archive
  issuer @4 :Text;
  message @5 :Text;
}

struct PutChunk {
  digest @0 :Data;
  offset @1 :UInt64;
  bytes @2 :Data;                         # 1 to 64 KiB
}

struct Verify {
  run @0 :UInt64;                         # drawn; another run reads everything anew
  digest @1 :Data;
}

struct StateQuery {
  prefix @0 :Text;                        # of the keys asked for; empty: all
  after @1 :Text;                         # the first key comes behind this one
  offset @2 :UInt64;                      # bytes of the first row's value that are there already
}

struct PlaneEndpoints {                   # an empty one: the coordinator's choice
  member @0 :Text;
  command @1 :Text;
  admin @2 :Text;
}

struct CreateGroup {
  name @0 :Text;
  endpoints @1 :PlaneEndpoints;
  clientHigh @2 :UInt64;                  # as in submit: asked again with the same two it is answered as before
  clientLow @3 :UInt64;
}

struct DeleteGroup {
  name @0 :Text;
  clientHigh @1 :UInt64;                  # the same
  clientLow @2 :UInt64;
}

struct Recover {
  through @0 :UInt64;                     # the last lost sequence as it was shown; 0: only show
  issuer @1 :Text;
  message @2 :Text;
}

struct AdminRequest {
  id @0 :UInt64;
  union {
    hello @1 :AdminHello;
    submit @2 :Submit;
    watch @3 :Watch;
    status @4 :Void;
    members @5 :UInt64;                   # after this roster id
    log @6 :LogQuery;
    member @7 :Text;                      # by name
    ask @8 :MemberAsk;
    put @9 :Put;
    putChunk @10 :PutChunk;
    verify @11 :Verify;
    collect @12 :Bool;                    # true: only say what would go
    state @13 :StateQuery;
    groups @14 :Text;                     # after this name
    createGroup @15 :CreateGroup;
    deleteGroup @16 :DeleteGroup;
    recover @17 :Recover;
    enrol @18 :Keys.Enrol;
    rotateKey @19 :Data;                  # the new key
    keys @20 :Data;                       # after this key
    changeKey @21 :Keys.ChangeKey;
    foresee @22 :Foresee;
    predict @23 :Predict;
    prediction @24 :UInt64;               # of this sequence
    # reserved, later: roles
  }
}

struct HelloReply {
  protocol @0 :UInt32;
  product @1 :Text;
  group @2 :Text;
  logId @3 :Data;
  epoch @4 :UInt64;
  nowMs @5 :UInt64;                       # group time
  role @6 :UInt8;                         # of who asks: number of a KeyInfo; 255: there are no keys
  members @7 :UInt32;                     # 0 for whose key is not let in
}

struct Accepted {
  first @0 :UInt64;
  last @1 :UInt64;
  warnings @2 :List(Text);
}

struct ForeseenCommand {
  entry @0 :Data;                         # as it would be stored: a message of log/entry.capnp
  targets @1 :List(UInt64);               # roster ids, ascending
  asBefore @2 :Bool;                      # the targets of the command before
}

struct Foreseen {
  head @0 :UInt64;                        # the last sequence: what it rests on
  commands @1 :List(ForeseenCommand);
  warnings @2 :List(Text);
  content @3 :Data;                       # a hash of what is commanded to whom
  more @4 :Bool;                          # commands behind these
}

struct Predicted {
  outcome @0 :UInt8;                      # number of log/outcome.h
  step @1 :Text;
  text @2 :Text;                          # what would be done, or why not
  members @3 :List(UInt64);               # roster ids, ascending
}

struct Predict {
  head @0 :UInt64;
  content @1 :Data;                       # both as they were foreseen
  command @2 :UInt32;                     # which of them, from 0
  rows @3 :List(Predicted);
}

struct LedgerRow {
  member @0 :UInt64;
  name @1 :Text;
  outcome @2 :UInt8;
  step @3 :Text;
  text @4 :Text;
  silentMs @5 :UInt64;
}

struct OutcomeCount {
  outcome @0 :UInt8;
  count @1 :UInt32;
}

struct Update {
  sequence @0 :UInt64;
  version @1 :UInt64;
  targets @2 :UInt32;
  counts @3 :List(OutcomeCount);          # sum to targets; only those above 0
  rows @4 :List(LedgerRow);
  more @5 :Bool;                          # further changed rows: ask again with this version
  closed @6 :Bool;
}

enum MemberState {
  joining @0; replaying @1; inStep @2; behind @3; held @4; drifted @5; failed @6; drained @7; lost @8; left @9; quarantined @10;
}

struct StateCount {
  state @0 :MemberState;
  count @1 :UInt32;
}

struct StatusReply {
  hello @0 :HelloReply;
  endpointMembers @1 :Text;
  head @2 :UInt64;
  floor @3 :UInt64;
  chain @4 :Data;
  stateDigest @5 :Data;
  uptimeMs @6 :UInt64;
  artefacts @7 :UInt32;
  properties @8 :UInt32;
  members @9 :List(StateCount);           # only those above 0
  readOnly @10 :Text;                     # why nothing is written; empty: it is
  lastCommandMs @11 :UInt64;              # group time; 0 = none
  lastIssuer @12 :Text;
  pendingKeys @13 :UInt32;
}

struct MemberInfo {
  id @0 :UInt64;
  name @1 :Text;
  serverId @2 :Data;
  state @3 :MemberState;
  marks @4 :Common.Watermarks;
  stateDigest @5 :Data;
  silentMs @6 :UInt64;
  delta @7 :Common.DeltaCounts;
  running @8 :Common.RunningStep;
  labels @9 :List(Common.Label);
  product @10 :Text;
  note @11 :Text;
}

struct WantedArtefact {
  name @0 :Text;
  version @1 :Text;
  sequence @2 :UInt64;                    # of the entry that says so
}

struct MemberDetail {
  info @0 :MemberInfo;
  ownLabels @1 :List(Common.Label);
  operatorLabels @2 :List(Common.Label);
  participant @3 :Text;
  replica @4 :UInt32;
  head @5 :UInt64;
  incarnation @6 :UInt64;                 # of its session; 0: there is none
  address @7 :Text;                       # as the transport tells it
  sinceMs @8 :UInt64;                     # group time at which the session began
  outcomes @9 :List(Common.OutcomeReport);  # newest exceptions first
  wanted @10 :List(WantedArtefact);       # what the state desires of it, by name
  wantedInAll @11 :UInt32;                # some may not be listed
  key @12 :Data;                          # of its session; empty: without keys
}

struct MembersReply {
  rows @0 :List(MemberInfo);              # ascending by id
  more @1 :Bool;
  head @2 :UInt64;
}

struct LogRow {
  entry @0 :Data;                         # as stored: a message of log/entry.capnp
  targets @1 :UInt32;
  counts @2 :List(OutcomeCount);
}

struct LogReply {
  rows @0 :List(LogRow);                  # ascending by sequence
  head @1 :UInt64;
  floor @2 :UInt64;
  more @3 :Bool;
}

struct PutState {
  digest @0 :Data;
  wanted @1 :UInt64;                      # the offset of the next byte
  checked @2 :UInt64;                     # below "wanted": what is there is still being read; ask again
}

struct Catalogued {
  sequence @0 :UInt64;                    # of the CATALOGUED entry
  unchanged @1 :Bool;                     # it was there already
}

struct Verified {
  digest @0 :Data;
  checked @1 :UInt64;                     # bytes read so far
  total @2 :UInt64;
  done @3 :Bool;
  fault @4 :Text;                         # once done; empty: it is what its digest says
}

struct Collected {
  blobs @0 :UInt32;                       # that nothing names any more
  uploads @1 :UInt32;                     # that nobody goes on with
  bytes @2 :UInt64;                       # of both
  keptBlobs @3 :UInt32;
  keptBytes @4 :UInt64;
}

struct StateRow {
  key @0 :Text;
  value @1 :Data;                         # as stored, or a part of it: the last row of a page, from "offset" on
  total @2 :UInt64;                       # bytes of the whole value
}

struct StateReply {
  rows @0 :List(StateRow);                # ascending by key
  more @1 :Bool;
  head @2 :UInt64;                        # the sequence at which the rows are so
}

struct GroupInfo {
  name @0 :Text;
  quarantined @1 :Bool;                   # it cannot be served
  cause @2 :Text;                         # why
  endpoints @3 :PlaneEndpoints;           # as bound
  head @4 :UInt64;
  members @5 :List(StateCount);           # only those above 0
}

struct GroupsReply {
  rows @0 :List(GroupInfo);               # ascending by name
  more @1 :Bool;
}

struct ProofOfLoss {
  member @0 :Text;
  last @1 :UInt64;                        # what it has been told of
  epoch @2 :UInt64;
}

struct RecoverReply {
  done @0 :Bool;
  readOnly @1 :Text;                      # why nothing is written
  head @2 :UInt64;
  firstLost @3 :UInt64;                   # beyond lastLost: only what stood at lastLost is another
  lastLost @4 :UInt64;
  proofs @5 :List(ProofOfLoss);
  absent @6 :List(Text);                  # members not heard since the start: they may have more
}

struct AdminReply {
  id @0 :UInt64;
  union {
    hello @1 :HelloReply;
    accepted @2 :Accepted;
    submitRefused @3 :Common.Complaint;
    submitUnknown @4 :Text;
    update @5 :Update;
    status @6 :StatusReply;
    members @7 :MembersReply;
    log @8 :LogReply;
    queryRefused @9 :Common.Complaint;
    member @10 :MemberDetail;
    answered @11 :Data;                   # an Answer of question.capnp, at most 64 KiB
    putState @12 :PutState;
    catalogued @13 :Catalogued;
    verified @14 :Verified;
    collected @15 :Collected;
    state @16 :StateReply;
    groups @17 :GroupsReply;
    group @18 :GroupInfo;
    groupDeleted @19 :Text;               # the folder in which all of it is kept
    recover @20 :RecoverReply;
    enrolled @21 :Keys.Enrolled;
    keys @22 :Keys.KeysReply;
    key @23 :Keys.KeyInfo;
    foreseen @24 :Foreseen;
    prediction @25 :List(Predicted);
  }
}
