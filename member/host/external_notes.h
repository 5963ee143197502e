// What a member keeps for an external deployer between its calls.
//
//     STATE/deployers/NAME/ARTEFACT.json     the last handle that it gave, 0600
//     STATE/deployers/NAME/ARTEFACT.config   the release's configuration, as the deployer reads it
//     STATE/deployers/NAME/ARTEFACT.output   what the last step said on stderr
//     STATE/deployers/NAME/ARTEFACT.d/       the deployer's own, where it runs
#pragma once

#include <string>
#include <vector>

#include "commands/host.h"

namespace groupctl {

struct ExternalNote {
  std::string handle;
  bool runs_nothing = false;  ///< `start` is nothing that it can do
  /// The version that `deploy` was last called for, until that has ended well. What it has left in
  /// place till then nobody knows.
  std::string begun = {};
  bool operator==(const ExternalNote&) const = default;
};

class ExternalNotes {
 public:
  explicit ExternalNotes(std::string folder) : folder_(std::move(folder)) {}

  std::string own_folder(const std::string& name) const { return at(name, ".d"); }
  std::string config_file(const std::string& name) const { return at(name, ".config"); }
  /// While it is asked what it would do.
  std::string planned_config_file(const std::string& name) const { return at(name, ".planned"); }
  std::string output_file(const std::string& name) const { return at(name, ".output"); }

  /// Makes the deployer's own folder. Errors: kIo.
  Status make_folder(const std::string& name) const;
  /// Of an artefact that there is none of, or that cannot be read: an empty one.
  ExternalNote read(const std::string& name) const;
  /// Nothing is written that stands there already. Errors: kIo, kStorageFull.
  Status write(const std::string& name, const ExternalNote& note) const;
  void keep_output(const std::string& name, const std::string& output) const;
  /// All of it goes.
  Status forget(const std::string& name) const;
  /// Of which there is a note, ascending.
  std::vector<std::string> names() const;

 private:
  std::string at(const std::string& name, const char* ending) const {
    return folder_ + "/" + name + ending;
  }
  std::string folder_;
};

}  // namespace groupctl
