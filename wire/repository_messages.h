// The admin plane about the group's repository: putting an artefact, verifying, collecting garbage.
//
//   groupctl                                 coordinator
//     PutArtefact {name, version, digest, bytes} -->      at any time, and again after any break
//     <----------------------------------- PutState {wanted offset}               or QueryRefused
//     PutChunk {digest, offset, bytes} ---->   several may be open, in order; each answered
//     <----------------------------------- PutState ...
//     PutArtefact {the same} -------------->   when all bytes are there
//     <----------------------------------- CataloguedReply {sequence}             or QueryRefused
//     VerifyQuery {run, digest} ----------->   asked again until it is done
//     <----------------------------------- VerifyReply {checked, total, done, fault}
//     CollectGarbage {dry run} ------------>
//     <----------------------------------- CollectReply
//   Every answer says how things are, so whoever lost one asks again.
#pragma once

#include <string>

#include "log/result.h"
#include "log/types.h"

namespace groupctl {

/// An artefact is to be in the group's repository and its catalogue.
struct PutArtefact {
  std::string name;
  std::string version;
  ArtefactDigest digest;
  std::uint64_t bytes = 0;  ///< of the whole archive
  std::string issuer;       ///< "ana@bastion"
  std::string message;      ///< why
  bool operator==(const PutArtefact&) const = default;
};
struct PutChunk {
  ArtefactDigest digest;
  std::uint64_t offset = 0;
  Bytes bytes;  ///< 1 to kChunkBytes
  bool operator==(const PutChunk&) const = default;
};
/// How far an upload is.
struct PutState {
  ArtefactDigest digest;
  std::uint64_t wanted = 0;   ///< the offset of the next byte
  std::uint64_t checked = 0;  ///< below `wanted`: what is there is still being read; ask again
  bool operator==(const PutState&) const = default;
};
/// The archive is stored whole, and its CATALOGUED entry durable.
struct CataloguedReply {
  Sequence sequence;
  bool unchanged = false;  ///< it was there already
  bool operator==(const CataloguedReply&) const = default;
};

struct VerifyQuery {
  std::uint64_t run = 0;  ///< drawn; within one run a blob is read once
  ArtefactDigest digest;
  bool operator==(const VerifyQuery&) const = default;
};
struct VerifyReply {
  ArtefactDigest digest;
  std::uint64_t checked = 0;  ///< bytes read so far
  std::uint64_t total = 0;
  bool done = false;
  std::string fault;  ///< once done; empty: it is what its digest says
  bool operator==(const VerifyReply&) const = default;
};

struct CollectGarbage {
  bool dry_run = false;
  bool operator==(const CollectGarbage&) const = default;
};
struct CollectReply {
  std::uint32_t blobs = 0;    ///< that nothing names any more
  std::uint32_t uploads = 0;  ///< that nobody goes on with
  std::uint64_t bytes = 0;    ///< of both
  std::uint32_t kept_blobs = 0;
  std::uint64_t kept_bytes = 0;
  bool operator==(const CollectReply&) const = default;
};

}  // namespace groupctl
