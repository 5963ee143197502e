// --dry-run of whatever would be submitted.
#pragma once

#include <vector>

#include "cli/dry_run_report.h"
#include "cli/run.h"

namespace groupctl {

/// What these commands would do. Ends with what was told when the time of --timeout is up. Errors:
/// as the submit would be refused; those of Client::ask.
tl::expected<DryRunReport, Error> dry_run(const Submit& submit, const GlobalOptions& global,
                                          const std::string& group, Client& client);
/// The same, as the verb's answer; `differences` of a plan stand before it.
Done dry_said(const Submit& submit, const GlobalOptions& global, const HelloReply& hello,
              Client& client, std::vector<plan::Difference> differences = {});

}  // namespace groupctl
