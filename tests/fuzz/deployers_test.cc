// What an external deployer may say.
#include <gtest/gtest.h>

#include "deployers/said.h"
#include "log/text.h"
#include "tests/fuzz/target.h"

namespace groupctl::fuzz {
namespace {

bool is_bounded(const std::string& text) {
  return text.size() <= deployers::kMaxSaidText && is_utf8(text);
}

bool is_bounded(const deployers::ResultSaid& result) {
  bool bounded = result.commands.size() <= deployers::kMaxSaidCommands;
  for (const std::string& command : result.commands) bounded = bounded && is_bounded(command);
  for (const std::string* text : {&result.name, &result.state, &result.version, &result.digest,
                                  &result.handle, &result.text}) {
    bounded = bounded && is_bounded(*text);
  }
  return bounded;
}

bool is_bounded(const deployers::Said& said) {
  if (const auto* log = std::get_if<deployers::LogSaid>(&said)) return is_bounded(log->text);
  if (const auto* result = std::get_if<deployers::ResultSaid>(&said)) return is_bounded(*result);
  const auto& progress = std::get<deployers::ProgressSaid>(said);
  return progress.percent >= 0 && progress.percent <= 100 && is_bounded(progress.step);
}

/// A line of its stdout: whatever it is, it is understood or a plain text, and bounded.
TEST(Deployers, F33_F44_Lines) {
  FuzzTarget target;
  target.seeds =
      texts({R"({"progress":0.4,"step":"copying"})", R"({"log":"slow disk","level":"warn"})",
             R"({"result":{"state":"running","version":"1.0","digest":"sha256:00","handle":"h"}})",
             R"({"contract":1,"name":"hook","commands":["deploy","undeploy"]})",
             R"({"state":"foreign","text":"of root"})"});
  target.words = {"{",     "}", "\"progress\":", "\"result\":{", "\"log\":", "\"state\":",
                  "1e999", "[", "\\u0000",       "\xff",         "null",     "-1"};
  target.decode = [](ByteView bytes) {
    const deployers::Said said = deployers::parse_line(as_text(bytes));
    if (!is_bounded(said)) return broken("more than is allowed, or no UTF-8");
    const auto* text = std::get_if<deployers::LogSaid>(&said);
    const bool plain = text != nullptr && text->weight == deployers::LogWeight::kPlain;
    return plain ? refused() : accepted();
  };
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
