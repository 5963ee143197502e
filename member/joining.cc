#include "member/joining.h"

#include <fmt/chrono.h>
#include <sys/stat.h>

#include <cstdio>

#include "daemon/clock.h"
#include "daemon/exit_codes.h"
#include "daemon/key_files.h"
#include "daemon/version.h"
#include "member/joined_file.h"
#include "wire/endpoint.h"
#include "wire/member_messages.h"
#include "wire/zmq_client.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kAskMs = 10000;
constexpr const char* kToken = "token";

/// Several members of one machine have a key each: '@' is in no name.
std::string key_name(const ParsedFlags& flags) {
  return flags.text("group") + "@" + flags.text("name");
}

Result<Enrolled> enrolled_by(const Bytes& answer) {
  auto reply = decode_member_reply(answer);
  if (!reply) {
    return fail(reply.error().code, "the answer is none of a coordinator's member plane (" +
                                        reply.error().text + "): is that another plane's port?");
  }
  if (const auto* enrolled = std::get_if<Enrolled>(&reply->reply)) return *enrolled;
  if (const auto* refused = std::get_if<Refused>(&reply->reply)) {
    return fail(refused->code, refused->text);
  }
  return fail(ErrorCode::kInternal, "the coordinator answered another question");
}

Result<Enrolled> say_as(const KeyPair& own, const PublicKey& server, const ParsedFlags& flags,
                        const MemberMessage& message) {
  auto client = ZmqClient::open(flags.text("coordinator"), ClientKeys{own, server});
  if (!client) return tl::unexpected<Error>(client.error());
  const auto answer = (*client)->request(encode(message), kAskMs);
  if (!answer) return tl::unexpected<Error>(answer.error());
  return enrolled_by(*answer);
}

/// As the holder of a token, or else as a guest.
Result<Enrolled> ask(const ParsedFlags& flags, const MemberKeys& keys, const KeyPair& as) {
  return say_as(as, keys.client.server, flags,
                Enrol{kProtocolVersion, "group-member " + std::string(product_version()),
                      flags.text("group"), flags.text("name"), keys.client.own.public_key});
}

Result<Enrolled> ask(const ParsedFlags& flags, const MemberKeys& keys) {
  if (keys.token) {
    auto enrolled = ask(flags, keys, *keys.token);
    const bool is_void = !enrolled && (enrolled.error().code == ErrorCode::kKeyRefused ||
                                       enrolled.error().code == ErrorCode::kRefused);
    if (!is_void) return enrolled;
    std::fprintf(stderr,
                 "warning: the token is not let in here, or not any more; asking without it\n");
  }
  return ask(flags, keys, guest_keys(keys.client.server));
}

std::string stays_text(const ParsedFlags& flags) {
  return joined_file(flags) + " stays as it was; another member takes a --state-dir of its own";
}

int say(const Enrolled& enrolled, const ParsedFlags& flags, const MemberKeys& keys, bool kept) {
  const std::string mark = fingerprint(keys.client.own.public_key);
  const std::string& name = flags.text("name");
  const std::string run = run_line(flags);
  switch (enrolled.state) {
    case KeyState::kAccepted:
      std::printf("%s is let in, its key %s\nnext: %s\n", name.c_str(), mark.c_str(), run.c_str());
      return 0;
    case KeyState::kPending:
      if (!kept) std::printf("%s\n", stays_text(flags).c_str());
      std::printf(
          "%s waits to be let in, its key %s%s%s\nnext, an admin: groupctl key accept %s "
          "--fingerprint %s\nand here: %s\n",
          name.c_str(), mark.c_str(), enrolled.text.empty() ? "" : ": ", enrolled.text.c_str(),
          name.c_str(), mark.c_str(), run.c_str());
      return 0;
    case KeyState::kRejected:
    case KeyState::kRevoked:
      break;
  }
  return say_error({ErrorCode::kKeyRefused,
                    fmt::format("the key of {}, {}, is {}", name, mark, to_word(enrolled.state))});
}

// ---- replacing it

std::string time_text(std::uint64_t ms) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

/// How long the old one is let in, by the clock of this machine. What was begun before may have
/// been taken then.
std::string former_text(bool begun) {
  return fmt::format("is let in until {}{}", time_text(wall_now_ms() + kKeyGraceMs),
                     begun ? " at the latest" : "");
}

/// Whether the coordinator has said no: it knows nothing of the new key.
bool is_no(ErrorCode code) {
  return code == ErrorCode::kKeyRefused || code == ErrorCode::kConflict ||
         code == ErrorCode::kNotAllowed;
}

