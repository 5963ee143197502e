// The groups below a coordinator's state directory, beside what coordinator/setup.h says:
//
//   DIR/crashed                 the process that served the groups died badly, and not by one of
//                               them (that has its own `crashed`)
//   DIR/groups/GROUP/planes     endpoints that are its own: chosen when it was made, or drawn when
//                               it was one of several; as in `endpoints`
//   DIR/groups/GROUP/made-for   the request that it was made for, if that has a key
//   DIR/groups/GROUP/deleted    it is deleted, and to be moved to the folder that the first line
//                               names; the second is the request, if that has a key
//   DIR/deleted/GROUP-TIME      all that the group had
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/result.h"
#include "wire/group_messages.h"

namespace groupctl {

/// Each group has a folder below it.
inline std::filesystem::path groups_folder(const std::string& state_dir) {
  return std::filesystem::path(state_dir) / "groups";
}

inline std::filesystem::path group_folder(const std::string& state_dir, const std::string& group) {
  return groups_folder(state_dir) / group;
}

/// Their names, in order. Error: kNotFound when there is none, with how to make one.
Result<std::vector<std::string>> groups_in(const std::string& state_dir);

/// The file, or nothing where there is none. Errors: kIo.
Result<PlaneEndpoints> read_planes(const std::string& file);
/// From now on the group is to be served there. Errors: kIo, kStorageFull.
Status keep_planes(const std::string& state_dir, const std::string& group,
                   const PlaneEndpoints& planes);
std::string planes_text(const PlaneEndpoints& planes);

/// As it is kept; empty for one without a key.
std::string request_text(const ClientId& request);
/// Whether the group was made for that request, which has a key.
bool made_for(const std::string& state_dir, const std::string& group, const ClientId& request);

/// Says durably that the group is deleted; gives the folder that is to keep it. From then on
/// put_aside() moves it there, now or at the next start. Errors: kIo, kStorageFull.
Result<std::string> mark_deleted(const std::string& state_dir, const DeleteGroup& deletion,
                                 std::uint64_t wall_ms);
/// The folder of a group that was deleted, or is about to be, by that very request; nullopt: none.
std::optional<std::string> deleted_by(const std::string& state_dir, const DeleteGroup& deletion);
/// Moves a group that is marked and not open. Errors: kNotFound without a mark, kIo.
Status put_aside(const std::string& state_dir, const std::string& group);
/// The same for every group that is marked: what a crash has interrupted. Gives those that could
/// not be moved.
std::map<std::string, Error> finish_deletions(const std::string& state_dir);

std::string crash_mark_of(const std::string& state_dir);
std::string crash_mark_of(const std::string& state_dir, const std::string& group);
/// A mark of the process becomes one of each group, since another process may serve fewer. It stays
/// as well where one of them could not be written.
void spread_crash_mark(const std::string& state_dir);

}  // namespace groupctl
