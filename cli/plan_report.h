// What there is to say of plans, before it is text or JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/report.h"
#include "plan/diff.h"

namespace groupctl {

/// `plan check`.
struct PlanCheckReport {
  std::string file;
  std::string group;  ///< empty: any
  std::size_t artefacts = 0;
  std::size_t properties = 0;
  std::vector<std::string> warnings;
};

/// `plan diff`, and `apply --dry-run` of a plan that is met.
struct PlanDiffReport {
  std::string group;
  Sequence head;
  std::vector<plan::Difference> differences;
  std::vector<std::string> commands;  ///< "DEPLOY shop@1 to all", in their order
  std::vector<std::string> warnings;
  std::string apply;  ///< the command line that carries it out; empty: there is nothing to do
  int exit_code = 0;
};

/// `plan export`.
struct PlanExportReport {
  std::string group;
  Sequence head;
  std::string text;
};

/// `apply`: what was submitted, with how it ended.
struct ApplyReport {
  Sequence head;  ///< behind which it was submitted
  std::vector<CommandReport> commands;
  std::vector<std::string> warnings;
  int exit_code = 0;
  bool detached = false;       ///< by a Ctrl-C
  std::string come_back = {};  ///< the command line that waits for what is open; empty: nothing is
};

/// One line, and one for each field. Pure.
std::string difference_text(const plan::Difference& one);
nlohmann::json difference_json(const plan::Difference& one);

// As text for people. Pure.
std::string render_text(const PlanCheckReport& report);
std::string render_text(const PlanDiffReport& report);
std::string render_text(const PlanExportReport& report);
std::string render_text(const ApplyReport& report);

// As JSON (docs/json.md). Pure.
std::string render_json(const PlanCheckReport& report);
std::string render_json(const PlanDiffReport& report);
std::string render_json(const PlanExportReport& report);
std::string render_json(const ApplyReport& report);

}  // namespace groupctl
