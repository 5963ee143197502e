// The dumps that a member keeps, DIR/SEQ.tar.zst; DIR/.deployer/ is what a deployer writes for one.
#pragma once

#include <string>
#include <vector>

#include "commands/host.h"
#include "log/store.h"
#include "member/host/bundle_archive.h"
#include "member/host/left_files.h"

namespace groupctl {

struct BundlesConfig {
  std::string folder;    ///< of this member alone; made when it is needed
  std::string settings;  ///< as a configuration file, for the bundle; no secrets
};

/// write() from one thread; of files() another may read.
class Bundles {
 public:
  static constexpr std::size_t kMaxKept = 8;
  static constexpr std::size_t kMaxLogEntries = 500;  ///< of the end of the log
  static constexpr std::size_t kMaxProblems = 100;    ///< named; the others are counted

  /// The store outlives it; only its log is read.
  Bundles(BundlesConfig config, const Store& store);

  /// Step: "dump". What one deployer, or the log, cannot give is said in the bundle, and no error.
  StepResult<LeftFile> write(Sequence at, const MemberView& view, Host& deployers) const;
  const LeftFiles& files() const { return files_; }

 private:
  struct Writing;
  std::string deployer_folder() const { return files_.folder() + "/.deployer"; }

  Result<LeftFile> write_whole(Sequence at, const MemberView& view, Host& deployers) const;
  Status fill(Writing& writing, Sequence at, const MemberView& view, Host& deployers) const;
  Status add_deployer(Writing& writing, const std::string& name, Deployer& deployer) const;

  std::string settings_;
  const Store& store_;
  LeftFiles files_;
};

}  // namespace groupctl
