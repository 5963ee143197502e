#include "coordinator/program.h"

#include <algorithm>
#include <cstdio>

#include "coordinator/flags.h"
#include "coordinator/hosting/folders.h"
#include "coordinator/hosting/group_host.h"
#include "coordinator/hosting/hosting.h"
#include "coordinator/init_group.h"
#include "coordinator/setup.h"
#include "daemon/clock.h"
#include "daemon/crash_mark.h"
#include "daemon/descriptors.h"
#include "daemon/exit_codes.h"
#include "daemon/file_system.h"
#include "daemon/heap.h"
#include "daemon/key_files.h"
#include "daemon/logging.h"
#include "daemon/reread.h"
#include "daemon/signals.h"
#include "daemon/state_dir.h"
#include "daemon/version.h"
#include "wire/reachable.h"
#include "wire/repository_url.h"

namespace groupctl {
namespace {

Status check_place(const ParsedFlags& flags) {
  return check_file_system(flags.text("state-dir"), flags.on("allow-unsafe-fs"));
}

CoordinatorConfig config_from(const ParsedFlags& flags, const OpenedGroup& opened,
                              const StateDir& dir, const PlaneEndpoints& endpoints) {
  CoordinatorConfig config;
  config.group = opened.group;
  config.product = product_version();
  config.command_endpoint =
      advertised_endpoint(endpoints.command, flags.has("advertise") ? flags.text("advertise") : "");
  config.member_endpoint = endpoints.member;
  config.secret = opened.secret;
  config.server_id = dir.identity().server_id;
  config.wall_time = GroupTime(wall_now_ms());
  config.open = flags.on("open");
  config.heartbeat_interval_ms = flags.duration_ms("heartbeat");
  config.sluggish_entries = flags.number("sluggish-entries");
  config.sluggish_ms = flags.duration_ms("sluggish-time");
  config.keep_entries = flags.number("keep-entries");
  config.keep_age_ms = flags.duration_ms("keep-age");
  const std::uint64_t cap = flags.number("log-cap-mib") << 20;
  const std::uint64_t half_of_map = (flags.number("map-mib") << 20) / 2;
  config.log_cap_bytes = cap != 0 ? cap : std::min(config.log_cap_bytes, half_of_map);
  config.log_cap_age_ms = flags.duration_ms("log-cap-age");
  if (!flags.texts("shared-tail").empty()) config.shared_tail = flags.texts("shared-tail");
  return config;
}

/// nullopt: without keys. Errors: those of read_secret_key.
Result<std::optional<KeyPair>> server_keys(const ParsedFlags& flags) {
  if (flags.on("open")) return std::optional<KeyPair>();
  const std::string& key_dir = flags.text("key-dir");
  auto keys = read_secret_key(secret_file(key_dir, kCoordinatorKey));
  if (!keys && keys.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound,
                "there is no key of this coordinator in " + key_dir +
                    "; group-coordinator init makes it, --key-dir says where it is, and --open "
                    "does without");
  }
  if (!keys) return tl::unexpected<Error>(keys.error());
  return std::optional(*keys);
}

HostingOptions hosting_options(const ParsedFlags& flags, const StateDir& dir,
                               const std::optional<KeyPair>& server,
                               const std::shared_ptr<ConnectionBudget>& connections,
                               const SeamDecorators& decorators) {
  HostOptions host{flags.text("state-dir"), decorators, server, connections,
                   [&flags, &dir](const OpenedGroup& opened, const PlaneEndpoints& endpoints) {
                     return config_from(flags, opened, dir, endpoints);
                   }};
  HostingOptions options;
  options.state_dir = host.state_dir;
  options.store.map_bytes = flags.number("map-mib") << 20;
  options.serve = [host = std::move(host)](OpenedGroup opened, const PlaneEndpoints& planes,
                                           Board& board, ProcessCalls process) {
    return GroupHost::start(std::move(opened), planes, host, board, std::move(process));
  };
  options.given = endpoints_if(flags, &ParsedFlags::given);
  options.by_default = endpoints_if(flags, &ParsedFlags::has);
  options.chosen = flags.has("group");
  if (server) options.server = server->public_key;
  return options;
}

/// Opens the groups below the state directory, as the last process has left them.
Status open_groups(const ParsedFlags& flags, Hosting& hosting) {
  const std::string& state_dir = flags.text("state-dir");
  auto faults = finish_deletions(state_dir);
  spread_crash_mark(state_dir);
  if (auto marks = leave_crash_mark(crash_mark_of(state_dir)); !marks) return marks;
  if (flags.has("group")) {
    const std::string& group = flags.text("group");
    std::erase_if(faults, [&](const auto& fault) { return fault.first != group; });
    hosting.open({group}, std::move(faults));
    return {};
  }
  const auto groups = groups_in(state_dir);
  if (!groups) return tl::unexpected<Error>(groups.error());
  hosting.open(*groups, std::move(faults));
  return {};
}

/// A member has a connection to the member plane and one to the command plane.
void say_room(std::size_t connections) {
  const std::size_t members = PeerBounds().members;
  if (connections >= 2 * members) return;
  log_line(LogLevel::kWarn, "coordinator", "more members may join than there are descriptors for",
           {{"members", std::uint64_t{members}},
            {"connections", std::uint64_t{connections}},
            {"hint", "raise the limit of open files (LimitNOFILE=)"}});
}

int run(const ParsedFlags& flags, const SeamDecorators& decorators, Rereader& rereader) {
  start_logging(flags);
  keep_freed_memory();
  if (auto safe = check_place(flags); !safe) return say_error(safe.error());
  if (const auto tail = flags.texts("shared-tail"); !tail.empty()) {
    if (auto valid = check_shared_tail(tail); !valid) return say_error(valid.error());
  }
  auto dir = StateDir::open(flags.text("state-dir"));
  if (!dir) return say_error(dir.error());
  const auto server = server_keys(flags);
  if (!server) return say_error(server.error());
  const auto connections = std::make_shared<ConnectionBudget>(raise_descriptor_limit());
  Hosting hosting(hosting_options(flags, *dir, *server, connections, decorators));
  if (auto opened = open_groups(flags, hosting); !opened) return say_error(opened.error());
  auto signals = Signals::start(SignalsFor::kDaemon, [&hosting] { hosting.wake(); });
  if (!signals) return say_error(signals.error());
  if (auto started = hosting.start(); !started) return say_error(started.error());
  say_room(connections->most());
  return hosting.run([&]() -> SignalOrders {
    if ((*signals)->take_reread()) rereader.reread("coordinator");
    return {(*signals)->stop_requested(), (*signals)->take_summary()};
  });
}

}  // namespace

PlaneEndpoints endpoints_if(const ParsedFlags& flags,
                            bool (ParsedFlags::*counts)(const std::string& name) const) {
  const auto text = [&](const std::string& name) {
    return (flags.*counts)(name) ? flags.text(name) : std::string();
  };
  return {text("member-endpoint"), text("command-endpoint"), text("admin-endpoint")};
}

int coordinator_program(int argc, const char* const* argv, const SeamDecorators& decorators) {
  auto flags = parse_flags(coordinator_program_spec(), argc, argv);
  if (!flags) return flags.error().say();
  if (flags->verb() == "init") return run_init(*flags);
  Rereader rereader(coordinator_program_spec(), argc, argv, *flags);
  return run(*flags, decorators, rereader);
}

}  // namespace groupctl
