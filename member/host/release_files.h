// The files of one artefact under the `dir` deployer's root, and what they say.
//
//     ROOT/NAME/releases/VERSION-DDDDDDDDDDDD/       a release; D: first digits of its digest
//     ROOT/NAME/releases/.VERSION-DDDDDDDDDDDD.json  its record: written when the release is there
//                                                    whole, removed before it goes. A release
//                                                    without a record is not trusted
//     ROOT/NAME/releases/.VERSION-DDDDDDDDDDDD.manifest   what it held when it was put in place
//     ROOT/NAME/releases/.former.json                the record that was current before this one
//     ROOT/NAME/current -> releases/VERSION-DDDDDDDDDDDD
//     ROOT/NAME/data/                                what its workload keeps; no verb removes it
//     ROOT/NAME/.staging-*                           left by a crash; removed at the next start or
//     deploy
#pragma once

#include <map>
#include <optional>
#include <string>

#include "commands/host.h"

namespace groupctl {

/// What a release's record says.
struct ReleaseRecord {
  std::string name;
  std::string version;
  ArtefactDigest digest;
  /// Grows with each deploy under this name, so it tells which releases were current last.
  std::uint64_t deployed = 0;
  std::string deployer;  ///< that has put it in place
  Bytes config;
  HealthCheck health = {};
  bool operator==(const ReleaseRecord&) const = default;
};

/// recipe_of() the release that the record is of.
std::string recipe_of(const ReleaseRecord& record);

/// VERSION-DDDDDDDDDDDD.
std::string release_id(const std::string& version, const ArtefactDigest& digest);

class ReleaseFiles {
 public:
  /// `name` has been checked by is_name().
  ReleaseFiles(const std::string& root, const std::string& name)
      : root_(root), name_(name), home_(root + "/" + name) {}

  const std::string& home() const { return home_; }
  std::string releases() const { return home_ + "/releases"; }
  std::string release(const std::string& id) const { return releases() + "/" + id; }
  std::string record(const std::string& id) const { return releases() + "/." + id + ".json"; }
  std::string manifest(const std::string& id) const { return releases() + "/." + id + ".manifest"; }
  std::string former() const { return releases() + "/.former.json"; }
  std::string current() const { return home_ + "/current"; }
  std::string data() const { return home_ + "/data"; }
  std::string staging(const std::string& what) const { return home_ + "/.staging-" + what; }

  /// Makes the folders, synced into their parents. Errors: kIo, kStorageFull.
  Status make_folders() const;
  void remove_staging() const;
  /// The same for every name below a root.
  static void remove_all_staging(const std::string& root);

  /// The release that `current` names; nullopt when there is none, or it is not one of ours.
  std::optional<std::string> current_id() const;
  /// The record of a release that is there; nullopt without a sound record of this name and id.
  std::optional<ReleaseRecord> read(const std::string& id) const;
  /// All releases by id; without a record those that are not to be trusted.
  std::map<std::string, std::optional<ReleaseRecord>> all() const;
  /// Errors: kIo, kStorageFull.
  Status write(const ReleaseRecord& record) const;
  /// Keeps the current release's record beside it, for the way back. Errors as above.
  Status keep_as_former(const ReleaseRecord& record) const;
  /// nullopt: none, or its release is gone.
  std::optional<ReleaseRecord> read_former() const;
  /// Not synced: a former one that is there again after a crash is no harm.
  void forget_former() const;

  /// Makes `current` name this release, atomically, synced. Errors: kIo, kStorageFull; kConflict
  /// when something else than a link of ours stands there.
  Status switch_to(const std::string& id) const;
  /// Removes `current`. Errors: kIo; kConflict as for switch_to.
  Status remove_current() const;
  /// Removes a release, its record first. Errors: kIo.
  Status remove(const std::string& id) const;
  /// Removes all releases and records, at one moment for all who look. Errors: kIo.
  Status remove_all() const;

 private:
  std::string root_;
  std::string name_;
  std::string home_;
};

}  // namespace groupctl
