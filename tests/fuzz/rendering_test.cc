// What a coordinator answers, as groupctl shows it: as text on a terminal, and as JSON.
#include <gtest/gtest.h>

#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/repository_report.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/rendered.h"
#include "tests/fuzz/target.h"
#include "tests/unit/wire/samples.h"

namespace groupctl::fuzz {
namespace {

/// Rows as `repo list` and `artefact list` ask for them.
std::string state_badly(const StateReply& reply, const WallClock& clock) {
  GroupState state = a_group().state();
  for (const StateRow& row : reply.rows) state.load_row(row.key, row.value);
  CatalogueReport catalogue;
  ArtefactsReport artefacts;
  for (const StateRow& row : reply.rows) {
    if (const auto name = catalogue_name(row.key)) {
      if (auto value = decode_catalogue_row(row.value))
        catalogue.entries.push_back({*name, *value});
    }
    if (const auto name = artefact_name(row.key)) {
      const std::string text(*name);
      artefacts.artefacts.push_back(
          {text, artefact_row(state, text), catalogued_versions(state, text)});
    }
  }
  std::string complaint = shown_badly(catalogue, clock);
  if (complaint.empty()) complaint = text_badly(render_list(artefacts));
  return complaint.empty() ? json_badly(render_json(artefacts, "artefacts")) : complaint;
}

struct Shown {
  WallClock clock;

  std::string operator()(const HelloReply& reply) const {
    return shown_badly(PingReport{reply, "tcp://127.0.0.1:7401", 3});
  }
  std::string operator()(const StatusReply& reply) const {
    return shown_badly(StatusReport{reply, "tcp://127.0.0.1:7401"});
  }
  std::string operator()(const MembersReply& reply) const {
    return shown_badly(MembersReport{reply.rows, reply.head});
  }
  std::string operator()(const LogReply& reply) const {
    LogReport report{{}, reply.head, reply.floor};
    for (const LogRow& row : reply.rows) {
      auto shown = shown_entry(row);
      if (!shown) continue;
      std::string complaint = shown_badly(EntryReport{*shown, {}}, clock);
      if (!complaint.empty()) return complaint;
      report.entries.push_back(*std::move(shown));
    }
    return shown_badly(report, clock);
  }
  std::string operator()(const Update& update) const {
    LedgerView view;
    view.merge(update);
    CommandReport report;
    report.waited = true;
    report.rows = view.rows();
    report.counts = view.counts();
    report.targets = view.targets();
    return shown_badly(report);
  }
  std::string operator()(const QueryRefused& reply) const {
    return shown_badly(failure_of({reply.code, reply.text}));
  }
  std::string operator()(const MemberDetail& detail) const { return shown_badly(detail, clock); }
  std::string operator()(const CataloguedReply& reply) const {
    return shown_badly(PutReport{{"shop", "2.4.1"}, {}, 5, reply, 7});
  }
  std::string operator()(const VerifyReply& reply) const {
    return shown_badly(VerifyReport{{{{{"shop", "2.4.1"}}, reply}}});
  }
  std::string operator()(const CollectReply& reply) const {
    return shown_badly(CollectReport{reply, true});
  }
  std::string operator()(const StateReply& reply) const { return state_badly(reply, clock); }
  std::string operator()(const GroupsReply& reply) const {
    return shown_badly(GroupsReport{reply.rows});
  }
  std::string operator()(const GroupInfo& reply) const {
    const std::string complaint = shown_badly(GroupReport{reply});
    return complaint.empty() ? shown_badly(GroupReport{reply, true}) : complaint;
  }
  std::string operator()(const GroupDeleted& reply) const {
    return shown_badly(GroupDeletion{"bank", reply.folder});
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

LogReply log_reply() {
  LogReply reply;
  for (const FramePtr& frame : a_group().frames()) {
    reply.rows.push_back({copy_bytes(frame->entry_bytes(0)), 3, {{Outcome::kDone, 2}}});
  }
  return reply;
}

TEST(Rendering, F33_F36_Answers) {
  FuzzTarget target;
  for (const AdminReply& reply : samples::admin_replies()) {
    target.seeds.push_back(encode(AdminRequestId(1), reply));
  }
  target.seeds.push_back(encode(AdminRequestId(2), AdminReply(log_reply())));
  target.words = {"\x1b[2J", "\n", "\r", "\x7f", "\xff", "\xe2\x80\xae"};
  target.decode = [](ByteView bytes) {
    const auto reply = decode_admin_reply(bytes);
    if (!reply) return refused();
    std::string complaint = std::visit(Shown{}, reply->reply);
    return complaint.empty() ? accepted() : broken(std::move(complaint));
  };
  target.fixed_bytes = 1 << 20;
  target.times = 1024;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
