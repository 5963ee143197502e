// What a member answers, as groupctl and group-member show it, and what groupctl makes of it.
#include <gtest/gtest.h>

#include "cli/adoption.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/repository_report.h"
#include "member/local_text.h"
#include "member/status_text.h"
#include "tests/fuzz/rendered.h"
#include "tests/fuzz/target.h"
#include "tests/unit/wire/samples.h"

namespace groupctl::fuzz {
namespace {

MemberInfo a_member_of_the_list() {
  return std::get<MembersReply>(samples::admin_replies()[6]).rows[0];
}

/// As commands for the whole group; rows that cannot be adopted are said so.
std::string adopted_badly(const DeltaPage& page) {
  Adoption adoption;
  const Target all = Target::all();
  if (!adopt_rows(a_member_of_the_list(), page.rows, &all, adoption)) return {};
  for (const Adopted& adopted : adoption.commands) {
    static_cast<void>(shown_command(adopted.command.kind, adopted.command.payload));
  }
  return {};
}

struct Answered {
  WallClock clock;

  std::string operator()(const DeltaPage& page) const {
    std::string complaint = shown_badly(DiffReport{page.at, {{"web-01", {}, page.rows}}}, clock);
    if (complaint.empty()) complaint = adopted_badly(page);
    if (complaint.empty()) complaint = text_badly(delta_table(page));
    return complaint.empty() ? json_badly(delta_json(page)) : complaint;
  }
  std::string operator()(const JobState& job) const {
    std::string complaint =
        shown_badly(ReconcileReport{{{"web-01", Outcome::kFailed, {}, job.results}}, 1});
    if (complaint.empty()) complaint = text_badly(job_table(job));
    return complaint.empty() ? json_badly(job_json(job, 1)) : complaint;
  }
  std::string operator()(const ArtefactsPage& page) const {
    WhereReport report{"shop", {}};
    for (const PlacedArtefact& placed : page.rows) {
      report.places.push_back({"web-01", {}, placed, placed.version, Sequence(7)});
    }
    return shown_badly(report);
  }
  std::string operator()(const Refused& refused) const {
    return json_badly(local_error_json({refused.code, refused.text}, 1));
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

TEST(Rendering, F33_F36_AnswersOfMembers) {
  FuzzTarget target;
  for (const Answer& answer : samples::answers()) target.seeds.push_back(encode(answer));
  target.words = {"\x1b[2J", "\n", "\r", "\x7f", "\xff", "artefact/", "property/", "member/"};
  target.decode = [](ByteView bytes) {
    const auto answer = decode_answer(bytes);
    if (!answer) return refused();
    std::string complaint = std::visit(Answered{}, *answer);
    return complaint.empty() ? accepted() : broken(std::move(complaint));
  };
  target.fixed_bytes = 4 << 20;
  target.times = 1024;
  fuzz(target);
}

TEST(Rendering, F33_F36_StatusOfMembers) {
  FuzzTarget target;
  for (const LocalReply& reply : samples::local_replies()) target.seeds.push_back(encode(reply));
  target.words = {"\x1b[2J", "\n", "\r", "\x7f", "\xff"};
  target.decode = [](ByteView bytes) {
    const auto reply = decode_local_reply(bytes);
    if (!reply) return refused();
    const auto* status = std::get_if<LocalStatus>(&*reply);
    if (status == nullptr) return accepted();
    std::string complaint = text_badly(status_table(*status));
    if (complaint.empty()) complaint = json_badly(status_json(*status));
    return complaint.empty() ? accepted() : broken(std::move(complaint));
  };
  target.fixed_bytes = 4 << 20;
  target.times = 1024;
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
