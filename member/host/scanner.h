// Looks at what is in place, on a thread of its own and no faster than it is allowed to.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "daemon/mailbox.h"
#include "member/work.h"

namespace groupctl {

class Scanner {
 public:
  /// `host` is asked for deployers on the scanner's thread; they are only asked to inspect. At most
  /// `files_per_second` files, or MiB read of altered ones; 0: as fast as it goes. `wake` is called
  /// on that thread after each look.
  Scanner(Host& host, std::uint64_t files_per_second, std::function<void()> wake);
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  void start();
  /// Ends the look under way, which then has no result.
  void stop();

  // From the owner's thread.

  /// One at a time: a look asked for before the last one has ended is not taken.
  Status submit(LookRequest request);
  std::optional<LookResult> take();

 private:
  void run(const std::stop_token& stopping);
  std::optional<LookResult> look(const LookRequest& request, const std::stop_token& stopping);
  bool pace(std::uint64_t cost, const std::stop_token& stopping);

  Host& host_;
  const std::uint64_t files_per_second_;
  Mailbox<LookRequest> requests_;
  Mailbox<LookResult> results_;
  std::mutex pause_mutex_;
  std::condition_variable_any pause_;
  std::uint64_t spent_ = 0;  ///< since the last pause; the scanner's thread's
  std::jthread thread_;
};

}  // namespace groupctl
