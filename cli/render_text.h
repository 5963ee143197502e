// Reports as text for people. Pure.
#pragma once

#include <string>

#include "cli/agent_report.h"
#include "cli/contexts.h"
#include "cli/key_report.h"
#include "cli/report.h"
#include "cli/screen.h"
#include "cli/text.h"

namespace groupctl {

/// A word of the vocabulary, as people read it: "not attempted".
std::string spoken(Outcome outcome);
/// "36 done   2 failed   1 lost": the outcomes above zero, in the order of the vocabulary.
std::string counts_text(const std::vector<OutcomeCount>& counts);
/// Rows of the targets that did not plainly end well; empty when all did.
/// `width`: columns of the terminal, 0 for none.
std::string exceptions_text(const std::vector<LedgerRow>& rows, Sequence sequence,
                            std::size_t width = 0);

/// What a member did otherwise than asked; empty: nothing.
std::string why_of(const MemberReconciled& member);

/// A plain Screen is none: no line is folded.
std::string render_text(const CommandReport& report, const Screen& screen = {});
std::string render_text(const EntryReport& report, const WallClock& clock);
std::string render_text(const LogReport& report, const WallClock& clock);
std::string render_text(const MembersReport& report);
std::string render_text(const MemberDetail& detail, const WallClock& clock);
std::string render_text(const EvictionReport& report);
/// What is given up, before and after.
std::string render_text(const RecoverReply& recovery);
std::string render_text(const StatusReport& report);
std::string render_text(const DiffReport& report, const WallClock& clock);
std::string render_text(const ReconcileReport& report);
std::string render_text(const AdoptReport& report);
std::string render_text(const GroupsReport& report);
std::string render_text(const GroupReport& report);
std::string render_text(const GroupDeletion& report);
std::string render_text(const KeysReport& report, const Screen& screen = {});
std::string render_text(const KeyReport& report);
std::string render_text(const TokenReport& report);
std::string render_text(const OwnKeyReport& report, const WallClock& clock);
/// ", as admin"; empty: there are no keys.
std::string role_text(const HelloReply& hello);
std::string render_text(const PingReport& report);
std::string render_text(const Contexts& contexts);
std::string render_text(const AgentsReport& report);
std::string render_text(const AgentMembersReport& report);
std::string render_text(const SteerReport& report);
std::string render_text(const Failure& failure);

}  // namespace groupctl