/// When the key before this one ends, which was put aside when it was replaced; empty: it has, or
/// there is none.
std::string former_ends(const std::string& file) {
  struct stat info {};
  const std::string former_file = former_key_file(file);
  const auto former = read_secret_key(former_file);
  if (!former || ::stat(former_file.c_str(), &info) != 0) return "";
  const std::uint64_t end = static_cast<std::uint64_t>(info.st_mtime) * 1000 + kKeyGraceMs;
  if (end < wall_now_ms()) return "";
  return fmt::format("; it ends by {}, or now by an admin: groupctl key revoke {}", time_text(end),
                     fingerprint(former->public_key));
}

Error not_rotated(const Error& error, bool dropped, const std::string& file) {
  if (!dropped) return {error.code, error.text + "; key rotate goes on with the same new key"};
  if (error.code == ErrorCode::kConflict) return {error.code, error.text + former_ends(file)};
  if (error.code != ErrorCode::kKeyRefused) return error;
  return {error.code, error.text +
                          ": it is not let in, and only one that is is replaced; group-member join "
                          "says how it stands"};
}

}  // namespace

Result<std::optional<MemberKeys>> member_keys(const ParsedFlags& flags) {
  if (flags.on("open") || is_ipc(flags.text("coordinator"))) return std::optional<MemberKeys>();
  const std::string& key_dir = flags.text("key-dir");
  const auto server =
      pinned_server_key(flags.has("server-key") ? flags.text("server-key") : "", key_dir);
  if (!server) return tl::unexpected<Error>(server.error());
  if (!*server) {
    return fail(ErrorCode::kKeysWanted,
                "the coordinator's key is not known: group-member join, as group-coordinator init "
                "says it, or --server-key; --open does without keys");
  }
  const auto own = read_or_make_key(key_dir, key_name(flags));
  if (!own) return tl::unexpected<Error>(own.error());
  MemberKeys keys{{*own, **server}, {}};
  if (flags.has(kToken)) {
    const auto token = parse_secret_key(flags.text(kToken));
    if (!token) return fail("the token", token.error());
    keys.token = pair_of(*token);
  }
  return std::optional(keys);
}

int run_join(const ParsedFlags& flags) {
  const auto keys = member_keys(flags);
  if (!keys) return say_error(keys.error());
  if (!*keys) return say_error({ErrorCode::kInvalid, "without keys nobody needs to be let in"});
  const auto enrolled = ask(flags, **keys);
  const auto kept =
      keep_joined(flags, enrolled ? std::optional(enrolled->state) : std::optional<KeyState>());
  if (!kept) return say_error(kept.error());
  if (enrolled) return say(*enrolled, flags, **keys, *kept);
  return say_error({enrolled.error().code,
                    enrolled.error().text +
                        (*kept ? "; group-member run goes on asking" : "; " + stays_text(flags))});
}

int run_rotate(const ParsedFlags& flags) {
  const auto keys = member_keys(flags);
  if (!keys) return say_error(keys.error());
  if (!*keys) return say_error({ErrorCode::kInvalid, "without keys there is none to replace"});
  const ClientKeys& client = (*keys)->client;
  const std::string file = secret_file(flags.text("key-dir"), key_name(flags));
  const bool begun = has_next_key(file);
  const auto next = read_or_make_next_key(file);
  if (!next) return say_error(next.error());
  const RotateKey rotate{next->public_key};
  std::string former = former_text(begun);
  auto rotated = say_as(client.own, client.server, flags, rotate);
  // It was cut short when the new key had been taken, and the old one has had its time since.
  if (!rotated && begun && rotated.error().code == ErrorCode::kKeyRefused) {
    const auto with_next = say_as(*next, client.server, flags, rotate);
    if (with_next) {
      rotated = with_next;
      former = "is let in no more";
    }
  }
  if (!rotated) {
    const bool dropped = !begun && is_no(rotated.error().code);
    if (dropped) drop_next_key(file);
    return say_error(not_rotated(rotated.error(), dropped, file));
  }
  if (auto replaced = take_next_key(file); !replaced) return say_error(replaced.error());
  std::printf(
      "the key of %s is replaced: %s\nthe old one %s, and is kept as %s\n"
      "next: start group-member run anew; until then it goes on with the old one\n",
      flags.text("name").c_str(), fingerprint(next->public_key).c_str(), former.c_str(),
      former_key_file(file).c_str());
  return 0;
}

}  // namespace groupctl
