// All groups of a process: which are served, which are quarantined and why; making and deleting
// them while it runs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "coordinator/hosting/served_group.h"

namespace groupctl {

struct HostingOptions {
  std::string state_dir;
  LmdbOptions store = {};
  ServeGroup serve;
  /// Where the only group of a process is served: given by a setting, or empty ...
  PlaneEndpoints given = {};
  PlaneEndpoints by_default = {};        ///< ... and where it is when nothing else says so
  std::optional<PublicKey> server = {};  ///< of all groups; nullopt: they are open
  bool chosen = false;  ///< one group was asked for by name: others are not made or deleted
};

/// What the signals of a process want, once each.
struct SignalOrders {
  bool stop = false;
  bool summary = false;
};

/// One thread makes it and calls all of it but wake().
class Hosting {
 public:
  static constexpr std::size_t kMaxGroups = 64;

  explicit Hosting(HostingOptions options);
  ~Hosting();
  Hosting(const Hosting&) = delete;
  Hosting& operator=(const Hosting&) = delete;

  /// Opens the stores but of those that have a fault already; forks, so call it before there are
  /// threads.
  void open(const std::vector<std::string>& groups, std::map<std::string, Error> faults);
  /// Serves what was opened. What cannot be served is quarantined, and the others are. Error: that
  /// of the first group when none is left.
  Status start();
  /// Until the signals say stop (0), or until no group is served any more: the code of the last
  /// one. `look_at_signals` is called before each event.
  int run(const std::function<SignalOrders()>& look_at_signals);
  /// Makes run() look at the signals. Any thread.
  void wake() { events_.put(SignalCame{}); }

 private:
  /// What its log lines are said to come from.
  static constexpr std::string_view kComponent = "coordinator";
  struct SignalCame {};
  struct HostEnded {
    std::uint64_t number;
    int code;
  };
  using Event = std::variant<SignalCame, HostEnded, DeskRequest>;

  Status serve(OpenedGroup opened);
  bool is_only() const;
  Result<PlaneEndpoints> planes_for(const std::string& group, bool only) const;
  Status check_free(const PlaneEndpoints& planes) const;
  void quarantine(const std::string& group, Error why);
  int stop_all();
  void end(const std::string& group);
  void summarise();

  void on(const DeskRequest& request);
  std::optional<int> on(const HostEnded& ended);
  AdminReply create(const CreateGroup& create, const std::vector<KeyInfo>& admins);
  std::optional<QueryRefused> check_creation(const CreateGroup& create) const;
  Status make_and_serve(const CreateGroup& create, const std::vector<KeyInfo>& admins);
  GroupInfo info_of(const std::string& group) const;
  std::optional<QueryRefused> check_deletion(const std::string& group) const;
  void destroy(const DeskRequest& request, const DeleteGroup& deletion);
  void answer(const DeskRequest& request, AdminReply reply);

  const HostingOptions options_;
  Mailbox<Event> events_;
  Board board_;
  std::size_t groups_at_start_ = 0;
  std::vector<OpenedGroup> opened_;
  std::map<std::string, Error> faults_;  // of the quarantined groups
  struct Served {
    std::uint64_t number = 0;
    std::unique_ptr<ServedGroup> host;
  };
  std::map<std::string, Served> served_;
  std::uint64_t last_number_ = 0;
};

}  // namespace groupctl
