// The admin plane about the groups of a process: asked at any of them, answered by the process.
//
//   groupctl                                 coordinator
//     GroupsQuery {after} ------------------>
//     <----------------------------------- GroupsReply, in pages
//     CreateGroup {name, endpoints, request}>   a folder, an empty log, three sockets
//     <----------------------------------- GroupInfo                              or QueryRefused
//     DeleteGroup {name, request} ---------->   stopped, and its folder put aside
//     <----------------------------------- GroupDeleted {folder}                  or QueryRefused
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "log/types.h"
#include "wire/member_states.h"

namespace groupctl {

/// Where the three planes of a group are, or are to be; an empty one is the coordinator's choice.
struct PlaneEndpoints {
  std::string member = {};
  std::string command = {};
  std::string admin = {};
  bool operator==(const PlaneEndpoints&) const = default;
};

/// A group of this process. One that cannot be served is quarantined: only its cause is known.
struct GroupInfo {
  std::string name;
  bool quarantined = false;
  std::string cause;         ///< why; empty while it is served
  PlaneEndpoints endpoints;  ///< as bound
  Sequence head;
  std::vector<std::pair<MemberState, std::uint32_t>> members;  ///< only those above 0
  bool operator==(const GroupInfo&) const = default;
};

struct GroupsQuery {
  std::string after;  ///< the first one comes behind this name
  bool operator==(const GroupsQuery&) const = default;
};
struct GroupsReply {
  std::vector<GroupInfo> rows;  ///< by name
  bool more = false;
  bool operator==(const GroupsReply&) const = default;
};

/// Asked again with the same `request` it is answered as it was; all 0: it has none.
struct CreateGroup {
  std::string name;
  PlaneEndpoints endpoints;
  ClientId request = {};
  bool operator==(const CreateGroup&) const = default;
};
struct DeleteGroup {
  std::string name;
  ClientId request = {};
  bool operator==(const DeleteGroup&) const = default;
};
/// Nothing is destroyed by it.
struct GroupDeleted {
  std::string folder;  ///< where all that the group had is kept, on the coordinator's machine
  bool operator==(const GroupDeleted&) const = default;
};

}  // namespace groupctl
