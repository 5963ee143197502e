// The rows of the system kinds in the three tables.
#pragma once

#include <vector>

#include "commands/command.h"
#include "commands/host.h"
#include "commands/syntax.h"

namespace groupctl::system {

std::vector<ApplyRow> apply_rows();
ApplyRow catalogued_apply_row();
std::vector<ApplyRow> rollout_apply_rows();
/// LABELLED and the steps of a rollout: whom they are about reconcile; the others count nobody.
std::vector<ExecuteRow> execute_rows();
/// Of a kind that nobody types.
SyntaxRow described_only(KindId kind, std::string_view summary, std::string (*describe)(ByteView),
                         std::vector<std::pair<std::string, std::string>> (*fields)(ByteView));
std::vector<SyntaxRow> syntax_rows();
std::vector<SyntaxRow> rollout_syntax_rows();

}  // namespace groupctl::system
