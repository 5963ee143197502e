// What the coordinator's core asks of the repository thread, and what that answers. The core never
// touches a file itself; repo/repository.h serves these.
#pragma once

#include <set>
#include <string>
#include <variant>

#include "wire/admin_messages.h"
#include "wire/bus.h"
#include "wire/member_messages.h"

namespace groupctl {

/// How far is this upload? Begins it where there is none.
struct OpenPut {
  Peer peer;
  AdminRequestId id;
  PutArtefact put;
};
struct WritePut {
  Peer peer;
  AdminRequestId id;
  PutChunk chunk;
};
/// What PutWhole said has been catalogued, or will not be: from now on only its names keep the
/// blob.
struct SettlePut {
  ArtefactDigest digest;
};
struct VerifyBlob {
  Peer peer;
  AdminRequestId id;
  VerifyQuery query;
};
struct CollectBlobs {
  Peer peer;
  AdminRequestId id;
  bool dry_run = false;
  std::set<ArtefactDigest> named;  ///< by the state: these stay
};
/// One chunk for a member.
struct ReadBlob {
  Peer peer;
  ArtefactRequest request;
};
using RepoRequest = std::variant<OpenPut, WritePut, SettlePut, VerifyBlob, CollectBlobs, ReadBlob>;

/// For groupctl, to be sent as it is.
struct AdminAnswer {
  Peer peer;
  AdminRequestId id;
  AdminReply reply;
};
/// The archive is here, whole, checked and synced. It stays until SettlePut.
struct PutWhole {
  Peer peer;
  AdminRequestId id;
  PutArtefact put;
};
/// For a member, to be sent as it is.
struct BlobChunk {
  Peer peer;
  SessionNumber session;
  MemberReply reply;
};
using RepoDone = std::variant<AdminAnswer, PutWhole, BlobChunk>;

}  // namespace groupctl
