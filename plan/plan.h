// What a plan file says (docs/plan.md), as plain structs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "commands/state/rollout.h"

namespace groupctl::plan {

/// An assignment of a list: nullopt takes away, or unsets.
template <class Value>
struct Assigned {
  Target target;
  std::optional<Value> value;
  bool operator==(const Assigned&) const = default;
};

/// An [[artefact]]: what its target is to have of it, and whether it is to run there.
struct Artefact {
  enum class Says : std::uint8_t {
    kRelease,  ///< this release is to be there
    kAbsent,   ///< nothing of it
    kRunOnly,  ///< as it is; only whether it runs
  };
  std::string name;
  Target target;
  Says says = Says::kRelease;
  Release release = {};         ///< of kRelease; digest zero: as the group's catalogue says
  std::optional<bool> running;  ///< nullopt: as it is
  std::string where;            ///< of its name in the file, for messages
};

struct Property {
  std::string key;
  Target target;
  std::optional<std::string> value;  ///< nullopt: unset
  std::string where;
};

struct Plan {
  std::string group;  ///< empty: any
  std::string message;
  std::optional<RolloutPolicy> rollout;  ///< how releases reach the members; else all at once
  std::vector<Artefact> artefacts;       ///< as in the file
  std::vector<Property> properties;      ///< as in the file
  std::vector<std::string> warnings;
};

/// What ${NAME} stands for, by name.
using Variables = std::map<std::string, std::string, std::less<>>;

}  // namespace groupctl::plan
