// Hosting: what operators ask of the process.
#include <fmt/format.h>

#include <filesystem>

#include "coordinator/hosting/folders.h"
#include "coordinator/hosting/hosting.h"
#include "daemon/clock.h"
#include "daemon/logging.h"
#include "wire/endpoint.h"

namespace groupctl {
namespace {

constexpr const char* kForOneGroup =
    "this coordinator was started for one group (--group, or group in its configuration)";

QueryRefused refused(ErrorCode code, std::string text) { return {code, std::move(text)}; }
QueryRefused refused(const Error& error) { return {error.code, error.text}; }

}  // namespace

void Hosting::on(const DeskRequest& request) {
  if (const auto* wanted = std::get_if<CreateGroup>(&request.request)) {
    return answer(request, create(*wanted, request.admins));
  }
  destroy(request, std::get<DeleteGroup>(request.request));
}

void Hosting::answer(const DeskRequest& request, AdminReply reply) {
  const auto asked_at = served_.find(request.asked_at);
  if (asked_at == served_.end()) return;
  asked_at->second.host->answer({request.peer, request.id, std::move(reply)});
}

GroupInfo Hosting::info_of(const std::string& group) const {
  GroupInfo info;
  info.name = group;
  info.endpoints = served_.at(group).host->endpoints();
  return info;
}

/// Who asks again has not heard the answer.
AdminReply Hosting::create(const CreateGroup& wanted, const std::vector<KeyInfo>& admins) {
  if (served_.contains(wanted.name) && made_for(options_.state_dir, wanted.name, wanted.request)) {
    return info_of(wanted.name);
  }
  if (auto against = check_creation(wanted)) return *std::move(against);
  if (auto made = make_and_serve(wanted, admins); !made) return refused(made.error());
  return info_of(wanted.name);
}

/// nullopt: nothing is against it.
std::optional<QueryRefused> Hosting::check_creation(const CreateGroup& wanted) const {
  if (options_.chosen) {
    return refused(ErrorCode::kRefused, kForOneGroup);
  }
  if (board_.has(wanted.name)) {
    return refused(
        ErrorCode::kConflict,
        "group " + wanted.name + " is there already; the groups here: " + board_.addresses());
  }
  if (served_.size() + faults_.size() >= kMaxGroups) {
    return refused(ErrorCode::kBusy,
                   fmt::format("a coordinator has {} groups at most", kMaxGroups));
  }
  const PlaneEndpoints& planes = wanted.endpoints;
  for (const std::string* endpoint : {&planes.member, &planes.command, &planes.admin}) {
    if (endpoint->empty()) continue;
    Status allowed = check_bind_endpoint(*endpoint);
    if (allowed && !options_.server) allowed = check_without_keys(*endpoint);
    if (!allowed) return refused(allowed.error());
  }
  return std::nullopt;
}

/// What was made and cannot be served is unmade: there was never anything in it.
Status Hosting::make_and_serve(const CreateGroup& wanted, const std::vector<KeyInfo>& admins) {
  std::vector<KeyInfo> keys = admins;
  if (options_.server) keys.push_back(guest_key(*options_.server));
  const auto made = make_group(options_.state_dir, wanted, keys);
  if (!made) return tl::unexpected<Error>(made.error());
  show_thread_fields();
  LmdbOptions just_made = options_.store;
  just_made.probed_by_child = false;
  Status served;
  if (auto opened = open_group(options_.state_dir, wanted.name, just_made)) {
    served = serve(*std::move(opened));
  } else {
    served = tl::unexpected<Error>(opened.error());
  }
  if (served) return served;
  board_.erase(wanted.name);
  std::error_code error;
  std::filesystem::remove_all(group_folder(options_.state_dir, wanted.name), error);
  return served;
}

/// nullopt: nothing is against it.
std::optional<QueryRefused> Hosting::check_deletion(const std::string& group) const {
  if (options_.chosen) {
    return refused(ErrorCode::kRefused, kForOneGroup);
  }
  if (!board_.has(group)) {
    return refused(ErrorCode::kNotFound,
                   "there is no group " + group + " here, but " + board_.addresses());
  }
  if (served_.size() == 1 && served_.contains(group)) {
    return refused(ErrorCode::kRefused, "group " + group +
                                            " is the last one that is served here: stop the "
                                            "coordinator to be rid of it");
  }
  return std::nullopt;
}

/// Answered before the sockets go, at which it may have been asked; the mark is durable by then.
void Hosting::destroy(const DeskRequest& request, const DeleteGroup& deletion) {
  const std::string& group = deletion.name;
  if (auto before = deleted_by(options_.state_dir, deletion)) {
    return answer(request, GroupDeleted{*std::move(before)});
  }
  if (auto against = check_deletion(group)) return answer(request, *std::move(against));
  const auto folder = mark_deleted(options_.state_dir, deletion, wall_now_ms());
  if (!folder) return answer(request, refused(folder.error()));
  answer(request, GroupDeleted{*folder});
  end(group);
  if (auto moved = put_aside(options_.state_dir, group); !moved) {
    return log_line(LogLevel::kError, kComponent, "a deleted group could not be moved",
                    {{"group", group}, {"why", moved.error().text}});
  }
  log_line(LogLevel::kInfo, kComponent, "group is deleted", {{"group", group}, {"kept", *folder}});
}

void Hosting::end(const std::string& group) {
  if (const auto served = served_.find(group); served != served_.end()) {
    served->second.host->stop();
    served->second.host->join();
    served_.erase(served);
  }
  faults_.erase(group);
  board_.erase(group);
}

}  // namespace groupctl
