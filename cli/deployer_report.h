// What there is to say of a deployer's program, before it is text or JSON.
#pragma once

#include <string>
#include <vector>

#include "deployers/kit.h"

namespace groupctl {

/// `deployer test`.
struct DeployerReport {
  std::string path;
  std::vector<deployers::Check> checks;

  bool passed() const {
    for (const deployers::Check& check : checks) {
      if (check.end == deployers::CheckEnd::kFailed) return false;
    }
    return true;
  }
};

std::string render_text(const DeployerReport& report);
std::string render_json(const DeployerReport& report);

}  // namespace groupctl
