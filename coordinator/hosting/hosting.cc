#include "coordinator/hosting/hosting.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "commands/state/rows.h"
#include "coordinator/hosting/folders.h"
#include "daemon/crash_mark.h"
#include "daemon/logging.h"

namespace groupctl {
namespace {

constexpr const char* kFreePort = "tcp://127.0.0.1:*";
/// Requests that wait; signals and ends of loops always have room.
constexpr std::size_t kWaitingEvents = 64;

const std::string& first_of(const std::string& one, const std::string& two,
                            const std::string& three) {
  if (!one.empty()) return one;
  return two.empty() ? three : two;
}

PlaneEndpoints first_of(const PlaneEndpoints& one, const PlaneEndpoints& two,
                        const PlaneEndpoints& three) {
  return {first_of(one.member, two.member, three.member),
          first_of(one.command, two.command, three.command),
          first_of(one.admin, two.admin, three.admin)};
}

Result<std::vector<RosterChange>> members_in(const Store& store) {
  std::vector<RosterChange> members;
  Status sound;
  const Status read =
      store.for_each(Table::kState, "member/", [&](std::string_view, ByteView value) {
        auto row = decode_member_row(value);
        if (row) {
          members.push_back({row->id, row->server_id});
        } else {
          sound = tl::unexpected<Error>(row.error());
        }
        return row.has_value();
      });
  if (!read) return tl::unexpected<Error>(read.error());
  if (!sound) return tl::unexpected<Error>(sound.error());
  return members;
}

}  // namespace

Hosting::Hosting(HostingOptions options)
    : options_(std::move(options)), events_(std::numeric_limits<std::size_t>::max()) {}

Hosting::~Hosting() = default;

// ---- what is there at the start

void Hosting::open(const std::vector<std::string>& groups, std::map<std::string, Error> faults) {
  groups_at_start_ = groups.size();
  faults_ = std::move(faults);
  for (const std::string& group : groups) {
    if (faults_.contains(group)) continue;
    auto opened = open_group(options_.state_dir, group, options_.store);
    if (opened) {
      opened_.push_back(*std::move(opened));
    } else {
      faults_.emplace(group, opened.error());
    }
  }
}

/// Whose members the servers are is known before any is asked: also of what turns out not to be
/// served. Of what cannot be opened it is not.
Status Hosting::start() {
  if (groups_at_start_ > 1) show_thread_fields();
  if (groups_at_start_ > 1 && options_.given != PlaneEndpoints{}) {
    log_line(LogLevel::kWarn, kComponent, "endpoints are not taken: there are several groups",
             {{"why", "each keeps its own, see DIR/groups/GROUP/endpoints"}});
  }
  for (auto& [group, why] : std::exchange(faults_, {})) quarantine(group, why);
  for (const OpenedGroup& opened : opened_) {
    mark_crashes_at(opened.crash_place.get());
    // What is wrong with them is found, and said, when it is to be served.
    if (const auto members = members_in(*opened.store)) board_.note_roster(opened.group, *members);
    mark_crashes_at(nullptr);
  }
  for (OpenedGroup& opened : opened_) {
    const std::string group = opened.group;
    if (auto served = serve(std::move(opened)); !served) quarantine(group, served.error());
  }
  opened_.clear();
  if (!served_.empty()) return {};
  return tl::unexpected<Error>(faults_.begin()->second);
}

Status Hosting::serve(OpenedGroup opened) {
  const std::string group = opened.group;
  const bool only = is_only();
  auto planes = planes_for(group, only);
  if (!planes) return tl::unexpected<Error>(planes.error());
  if (auto free = check_free(*planes); !free) return free;
  const std::uint64_t number = ++last_number_;
  const auto ask = [this](DeskRequest request) {
    return events_.size() < kWaitingEvents && events_.put(std::move(request));
  };
  const auto ended = [this, number](int code) { events_.put(HostEnded{number, code}); };
  auto host = options_.serve(std::move(opened), *planes, board_, {ask, ended});
  if (!host) return tl::unexpected<Error>(host.error());
  if (!only) {
    auto kept = keep_planes(options_.state_dir, group, (*host)->endpoints());
    if (!kept) return kept;
  }
  served_[group] = {number, *std::move(host)};
  return {};
}

/// Whether the group that is to be served next is the only one of the process.
bool Hosting::is_only() const { return groups_at_start_ == 1 && served_.empty(); }

/// The only group of a process is where its settings say, or else where it was made to be. Of
/// several each is where it was made to be, or else where it was last, or else at free ports; that
/// is where it stays.
Result<PlaneEndpoints> Hosting::planes_for(const std::string& group, bool only) const {
  const auto folder = group_folder(options_.state_dir, group);
  const auto made_for = read_planes((folder / "planes").string());
  if (!made_for) return made_for;
  if (only) return first_of(options_.given, *made_for, options_.by_default);
  const auto last = read_planes((folder / "endpoints").string());
  if (!last) return last;
  return first_of(*made_for, *last, {kFreePort, kFreePort, kFreePort});
}

/// An ipc socket would be taken from the group that has it, without a word.
Status Hosting::check_free(const PlaneEndpoints& planes) const {
  const auto other = board_.bound_at(planes);
  if (!other) return {};
  return fail(ErrorCode::kInUse, "group " + *other + " is served at one of its endpoints");
}

/// The only group of a process is not: the process ends, and says why.
void Hosting::quarantine(const std::string& group, Error why) {
  if (groups_at_start_ > 1 || !served_.empty()) {
    log_line(LogLevel::kError, kComponent, "group is quarantined",
             {{"group", group}, {"why", why.text}});
  }
  GroupInfo info;
  info.name = group;
  info.quarantined = true;
  info.cause = why.text;
  board_.put(std::move(info));
  faults_.insert_or_assign(group, std::move(why));
}

// ---- while it runs

int Hosting::run(const std::function<SignalOrders()>& look_at_signals) {
  while (const auto event = events_.wait()) {
    const SignalOrders orders = look_at_signals();
    if (orders.stop) break;
    if (orders.summary) summarise();
    if (const auto* request = std::get_if<DeskRequest>(&*event)) on(*request);
    if (const auto* ended = std::get_if<HostEnded>(&*event)) {
      if (const auto code = on(*ended)) return *code;
    }
  }
  return stop_all();
}

int Hosting::stop_all() {
  for (const auto& [group, served] : served_) served.host->stop();
  int code = 0;
  for (const auto& [group, served] : served_) {
    const int ended = served.host->join();
    if (code == 0) code = ended;
  }
  served_.clear();
  return code;
}

void Hosting::summarise() {
  for (const auto& [group, served] : served_) served.host->summarise();
  for (const auto& [group, why] : faults_) {
    log_line(LogLevel::kInfo, kComponent, "summary",
             {{"group", group}, {"phase", "quarantined"}, {"why", why.text}});
  }
}

/// A loop that ended by itself takes its group with it; the others go on.
std::optional<int> Hosting::on(const HostEnded& ended) {
  const auto one = std::find_if(served_.begin(), served_.end(), [&](const auto& served) {
    return served.second.number == ended.number;
  });
  if (one == served_.end()) return std::nullopt;
  const std::string group = one->first;
  one->second.host->join();
  served_.erase(one);
  if (served_.empty()) return ended.code;
  quarantine(group, {ErrorCode::kIo,
                     fmt::format("its storage failed (exit code {}): the next start of the "
                                 "coordinator decides by reading",
                                 ended.code)});
  return std::nullopt;
}

}  // namespace groupctl
