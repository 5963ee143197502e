// The dumps that a member keeps: DIR/SEQ.tar.zst, there whole or not at all, the newest few.
//
//     DIR/SEQ.tar.zst        the bundle that the entry SEQ had written
//     DIR/.SEQ.sha256        its digest, there before it
//     DIR/.unfinished        one that is being written
//     DIR/.deployer/         what a deployer writes for it
#pragma once

#include <string>
#include <vector>

#include "commands/host.h"
#include "log/store.h"
#include "member/host/bundle_archive.h"
#include "wire/question_messages.h"

namespace groupctl {

struct BundlesConfig {
  std::string folder;    ///< of this member alone; made when it is needed
  std::string settings;  ///< as a configuration file, for the bundle; no secrets
};

/// write() from one thread, read() from another.
class Bundles {
 public:
  static constexpr std::size_t kMaxKept = 8;
  static constexpr std::size_t kMaxLogEntries = 500;  ///< of the end of the log
  static constexpr std::size_t kMaxProblems = 100;    ///< named; the others are counted

  /// The store outlives it; only its log is read.
  Bundles(BundlesConfig config, const Store& store);

  /// Step: "dump". What one deployer, or the log, cannot give is said in the bundle, and no error.
  StepResult<WrittenBundle> write(Sequence at, const MemberView& view, Host& deployers) const;
  /// Errors: kNotFound, also for one that is no longer kept; kInvalid for an offset beyond its end;
  /// kIo.
  Result<BundleChunk> read(const BundleQuestion& question) const;

 private:
  struct Writing;
  std::string path(Sequence at) const;
  std::string digest_path(Sequence at) const;
  std::string unfinished() const { return config_.folder + "/.unfinished"; }
  std::string deployer_folder() const { return config_.folder + "/.deployer"; }

  Status make_folder() const;
  Result<WrittenBundle> write_whole(Sequence at, const MemberView& view, Host& deployers) const;
  Status fill(Writing& writing, Sequence at, const MemberView& view, Host& deployers) const;
  Status add_deployer(Writing& writing, const std::string& name, Deployer& deployer) const;
  void prune(Sequence newest) const;

  BundlesConfig config_;
  const Store& store_;
};

}  // namespace groupctl
