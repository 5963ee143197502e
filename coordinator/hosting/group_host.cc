#include "coordinator/hosting/group_host.h"

#include <cstdlib>
#include <filesystem>

#include "coordinator/access.h"
#include "coordinator/hosting/folders.h"
#include "daemon/crash_mark.h"
#include "daemon/descriptors.h"
#include "daemon/exit_codes.h"
#include "daemon/logging.h"
#include "daemon/thread_like_this.h"
#include "wire/zmq_accept.h"
#include "wire/zmq_bus_options.h"

namespace groupctl {
namespace {

/// An image that nobody has asked for within so many heartbeats is not being fetched.
constexpr std::uint64_t kImageHeldIntervals = 10;

/// As long as this lives, lines of the thread name the group, and its crashes are the group's.
class InNameOf {
 public:
  explicit InNameOf(const OpenedGroup& opened) : fields_(thread_fields()), place_(crash_place()) {
    set_thread_fields({{"group", opened.group}});
    mark_crashes_at(opened.crash_place.get());
  }
  ~InNameOf() {
    set_thread_fields(fields_);
    mark_crashes_at(place_);
  }
  InNameOf(const InNameOf&) = delete;
  InNameOf& operator=(const InNameOf&) = delete;

 private:
  const std::vector<LogField> fields_;
  const CrashPlace* const place_;
};

/// nullopt: without keys.
Result<std::optional<PlaneKeys>> plane_keys(const HostOptions& options, const OpenedGroup& opened) {
  if (!options.server) return std::optional<PlaneKeys>();
  auto access = Access::load(*opened.store, false);
  if (!access) return fail("keys of group " + opened.group, access.error());
  const auto say = [group = opened.group](std::string_view what) {
    return [group, what](const std::string& address, const PublicKey& key, std::uint64_t times) {
      log_line(
          LogLevel::kWarn, "coordinator", what,
          {{"group", group}, {"address", address}, {"key", fingerprint(key)}, {"times", times}});
    };
  };
  return std::optional(PlaneKeys{*options.server, opened.group, access->admissions(),
                                 say("a key was refused"),
                                 say("a key connects more often than it may: put off")});
}

/// Where strangers are let in nothing is committed or answered any more.
BusOptions bus_options(const HostOptions& options) {
  return guarded_options(
      options.connections, [](const Note& note) { log_line("coordinator", note); },
      [] { std::_Exit(kExitUnprotected); });
}

/// Where the state directory's name is too long for a socket there is none.
void open_local_door(const HostOptions& options, const OpenedGroup& opened,
                     ZmqCoordinatorBus& bus) {
  const auto folder = std::filesystem::absolute(group_folder(options.state_dir, opened.group));
  const std::string at = "ipc://" + (folder / "admin.sock").string();
  if (const Status door = bus.open_local_door(at); !door) {
    log_line(LogLevel::kWarn, "coordinator", "there is no local door",
             {{"group", opened.group}, {"why", door.error().text}});
  }
}

}  // namespace

Result<std::unique_ptr<ServedGroup>> GroupHost::start(OpenedGroup opened,
                                                      const PlaneEndpoints& planes,
                                                      const HostOptions& options, Board& board,
                                                      ProcessCalls process) {
  // What is opened is moved, but not the place.
  const InNameOf group(opened);
  const auto head = opened.store->head();
  if (!head) return tl::unexpected<Error>(head.error());
  auto keys = plane_keys(options, opened);
  if (!keys) return tl::unexpected<Error>(keys.error());
  auto audit = AuditLog::open(group_folder(options.state_dir, opened.group).string());
  if (!audit) return tl::unexpected<Error>(audit.error());
  auto bus = ZmqCoordinatorBus::open(planes, head->log_id, *std::move(keys), bus_options(options));
  if (!bus) return tl::unexpected<Error>(bus.error());
  open_local_door(options, opened, **bus);
  if (options.connections) {
    keep_descriptors_from(options.connections->measured(open_descriptors()));
  }
  std::unique_ptr<GroupHost> host(new GroupHost(std::move(opened), *std::move(audit),
                                                *std::move(bus), board, std::move(process)));
  if (auto begun = host->begin(options); !begun) return tl::unexpected<Error>(begun.error());
  return host;
}

GroupHost::GroupHost(OpenedGroup opened, AuditLog audit, std::unique_ptr<ZmqCoordinatorBus> bus,
                     Board& board, ProcessCalls process)
    : opened_(std::move(opened)),
      audit_(std::move(audit)),
      bus_(std::move(bus)),
      desk_(board, std::move(process.ask)),
      ended_(std::move(process.ended)) {}

GroupHost::~GroupHost() {
  end();
  wait();
}

Status GroupHost::begin(const HostOptions& options) {
  store_ = &options.decorators.store(*opened_.store);
  outer_bus_ = &options.decorators.bus(*bus_);
  config_ = options.configure(opened_, endpoints());
  if (options.server) config_.guest = guest_keys(options.server->public_key).public_key;
  if (auto loaded = load(); !loaded) return loaded;
  desk_.board.put({opened_.group, false, "", endpoints(), {}, {}});
  if (auto told = write_endpoints(options.state_dir, opened_.group, endpoints()); !told) {
    return told;
  }
  log_line(
      LogLevel::kInfo, "coordinator", "serving",
      {{"group", opened_.group}, {"member", endpoints().member}, {"admin", endpoints().admin}});
  loop_ = thread_like_this([this] { run(); });
  return {};
}

/// A core with threads of its own, of an epoch of its own.
Status GroupHost::load() {
  auto core = CoordinatorCore::load(config_, command_table(), *store_);
  if (!core) return tl::unexpected<Error>(core.error());
  core_ = *std::move(core);
  const auto wake = [bus = bus_.get()] { bus->wake(); };
  storage_ = std::make_unique<StorageThread>(
      *store_, [opened = opened_.store.get()] { return opened->room(); }, wake);
  Replayer::Options images{opened_.group, opened_.secret};
  images.hold_image_ms = kImageHeldIntervals * config_.heartbeat_interval_ms;
  replay_ = std::make_unique<ReplayThread>(*store_, std::move(images), wake);
  repository_ = std::make_unique<RepositoryThread>(*opened_.repository, wake);
  storage_->start();
  replay_->start();
  repository_->start();
  shell_ = std::make_unique<CoordinatorShell>(*outer_bus_, *core_, *storage_, *replay_,
                                              *repository_, audit_, desk_, opened_.group);
  if (shell_->start()) return fail(ErrorCode::kIo, "the new epoch could not be written");
  return {};
}

void GroupHost::run() {
  code_ = shell_->run();
  while (code_ == kLoadAnew) code_ = run_anew();
  stop_threads();
  ended_(code_);
}

int GroupHost::run_anew() {
  stop_threads();
  opened_.repository->settle_all();
  if (const auto loaded = load(); !loaded) {
    log_line(LogLevel::kError, "coordinator", "cannot be loaded anew",
             {{"why", loaded.error().text}});
    return exit_code_for(loaded.error().code);
  }
  log_line(LogLevel::kInfo, "coordinator", "loaded anew", {{"group", opened_.group}});
  return shell_->run();
}

void GroupHost::stop_threads() {
  repository_->stop();
  replay_->stop();
  storage_->stop();
}

void GroupHost::answer(DeskAnswer answer) {
  desk_.answers.put(std::move(answer));
  bus_->wake();
}

void GroupHost::summarise() {
  desk_.summary = true;
  bus_->wake();
}

void GroupHost::end() {
  desk_.stop = true;
  bus_->wake();
}

int GroupHost::wait() {
  if (loop_.joinable()) loop_.join();
  return code_;
}

}  // namespace groupctl
