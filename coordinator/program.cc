#include "coordinator/program.h"

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "coordinator/flags.h"
#include "coordinator/setup.h"
#include "coordinator/shell.h"
#include "daemon/clock.h"
#include "daemon/exit_codes.h"
#include "daemon/file_system.h"
#include "daemon/logging.h"
#include "daemon/reread.h"
#include "daemon/signals.h"
#include "daemon/state_dir.h"
#include "daemon/version.h"
#include "wire/repository_url.h"
#include "wire/zmq_bus.h"

namespace groupctl {
namespace {

/// An image that nobody has asked for within so many heartbeats is not being fetched.
constexpr std::uint64_t kImageHeldIntervals = 10;

Status check_place(const ParsedFlags& flags) {
  return check_file_system(flags.text("state-dir"), flags.on("allow-unsafe-fs"));
}

int init(const ParsedFlags& flags) {
  if (auto safe = check_place(flags); !safe) return say_error(safe.error());
  auto log_id = init_group(flags.text("state-dir"), flags.text("group"));
  if (!log_id) return say_error(log_id.error());
  std::printf("group %s, log %s, in %s\nnext: group-coordinator run --state-dir %s\n",
              flags.text("group").c_str(), log_id->hex().c_str(), flags.text("state-dir").c_str(),
              flags.text("state-dir").c_str());
  return 0;
}

CoordinatorConfig config_from(const ParsedFlags& flags, const OpenedGroup& opened,
                              const StateDir& dir, const CoordinatorEndpoints& endpoints) {
  CoordinatorConfig config;
  config.group = opened.group;
  config.product = product_version();
  config.command_endpoint = endpoints.command;
  config.member_endpoint = endpoints.member;
  config.secret = opened.secret;
  config.server_id = dir.identity().server_id;
  config.wall_time = GroupTime(wall_now_ms());
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

Result<int> serve(const ParsedFlags& flags, const StateDir& dir, OpenedGroup opened,
                  const SeamDecorators& decorators, Rereader& rereader) {
  std::unique_ptr<ZmqCoordinatorBus> bus;  // outlives the signal thread, which wakes it
  std::atomic<ZmqCoordinatorBus*> waked = nullptr;
  auto signals = Signals::start(SignalsFor::kDaemon, [&waked] {
    if (ZmqCoordinatorBus* there = waked) there->wake();
  });
  if (!signals) return tl::unexpected<Error>(signals.error());
  auto head = opened.store->head();
  if (!head) return tl::unexpected<Error>(head.error());
  auto bound = ZmqCoordinatorBus::open(
      {flags.text("member-endpoint"), flags.text("command-endpoint"), flags.text("admin-endpoint")},
      head->log_id);
  if (!bound) return tl::unexpected<Error>(bound.error());
  bus = *std::move(bound);
  waked = bus.get();
  Store& store = decorators.store(*opened.store);
  auto core = CoordinatorCore::load(config_from(flags, opened, dir, bus->endpoints()),
                                    command_table(), store);
  if (!core) return tl::unexpected<Error>(core.error());
  const auto wake = [&bus] { bus->wake(); };
  StorageThread storage(
      store, [&opened] { return opened.store->room(); }, wake);
  Replayer::Options images{opened.group, opened.secret};
  images.hold_image_ms = kImageHeldIntervals * flags.duration_ms("heartbeat");
  ReplayThread replay(store, images, wake);
  RepositoryThread repository(std::move(opened.repository), wake);
  storage.start();
  replay.start();
  repository.start();
  CoordinatorShell shell(decorators.bus(*bus), **core, storage, replay, repository);
  if (auto failed = shell.start()) return *failed;
  if (auto told = write_endpoints(flags.text("state-dir"), opened.group, bus->endpoints()); !told) {
    return tl::unexpected<Error>(told.error());
  }
  log_line(LogLevel::kInfo, "coordinator", "serving",
           {{"group", opened.group},
            {"member", bus->endpoints().member},
            {"admin", bus->endpoints().admin}});
  const int code = shell.run(**signals, [&rereader] { rereader.reread("coordinator"); });
  repository.stop();
  replay.stop();
  storage.stop();
  return code;
}

int run(const ParsedFlags& flags, const SeamDecorators& decorators, Rereader& rereader) {
  start_logging(flags);
  if (auto safe = check_place(flags); !safe) return say_error(safe.error());
  if (const auto tail = flags.texts("shared-tail"); !tail.empty()) {
    if (auto valid = check_shared_tail(tail); !valid) return say_error(valid.error());
  }
  const std::string& state_dir = flags.text("state-dir");
  auto dir = StateDir::open(state_dir);
  if (!dir) return say_error(dir.error());
  auto group = choose_group(state_dir, flags.has("group") ? flags.text("group") : "");
  if (!group) return say_error(group.error());
  // The store forks a child that reads it first, so it is opened before there are threads.
  auto opened = open_group(state_dir, *group, {flags.number("map-mib") << 20});
  if (!opened) return say_error(opened.error());
  auto code = serve(flags, *dir, *std::move(opened), decorators, rereader);
  return code ? *code : say_error(code.error());
}

}  // namespace

int coordinator_program(int argc, const char* const* argv, const SeamDecorators& decorators) {
  auto flags = parse_flags(coordinator_program_spec(), argc, argv);
  if (!flags) return flags.error().say();
  if (flags->verb() == "init") return init(*flags);
  Rereader rereader(coordinator_program_spec(), argc, argv, *flags);
  return run(*flags, decorators, rereader);
}

}  // namespace groupctl
