// key new, rotate, fingerprint: the key of who runs groupctl.
#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/own_keys.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "daemon/key_files.h"
#include "daemon/version.h"
#include "wire/endpoint.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kAskMs = 2000;

tl::unexpected<Failure> failed(const Error& error, std::string hint = {}) {
  Failure failure = failure_of(error);
  if (!hint.empty()) failure.hint = std::move(hint);
  return tl::unexpected(std::move(failure));
}

/// The line that asks again: what is in the environment is there the next time, too.
std::string new_line(const GlobalOptions& global, const std::string& name) {
  return fmt::format("groupctl key new --name {}{}", name, global.same_coordinator);
}

Result<std::string> name_for(const KeyNewCall& call, const Surroundings& around) {
  if (!call.name.empty()) return call.name;
  std::string login = around.issuer.substr(0, around.issuer.find('@'));
  if (is_name(login)) return login;
  return fail(ErrorCode::kInvalid, "--name NAME is needed: \"" + login + "\" is none");
}

Result<Enrolled> ask_to_be_let_in(const GlobalOptions& global, const OwnKeyReport& report,
                                  const PinnedServer& server, const Client& client,
                                  const Surroundings& around) {
  std::optional<ClientKeys> as;
  if (!is_ipc(global.endpoint)) as = ClientKeys{guest_keys(*server.key), *server.key};
  const auto channel = around.connect_as(as);
  if (!channel) return tl::unexpected<Error>(channel.error());
  Client guest = client.over(**channel);
  Enrol enrol;
  enrol.protocol = kProtocolVersion;
  enrol.product = "groupctl " + std::string(product_version());
  enrol.group = global.group;
  enrol.name = report.name;
  enrol.key = report.key;
  return guest.ask<Enrolled>(enrol, std::min(kAskMs, global.timeout_ms));
}

/// Why nobody knows of the key yet, when that is no failure: nobody answered, or guests are not
/// let in. Asked again it is said again.
bool not_asked(OwnKeyReport& report, const Error& error, const GlobalOptions& global) {
  if (is_away(error)) {
    report.why_not_asked =
        fmt::format("nobody answered at {} (from {})", global.endpoint, global.endpoint_source);
    report.ask_later = new_line(global, report.name);
    return true;
  }
  if (error.code != ErrorCode::kKeyRefused) return false;
  report.why_not_asked = global.endpoint + " lets nobody ask";
  return true;
}

/// What was decided of it before stays so. Whoever asks is not told under which name that was.
Done answered(const OwnKeyReport& report, Format format, const Surroundings& around) {
  const KeyState state = report.answer->state;
  if (state == KeyState::kPending || state == KeyState::kAccepted)
    return said(report, format, around.wall_clock());
  const std::string mark = fingerprint(report.key);
  const std::string why = report.answer->text.empty() ? "" : ": " + report.answer->text;
  return failed(
      {ErrorCode::kKeyRefused, fmt::format("your key, {}, is {}{}", mark, to_word(state), why)},
      "an admin lets it in after all: groupctl key accept " + mark);
}

/// The row of a key, as its holder sees it; nullopt: it is not let in here, or not told.
std::optional<KeyInfo> own_row(Client& client, const PublicKey& key, std::uint64_t within_ms) {
  const auto keys = read_keys(client, within_ms);
  if (!keys) return std::nullopt;
  const auto found = std::find_if(keys->begin(), keys->end(),
                                  [&](const KeyInfo& info) { return info.key == key; });
  return found == keys->end() ? std::nullopt : std::optional(*found);
}

/// It is let in under another name, or as a member's. It may look for itself.
Done let_in_otherwise(const Error& refused, const GlobalOptions& global, const KeyPair& own,
                      const PinnedServer& server, const Client& client,
                      const Surroundings& around) {
  std::optional<ClientKeys> as;
  if (!is_ipc(global.endpoint)) as = ClientKeys{own, *server.key};
  const auto channel = around.connect_as(as);
  if (!channel) return failed(channel.error());
  Client holder = client.over(**channel);
  const std::uint64_t within_ms = std::min(kAskMs, global.timeout_ms);
  const auto hello = holder.hello(within_ms);
  const auto row = hello ? own_row(holder, own.public_key, within_ms) : std::nullopt;
  const bool no_persons = !hello && hello.error().code == ErrorCode::kKeyRefused;
  if (!row && !no_persons) return failed(refused);
  const std::string as_whom =
      row ? fmt::format("as the {} {}", to_word(row->role), row->name) : "as a member";
  const bool members = !row || row->role == KeyRole::kMember;
  const std::string with_it = members ? "" : "groupctl key new --name " + row->name + ", or ";
  return failed({refused.code, fmt::format("this key, {}, is let in already, {}",
                                           fingerprint(own.public_key), as_whom)},
                with_it + "a key of its own: --key FILE");
}

/// The key in FILE, or one that is made there.
Result<KeyPair> made_or_there(const std::string& file, bool& made) {
  const KeyPair drawn = draw_keys();
  const Status written = write_new_secret_key(file, drawn);
  made = written.has_value();
  if (made) return drawn;
  if (written.error().code == ErrorCode::kConflict) return read_own_key(file);
  return tl::unexpected<Error>(written.error());
}

// ---- replacing it

struct Replacing {
  const GlobalOptions& global;
  const Client& client;
  const Surroundings& around;
  std::string file;
  PublicKey server;
};

/// Until when a key is let in; nullopt when that is not told.
std::optional<GroupTime> end_of_key(Client& client, const PublicKey& key, std::uint64_t within_ms) {
  const auto row = own_row(client, key, within_ms);
  return row && row->until ? std::optional(row->until) : std::nullopt;
}

