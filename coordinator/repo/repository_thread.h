// The thread of the group's repository: uploads, chunks for members, verifying, collecting.
#pragma once

#include <functional>
#include <thread>

#include "coordinator/repo/repository.h"
#include "daemon/mailbox.h"

namespace groupctl {

class RepositoryThread {
 public:
  /// `wake` is called when an answer is there. The repository outlives the thread.
  RepositoryThread(Repository& repository, std::function<void()> wake);
  ~RepositoryThread();
  RepositoryThread(const RepositoryThread&) = delete;
  RepositoryThread& operator=(const RepositoryThread&) = delete;

  void start();
  /// When too many requests are waiting, those of operators are dropped: groupctl asks again. The
  /// others are bounded by the core, which has to hear of each.
  void ask(RepoRequest request);
  std::deque<RepoDone> take_done() { return done_.take_all(); }
  void stop();

 private:
  void run();
  void answer(const RepoRequest& request);

  Repository& repository_;
  Mailbox<RepoRequest> requests_;
  Mailbox<RepoDone> done_;
  std::thread thread_;
};

}  // namespace groupctl
