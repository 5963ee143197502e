// The member's executor: one thread that carries out work in the order in which it was given.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "daemon/mailbox.h"
#include "member/work.h"

namespace groupctl {

/// How work is carried out: find_execute and reconcile_artefact in a group-member, others in tests.
struct ExecutorVerbs {
  FindExecute find;
  ExecuteResult (*reconcile)(const ArtefactStep& step, Host& host);
};

class Executor {
 public:
  /// Work given and not yet drained.
  static constexpr std::size_t kMaxOpenWork = 1024;

  /// `host` is used by the executor's thread alone from start() to stop(). `wake` is called on that
  /// thread after each result.
  Executor(Host& host, ExecutorVerbs verbs, std::function<void()> wake);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  void start();
  /// Drops all that has not begun. The running step goes on to its end; a reconcile ends after
  /// its running step and then has no result, as if it had not begun. Returns at once; no work is
  /// taken afterwards.
  void request_stop();
  /// The same, and waits for the thread's end. The result of the last whole item can still be
  /// drained.
  void stop();

  // From the owner's thread.

  /// After a stop it is dropped like all that has not begun: the next start takes it up again. The
  /// core gives one item at a time, so more than kMaxOpenWork is a broken invariant.
  void submit(WorkItem item);
  /// The results since the last call, in the order of the work.
  std::vector<WorkResult> drain();
  /// What runs now; nullopt: nothing.
  std::optional<WorkProgress> progress() const;

  // From the executor's thread.

  /// For the host to call while a step runs.
  void note_progress(std::string_view step, int percent);

 private:
  void run(const std::stop_token& stopping);
  void carry_out(const WorkItem& item, const std::stop_token& stopping);
  std::optional<WorkResult> result_of(const WorkItem& item, const std::stop_token& stopping);
  ForetellResult foretell(const ForetellRequest& request);
  std::optional<ReconcileResult> reconcile(const ReconcileRequest& request,
                                           const std::stop_token& stopping);
  void begin(WorkId id);
  void end();

  Host& host_;
  const ExecutorVerbs verbs_;
  Mailbox<WorkItem> queue_;
  Mailbox<WorkResult> results_;
  std::size_t open_ = 0;  ///< given and not yet drained; the owner's thread's
  mutable std::mutex progress_mutex_;
  std::optional<WorkProgress> progress_;
  std::jthread thread_;
};

}  // namespace groupctl
