// Reports as JSON: one envelope, documented in docs/json.md. Each is one line. Pure.
#pragma once

#include <string>

#include "cli/agent_report.h"
#include "cli/contexts.h"
#include "cli/key_report.h"
#include "cli/report.h"

namespace groupctl {

std::string render_json(const CommandReport& report);
std::string render_json(const EntryReport& report);
/// An entry without its targets, and one target of an entry: lines of a stream.
std::string render_json(const ShownEntry& shown);
std::string render_json(const LedgerRow& row, Sequence sequence);
std::string render_json(const MemberInfo& member, Sequence head);
/// The results of several entries.
std::string render_json(const std::vector<CommandReport>& reports, int exit_code);
std::string render_json(const LogReport& report);
std::string render_json(const MembersReport& report);
std::string render_json(const MemberDetail& detail);
std::string render_json(const EvictionReport& report);
std::string render_json(const RecoverReply& recovery);
std::string render_json(const StatusReport& report);
std::string render_json(const DiffReport& report);
std::string render_json(const ReconcileReport& report);
std::string render_json(const AdoptReport& report);
std::string render_json(const GroupsReport& report);
std::string render_json(const GroupReport& report);
std::string render_json(const GroupDeletion& report);
std::string render_json(const KeysReport& report);
std::string render_json(const KeyReport& report);
std::string render_json(const TokenReport& report);
std::string render_json(const OwnKeyReport& report);
std::string render_json(const PingReport& report);
std::string render_json(const Contexts& contexts);
std::string render_json(const AgentsReport& report);
std::string render_json(const AgentMembersReport& report);
std::string render_json(const SteerReport& report);
std::string render_json(const Failure& failure);
std::string render_version_json(std::string_view version);

}  // namespace groupctl
