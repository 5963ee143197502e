// What a coordinator answers, as groupctl shows it: as text on a terminal, and as JSON.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/render_json.h"
#include "cli/render_text.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/target.h"
#include "tests/unit/wire/samples.h"

namespace groupctl::fuzz {
namespace {

/// A text with lines, and else nothing that a terminal obeys.
std::string text_badly(const std::string& text) {
  const bool obeyed = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7f;
  });
  if (obeyed) return "a terminal would obey it";
  return text.empty() || text.ends_with('\n') ? "" : "its last line does not end";
}

std::string json_badly(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.contains("schema")) return "it is no JSON of ours";
  return line.find('\n') + 1 == line.size() ? "" : "it is not one line";
}

template <class Report, class... More>
std::string shown_badly(const Report& report, const More&... more) {
  std::string complaint = text_badly(render_text(report, more...));
  return complaint.empty() ? json_badly(render_json(report)) : complaint;
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