/// When the key before this one ends, which is in the way; empty: nothing is known of it.
std::string former_ends(const Replacing& replacing, Client& client) {
  const auto former = read_secret_key(former_key_file(replacing.file));
  if (!former) return "";
  const auto end = end_of_key(client, former->public_key, replacing.global.timeout_ms);
  if (!end) return "";
  return fmt::format("it ends {}, or now by an admin: groupctl key revoke {}",
                     when_text(*end, replacing.around.wall_clock()),
                     fingerprint(former->public_key));
}

Done put_in_place(const Replacing& replacing, const KeyPair& next,
                  std::optional<GroupTime> old_until) {
  if (auto replaced = take_next_key(replacing.file); !replaced) {
    return failed(replaced.error(), "groupctl key rotate goes on");
  }
  OwnKeyReport report{OwnKeyReport::Did::kReplace, replacing.file, next.public_key};
  report.old_until = old_until;
  return said(report, replacing.global.format, replacing.around.wall_clock());
}

/// The old one is let in no more: what was cut short then has gone well if the new one is.
Done go_on_with(const Replacing& replacing, const KeyPair& next, const Failure& refused) {
  const auto channel = replacing.around.connect_as(ClientKeys{next, replacing.server});
  if (!channel) return failed(channel.error());
  Client client = replacing.client.over(**channel);
  if (!greeted(replacing.global, client)) return tl::unexpected(refused);
  return put_in_place(replacing, next, std::nullopt);
}

Done replace(const Replacing& replacing, const KeyPair& own) {
  const auto channel = replacing.around.connect_as(ClientKeys{own, replacing.server});
  if (!channel) return failed(channel.error());
  Client client = replacing.client.over(**channel);
  const auto hello = greeted(replacing.global, client);
  if (!hello && hello.error().word == to_word(ErrorCode::kKeyRefused)) {
    const auto begun = read_secret_key(next_key_file(replacing.file));
    return begun ? go_on_with(replacing, *begun, hello.error()) : Done(tl::unexpect, hello.error());
  }
  if (!hello) return tl::unexpected(hello.error());
  const bool begun = has_next_key(replacing.file);
  const auto next = read_or_make_next_key(replacing.file);
  if (!next) return failed(next.error());
  const auto rotated =
      client.ask<Enrolled>(RotateKey{next->public_key}, replacing.global.timeout_ms);
  if (!rotated && !begun && rotated.error().code == ErrorCode::kConflict) {
    drop_next_key(replacing.file);
    return failed(rotated.error(), former_ends(replacing, client));
  }
  if (!rotated) {
    return tl::unexpected(
        unanswered(rotated.error(), "groupctl key rotate goes on with the same new key"));
  }
  return put_in_place(replacing, *next,
                      end_of_key(client, own.public_key, replacing.global.timeout_ms));
}

}  // namespace

Done run_key_new(const GlobalOptions& global, const KeyNewCall& call, Client& client,
                 const Surroundings& around) {
  auto name = name_for(call, around);
  if (!name) return failed(name.error());
  const auto server = pinned_server(global.keys);
  if (!server) return failed(server.error());
  const std::string file = own_key_file(global.keys);
  bool made = false;
  const auto own = made_or_there(file, made);
  if (!own) return failed(own.error());
  OwnKeyReport report{made ? OwnKeyReport::Did::kMake : OwnKeyReport::Did::kAskAgain, file,
                      own->public_key, *std::move(name), global.endpoint};
  if (!server->key && !is_ipc(global.endpoint)) {
    if (!made) {
      return failed({ErrorCode::kConflict, file + " is there already, and is never overwritten"},
                    "to ask to be let in with it: --server-key KEY");
    }
    report.why_not_asked = "the server key is not known here";
    report.ask_later = new_line(global, report.name) + " --server-key KEY";
    return said(report, global.format, around.wall_clock());
  }
  auto answer = ask_to_be_let_in(global, report, *server, client, around);
  if (answer) {
    report.answer = *std::move(answer);
    return answered(report, global.format, around);
  }
  if (not_asked(report, answer.error(), global)) {
    return said(report, global.format, around.wall_clock());
  }
  if (answer.error().code == ErrorCode::kConflict) {
    return let_in_otherwise(answer.error(), global, *own, *server, client, around);
  }
  return failed(answer.error(), made ? "the key is made: " + new_line(global, report.name) : "");
}

Done run_key_rotate(const GlobalOptions& global, Client& client, const Surroundings& around) {
  const auto own = own_keys(global);
  if (!own) return failed(own.error());
  if (!*own) {
    return failed({ErrorCode::kInvalid, global.endpoint +
                                            " is asked without a key, so there is none to replace; "
                                            "-E tcp://HOST:PORT and --server-key KEY ask with it"});
  }
  return replace({global, client, around, own_key_file(global.keys), (*own)->server}, (*own)->own);
}

Done run_key_fingerprint(const GlobalOptions& global, const Surroundings& around) {
  const std::string file = own_key_file(global.keys);
  const auto own = read_own_key(file);
  if (!own && own.error().code == ErrorCode::kNotFound) {
    return failed({ErrorCode::kNotFound, "there is no key of yours at " + file},
                  "groupctl key new makes one");
  }
  if (!own) return failed(own.error());
  const auto server = pinned_server(global.keys);
  if (!server) return failed(server.error());
  OwnKeyReport report{OwnKeyReport::Did::kLook, file, own->public_key};
  report.server = server->key;
  report.server_from = server->from;
  return said(report, global.format, around.wall_clock());
}

}  // namespace groupctl
