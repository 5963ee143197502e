// Programs that a member starts: how their names are looked up, and what they are given.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "keeper/exec_words.h"
#include "keeper/once.h"

namespace groupctl {

using Environment = std::map<std::string, std::string>;

/// Who this member is, as programs are told.
struct ProgramWorld {
  std::string keeper;  ///< absolute path of group-keeper
  std::string group;
  std::string member;
  std::map<std::string, std::string> labels;  ///< its own
};

class Programs {
 public:
  /// Where a bare name is looked up.
  static constexpr std::string_view kPath = keeper::kDefaultPath;

  /// `stopping` is asked while a program runs to its end: true ends it.
  Programs(ProgramWorld world, std::function<bool()> stopping)
      : world_(std::move(world)), stopping_(std::move(stopping)) {}

  const std::string& keeper() const { return world_.keeper; }
  bool stopping() const { return stopping_(); }
  /// Rests, but no longer than until the process is to end.
  void rest(std::uint64_t ms) const;

  /// PATH, LANG, TZ, HOME (the folder), GROUP_NAME, GROUP_MEMBER, GROUP_LABEL_... and what is
  /// given, which comes first.
  Environment environment(const std::string& folder, Environment given) const;

  /// `argv[0]` is a path beneath the folder when it has a slash, else a name that is looked up in
  /// kPath. Errors: kInvalid for a path that leaves the folder or no
  /// program; kNotFound.
  Result<keeper::ProgramSpec> spec_for(const std::vector<std::string>& argv,
                                       const std::string& folder, Environment environment) const;

  /// To its end, with everything that it starts. Where the spec has no bounds it gets those of a
  /// deployer's call. Errors: as keeper::run_once().
  Result<keeper::Ended> run(keeper::ProgramSpec spec, std::uint64_t timeout_ms) const;

 private:
  ProgramWorld world_;
  std::function<bool()> stopping_;
};

}  // namespace groupctl
