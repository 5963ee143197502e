// key list, accept, reject, revoke, token, new, rotate, fingerprint.
#include "cli/calls.h"
#include "log/keys.h"

namespace groupctl {
namespace {

using What = ChangeKey::What;

constexpr std::uint64_t kMaxTokenUses = 1'000'000;

Result<Call> noun(const Words&) {
  return fail(ErrorCode::kInvalid,
              "key list, accept, reject, revoke, token, new, rotate or fingerprint is needed");
}

Status take_role(const Words& words, std::optional<KeyRole>& role) {
  const auto word = words.one("--role");
  if (!word) return {};
  role = key_role_of(*word);
  if (role && *role != KeyRole::kToken && *role != KeyRole::kGuest) return {};
  return fail(ErrorCode::kInvalid,
              "--role: \"" + *word + "\" is none of member, reader, operator, admin");
}

Status take_public_key(const Words& words, KeyChangeCall& call) {
  const auto text = words.one("--public-key");
  if (!text) return {};
  const auto key = parse_public_key(*text);
  if (!key) return fail("--public-key", key.error());
  if (!call.role || !is_name(call.who)) {
    return fail(ErrorCode::kInvalid, "--public-key wants a NAME and a --role");
  }
  call.key = *key;
  return {};
}

/// Given and empty, as from a variable that is not set, it would let through what it is to stop.
Status take_fingerprint(const Words& words, std::string& fingerprint) {
  const auto text = words.one("--fingerprint");
  if (!text) return {};
  if (text->empty()) return fail(ErrorCode::kInvalid, "--fingerprint: an empty fingerprint");
  fingerprint = *text;
  return {};
}

Result<Call> change(What what, const Words& words) {
  KeyChangeCall call;
  call.what = what;
  call.who = words.one_or_none("NAME");
  call.all = words.on("--all");
  call.replace = words.on("--replace");
  call.message = words.one_or_none("--message");
  if (call.who.empty() && !call.all) return fail(ErrorCode::kInvalid, "NAME is needed");
  if (const Status s = take_fingerprint(words, call.fingerprint); !s)
    return tl::unexpected(s.error());
  if (const Status s = take_role(words, call.role); !s) return tl::unexpected(s.error());
  if (const Status s = take_public_key(words, call); !s) return tl::unexpected(s.error());
  const bool names_one = !call.who.empty() || call.key || !call.fingerprint.empty();
  if (call.all && (names_one || call.replace || call.role)) {
    return fail(ErrorCode::kInvalid, "--all is for all that wait, as they asked for it");
  }
  if (call.key && !call.fingerprint.empty()) {
    return fail(ErrorCode::kInvalid, "--fingerprint is of a key that waits, not of --public-key");
  }
  return call;
}

Result<Call> accept(const Words& words) { return change(What::kAccept, words); }
Result<Call> reject(const Words& words) { return change(What::kReject, words); }
Result<Call> revoke(const Words& words) { return change(What::kRevoke, words); }

Result<Call> token(const Words& words) {
  KeyTokenCall call;
  if (const Status s = words.duration("--ttl", call.ttl_ms); !s) return tl::unexpected(s.error());
  if (call.ttl_ms == 0) return fail(ErrorCode::kInvalid, "--ttl: a token ends");
  std::uint64_t uses = call.uses;
  const Status s = words.number("--uses", kMaxTokenUses, uses);
  if (!s) return tl::unexpected(s.error());
  call.uses = static_cast<std::uint32_t>(uses);
  return call;
}

Result<Call> make(const Words& words) {
  KeyNewCall call{words.one_or_none("--name")};
  if (call.name.empty() || is_name(call.name)) return call;
  return fail(ErrorCode::kInvalid, "--name: \"" + call.name + "\" is no name");
}

constexpr CallRow kRows[] = {{"key", noun},
                             {"key list", plain<KeyListCall>},
                             {"key accept", accept},
                             {"key reject", reject},
                             {"key revoke", revoke},
                             {"key token", token},
                             {"key new", make},
                             {"key rotate", plain<KeyRotateCall>},
                             {"key fingerprint", plain<KeyFingerprintCall>}};

}  // namespace

std::span<const CallRow> key_calls() { return kRows; }

}  // namespace groupctl
