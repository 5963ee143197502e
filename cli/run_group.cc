// group list, show, create and delete: asked at any group of the coordinator's process.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "daemon/random.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

Result<std::vector<GroupInfo>> all_groups(Client& client, std::uint64_t within_ms) {
  std::vector<GroupInfo> groups;
  while (true) {
    GroupsQuery query{groups.empty() ? "" : groups.back().name};
    auto page = client.ask<GroupsReply>(query, within_ms);
    if (!page) return tl::unexpected<Error>(page.error());
    std::move(page->rows.begin(), page->rows.end(), std::back_inserter(groups));
    if (!page->more || page->rows.empty()) return groups;
  }
}

Failure no_such_group(const std::string& name, const std::vector<GroupInfo>& groups) {
  std::vector<std::string> names;
  for (const GroupInfo& group : groups) names.push_back(group.name);
  return failure_of({ErrorCode::kNotFound,
                     fmt::format("there is no group {} here.{}", name, did_you_mean(name, names))});
}

ClientId request_of(const std::optional<std::string>& id, const HelloReply& hello) {
  return id ? keyed_client_id(*id) : drawn_client_id(hello.now, random_number());
}

Failure not_done(const Error& error, const std::optional<std::string>& id) {
  return unanswered(
      error, id ? "ask again with the same --id" : "groupctl group list shows whether it is");
}

}  // namespace

Done run_group_list(const GlobalOptions& global, Client& client) {
  auto groups = all_groups(client, global.timeout_ms);
  if (!groups) return tl::unexpected(failure_of(groups.error()));
  return said(GroupsReport{*std::move(groups)}, global.format);
}

Done run_group_show(const GlobalOptions& global, const GroupShowCall& call, const HelloReply& hello,
                    Client& client) {
  const auto groups = all_groups(client, global.timeout_ms);
  if (!groups) return tl::unexpected(failure_of(groups.error()));
  const std::string& name = call.name.empty() ? hello.group : call.name;
  const auto found = std::find_if(groups->begin(), groups->end(),
                                  [&](const GroupInfo& group) { return group.name == name; });
  if (found == groups->end()) return tl::unexpected(no_such_group(name, *groups));
  return said(GroupReport{*found}, global.format);
}

Done run_group_create(const GlobalOptions& global, const GroupCreateCall& call,
                      const HelloReply& hello, Client& client) {
  const CreateGroup create{call.name, call.endpoints, request_of(call.id, hello)};
  auto made = client.ask<GroupInfo>(create, global.timeout_ms);
  if (!made) return tl::unexpected(not_done(made.error(), call.id));
  return said(GroupReport{*std::move(made), true}, global.format);
}

Done run_group_delete(const GlobalOptions& global, const GroupDeleteCall& call,
                      const HelloReply& hello, Client& client, const Surroundings& around) {
  const std::string question =
      fmt::format("Delete group {}? Nobody will coordinate its members.", call.name);
  if (auto refused = not_confirmed(global, around, {question})) {
    return tl::unexpected(*std::move(refused));
  }
  const DeleteGroup deletion{call.name, request_of(call.id, hello)};
  auto deleted = client.ask<GroupDeleted>(deletion, global.timeout_ms);
  if (!deleted) return tl::unexpected(not_done(deleted.error(), call.id));
  return said(GroupDeletion{call.name, std::move(deleted->folder)}, global.format);
}

}  // namespace groupctl
