// Keys, as text and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "cli/json_text.h"
#include "cli/render_json.h"
#include "cli/render_text.h"

namespace groupctl {
namespace {

using nlohmann::json;

std::string left_text(const KeyInfo& info, GroupTime now) {
  const std::uint64_t left = info.until.value - std::min(now.value, info.until.value);
  return left == 0 ? "over" : "ends in " + age_text(left);
}

std::string key_note(const KeyInfo& info, GroupTime now) {
  std::vector<std::string> parts;
  if (info.until && info.state == KeyState::kAccepted) parts.push_back(left_text(info, now));
  if (info.role == KeyRole::kToken) parts.push_back(fmt::format("lets in {}", info.uses_left));
  if (!info.by.empty()) parts.push_back("by " + info.by);
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  if (!info.message.empty()) text += (text.empty() ? "" : ": ") + info.message;
  return text;
}

std::vector<std::string> key_cells(const KeyInfo& info, GroupTime now) {
  const std::uint64_t since = now.value - std::min(now.value, info.since.value);
  return {std::string(to_word(info.state)),
          info.name,
          std::string(to_word(info.role)),
          fingerprint(info.key),
          info.since ? age_text(since) : "-",
          info.from.empty() ? "-" : info.from,
          key_note(info, now)};
}

json key_json(const KeyInfo& info) {
  json object = {{"name", info.name},
                 {"role", to_word(info.role)},
                 {"state", to_word(info.state)},
                 {"fingerprint", fingerprint(info.key)},
                 {"key", info.key.hex()}};
  if (info.since) object["since"] = rfc3339(info.since);
  if (info.until) object["until"] = rfc3339(info.until);
  if (info.role == KeyRole::kToken) object["usesLeft"] = info.uses_left;
  put_text(object, "from", info.from);
  put_text(object, "by", info.by);
  put_text(object, "why", info.message);
  return object;
}

std::string lines_of(const OwnKeyReport& report) {
  return fmt::format("fingerprint {}\npublic key  {}\nfile        {}\n", fingerprint(report.key),
                     report.key.hex(), escaped(report.file));
}

/// How it stands with being let in, and what is to be typed next, by whom.
std::string asked_text(const OwnKeyReport& report) {
  if (!report.answer) {
    std::string text = "nobody was asked to let it in: " + escaped(report.why_not_asked) + "\n";
    text += report.ask_later.empty() ? "next, " : "next: " + report.ask_later + "\nor ";
    return text + fmt::format("an admin: groupctl key accept {} --role operator --public-key {}\n",
                              report.name, report.key.hex());
  }
  if (report.answer->state == KeyState::kAccepted) {
    return fmt::format("{} is let in at {}\n", report.name, report.endpoint);
  }
  const std::string why = report.answer->text.empty() ? "" : ": " + escaped(report.answer->text);
  return fmt::format(
      "{} waits to be let in at {}{}\n"
      "next, an admin: groupctl key accept {} --role operator --fingerprint {}\n"
      "(as a reader, without --role: whoever asks is listed as that)\n",
      report.name, report.endpoint, why, report.name, fingerprint(report.key));
}

std::string_view did_word(OwnKeyReport::Did did) {
  switch (did) {
    case OwnKeyReport::Did::kMake:
      return "made";
    case OwnKeyReport::Did::kReplace:
      return "replaced";
    case OwnKeyReport::Did::kLook:
    case OwnKeyReport::Did::kAskAgain:
      break;
  }
  return "there";
}

}  // namespace

std::string TokenReport::join_line() const {
  return fmt::format("group-member join {} --group {} --server-key {} --token {}", endpoint, group,
                     server.hex(), secret.hex());
}

std::string render_text(const KeysReport& report, const Screen& screen) {
  static const std::vector<Column> columns = {{"STATE"},       {"NAME"}, {"ROLE"}, {"FINGERPRINT"},
                                              {"SINCE", true}, {"FROM"}, {"NOTE"}};
  std::vector<std::vector<std::string>> rows;
  for (const KeyInfo& info : report.keys) rows.push_back(key_cells(info, report.now));
  return table(columns, rows, screen.result_columns);
}

std::string render_text(const KeyReport& report) {
  const KeyInfo& info = report.key;
  const std::string who = fmt::format("{}, {}", info.name, fingerprint(info.key));
  if (info.state == KeyState::kAccepted) {
    return fmt::format("{}, is let in as {}\n", who, to_word(info.role));
  }
  return fmt::format("{}, is {}\n", who, to_word(info.state));
}

std::string render_text(const TokenReport& report) {
  return fmt::format("# lets in {}, for {}; whoever reads it can\n{}\n",
                     counted(report.key.uses_left, "member"), age_text(report.ttl_ms),
                     report.join_line());
}

std::string render_text(const OwnKeyReport& report, const WallClock& clock) {
  const std::string lines = lines_of(report);
  switch (report.did) {
    case OwnKeyReport::Did::kMake:
      return "the key is made\n" + lines + asked_text(report);
    case OwnKeyReport::Did::kAskAgain:
      return "the key was there already\n" + lines + asked_text(report);
    case OwnKeyReport::Did::kReplace:
      return "the key is replaced\n" + lines +
             fmt::format("the old one is kept as {}.old{}\n", escaped(report.file),
                         report.old_until
                             ? ", and is let in until " + when_text(*report.old_until, clock)
                             : "");
    case OwnKeyReport::Did::kLook:
      break;
  }
  if (!report.server) return lines + "server key  none is known here\n";
  return lines + fmt::format("server key  {}\nfrom        {}\n", report.server->hex(),
                             escaped(report.server_from));
}

std::string render_json(const KeysReport& report) {
  json object = json_envelope("KeyList");
  object["keys"] = json::array();
  for (const KeyInfo& info : report.keys) object["keys"].push_back(key_json(info));
  return json_line(object);
}

std::string render_json(const KeyReport& report) {
  json object = json_envelope("Key");
  object.update(key_json(report.key));
  return json_line(object);
}

std::string render_json(const TokenReport& report) {
  json object = json_envelope("KeyToken");
  object.update({{"name", report.key.name},
                 {"token", report.secret.hex()},
                 {"group", report.group},
                 {"endpoint", report.endpoint},
                 {"serverKey", report.server.hex()},
                 {"usesLeft", report.key.uses_left},
                 {"until", rfc3339(report.key.until)},
                 {"join", report.join_line()}});
  return json_line(object);
}

std::string render_json(const OwnKeyReport& report) {
  json object = json_envelope("OwnKey");
  object.update({{"did", did_word(report.did)},
                 {"file", report.file},
                 {"fingerprint", fingerprint(report.key)},
                 {"key", report.key.hex()}});
  put_text(object, "name", report.name);
  if (report.answer) object["state"] = to_word(report.answer->state);
  put_text(object, "notAsked", report.why_not_asked);
  if (report.old_until) object["oldUntil"] = rfc3339(*report.old_until);
  if (report.server) object["serverKey"] = report.server->hex();
  put_text(object, "serverKeyFrom", report.server_from);
  return json_line(object);
}

}  // namespace groupctl
