// What is wrong with something that is shown, as text on a terminal and as JSON.
#pragma once

#include <string>

namespace groupctl::fuzz {

/// Empty for lines of which nothing else is obeyed by a terminal.
std::string text_badly(const std::string& text);
/// Empty for one object of ours in one line; `word` is what every one has.
std::string json_badly(const std::string& line, const std::string& word = "schema");

/// A report that render_text() and render_json() know.
template <class Report, class... More>
std::string shown_badly(const Report& report, const More&... more) {
  std::string complaint = text_badly(render_text(report, more...));
  return complaint.empty() ? json_badly(render_json(report)) : complaint;
}

}  // namespace groupctl::fuzz
