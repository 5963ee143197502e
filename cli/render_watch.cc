#include "cli/render_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "cli/render_text.h"

namespace groupctl {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kFewestMembers = 4;  // for fewer the status makes room

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

const char* mark_of(const Screen& screen) { return screen.utf8 ? "…" : "..."; }

Lines fitted_lines(Lines lines, const Screen& screen) {
  for (std::string& line : lines) {
    line = fitted(screen.utf8 ? line : in_ascii(line), screen.size.columns - 1, mark_of(screen));
  }
  return lines;
}

/// "members 3-9 of 30".
std::string place_text(std::string_view what, std::size_t top, const WatchExtent& extent) {
  if (extent.lines == 0) return fmt::format("no {}", what);
  const std::size_t last = std::min(top + extent.room, extent.lines);
  return fmt::format("{} {}-{} of {}", what, top + 1, last, extent.lines);
}

/// The last line: what is shown, and how to come to the rest.
std::string foot(const WatchView& view, std::size_t top, const WatchExtent& extent) {
  if (view.typing) {
    const std::string why = view.complaint.empty() ? "" : "   (" + escaped(view.complaint) + ")";
    return "/" + *view.typing + "_" + why;
  }
  std::string text = view.paused ? "paused   " : "";
  if (view.page != WatchPage::kMembers) {
    return text + place_text("lines", top, extent) + "   Esc back   ? keys";
  }
  text += place_text("members", top, extent) + "   by " + std::string(to_word(view.order));
  if (view.only_out_of_step) text += "   not in step";
  if (!view.filter.empty()) text += "   /" + view.filter;
  return text + "   ? keys   q ends";
}

Lines head_of(const WatchFacts& facts) {
  Lines lines = lines_of(render_text(facts.status));
  if (!facts.reachable) lines.front() = "no coordinator answers; waiting for it";
  lines.emplace_back();
  return lines;
}

/// The titles, and a line a member.
Lines table_of(const WatchFacts& facts, std::vector<MemberInfo> shown, const WatchView& view,
               bool keys) {
  const std::size_t chosen = chosen_at(view, [&] {
    Lines names;
    for (const MemberInfo& member : shown) names.push_back(member.name);
    return names;
  }());
  Lines lines = lines_of(render_text(MembersReport{std::move(shown), facts.members.head}));
  for (std::size_t i = 0; keys && i < lines.size(); ++i) {
    lines[i].insert(0, i == chosen + 1 ? "> " : "  ");
  }
  return lines;
}

void add_shown(Lines& lines, const Lines& from, std::size_t top, std::size_t room) {
  const std::size_t end = std::min(top + room, from.size());
  for (std::size_t i = top; i < end; ++i) lines.push_back(from[i]);
}

WatchPicture members_picture(const WatchFacts& facts, const WatchView& view, bool keys,
                             const Screen& screen) {
  auto shown = shown_members(facts.members.members, view);
  WatchPicture picture;
  for (const MemberInfo& member : shown) picture.extent.members.push_back(member.name);
  picture.extent.lines = shown.size();
  Lines table = table_of(facts, std::move(shown), view, keys);
  picture.lines = head_of(facts);
  const std::size_t all = screen.size.lines - 1;
  const bool fits = picture.lines.size() + table.size() <= all;
  const std::size_t body = keys || !fits ? all - 1 : all;  // without the last line
  const std::size_t head = body - std::min(body, kFewestMembers + 1);
  if (picture.lines.size() > head && (keys || !fits)) picture.lines.resize(head);
  const std::size_t used = picture.lines.size() + 1;  // the titles
  picture.extent.room = body - std::min(body, used);
  const std::size_t top = keys ? first_line(view, picture.extent) : 0;
  picture.lines.push_back(table.front());
  table.erase(table.begin());
  add_shown(picture.lines, table, top, picture.extent.room);
  if (keys) {
    picture.lines.push_back(foot(view, top, picture.extent));
  } else if (table.size() > picture.extent.room) {
    picture.lines.push_back(fmt::format("{} and {} more lines: groupctl member list",
                                        mark_of(screen), table.size() - picture.extent.room));
  }
  return picture;
}

WatchPicture page_picture(const WatchFacts& facts, const WatchView& view, const Screen& screen) {
  const bool own = view.page == WatchPage::kKeys;
  const std::string text = own ? keys_text() : facts.page;
  const Lines page = lines_of(text.empty() ? "asking for it" : text);
  WatchPicture picture;
  if (!facts.reachable) picture.lines.push_back(head_of(facts).front());
  picture.extent.lines = page.size();
  picture.extent.room = screen.size.lines - 2 - picture.lines.size();
  const std::size_t top = first_line(view, picture.extent);
  add_shown(picture.lines, page, top, picture.extent.room);
  picture.lines.push_back(foot(view, top, picture.extent));
  return picture;
}

}  // namespace

WatchPicture render_watch(const WatchFacts& facts, const WatchView& view, bool keys,
                          const Screen& screen) {
  WatchPicture picture = view.page == WatchPage::kMembers
                             ? members_picture(facts, view, keys, screen)
                             : page_picture(facts, view, screen);
  picture.lines = fitted_lines(std::move(picture.lines), screen);
  return picture;
}

}  // namespace groupctl
