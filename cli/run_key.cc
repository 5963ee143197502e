// key list, accept, reject, revoke, token: what an admin says of keys.
#include <fmt/format.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/key_choice.h"
#include "cli/looking.h"
#include "cli/own_keys.h"
#include "cli/render_json.h"
#include "cli/render_text.h"
#include "cli/run.h"
#include "wire/reachable.h"

namespace groupctl {
namespace {

using What = ChangeKey::What;

Failure key_not_changed(const Error& error) {
  Failure failure = unanswered(error, "groupctl key list shows whether it is so");
  const bool by_name = error.code == ErrorCode::kConflict &&
                       error.text.find("has another key, ") != std::string::npos;
  if (by_name) failure.hint = "--replace revokes that one";
  return failure;
}

ChangeKey change_of(const KeyChangeCall& call, const PublicKey& key, const Surroundings& around) {
  ChangeKey change;
  change.what = call.what;
  change.key = key;
  change.role = call.role;
  change.replace = call.replace;
  change.issuer = around.issuer;
  change.message = call.message;
  return change;
}

/// With --public-key: nobody has asked for it, so there is nothing to choose from.
Done add_key(const GlobalOptions& global, const KeyChangeCall& call, Client& client,
             const Surroundings& around) {
  ChangeKey change = change_of(call, call.key, around);
  change.what = What::kAdd;
  change.name = call.who;
  const auto added = client.ask<KeyInfo>(change, global.timeout_ms);
  if (!added) return tl::unexpected(key_not_changed(added.error()));
  return said(KeyReport{*added}, global.format);
}

/// Under the name and role that it was chosen by, whatever it has been asked for since.
ChangeKey change_of(const KeyChangeCall& call, const KeyInfo& chosen, const Surroundings& around) {
  ChangeKey change = change_of(call, chosen.key, around);
  if (call.what != What::kAccept) return change;
  change.name = chosen.name;
  if (!change.role) change.role = chosen.role;
  return change;
}

Done change_one(const GlobalOptions& global, const KeyChangeCall& call, const KeyInfo& chosen,
                Client& client, const Surroundings& around) {
  const auto changed = client.ask<KeyInfo>(change_of(call, chosen, around), global.timeout_ms);
  if (!changed) return tl::unexpected(key_not_changed(changed.error()));
  return said(KeyReport{*changed}, global.format);
}

/// One after the other; what cannot be changed is said, and the others are.
Done change_all(const GlobalOptions& global, const KeyChangeCall& call,
                const std::vector<KeyInfo>& chosen, GroupTime now, Client& client,
                const Surroundings& around) {
  KeysReport report{{}, now};
  Said result;
  for (const KeyInfo& one : chosen) {
    auto changed = client.ask<KeyInfo>(change_of(call, one, around), global.timeout_ms);
    if (changed) {
      report.keys.push_back(*std::move(changed));
      continue;
    }
    const Failure failure = key_not_changed(changed.error());
    if (is_away(changed.error())) return tl::unexpected(failure);
    around.say(fmt::format("warning: {}: {}\n", one.name, escaped(failure.message)));
    result.exit_code = failure.exit_code;
  }
  result.out = said(report, global.format, screen_of(around.screen_facts(), global.color)).out;
  return result;
}

/// The coordinator does not tell it: whoever asks is to know it beforehand.
Failure no_server_key() {
  Failure failure =
      failure_of({ErrorCode::kKeysWanted, "members need the server key, which is not known here"});
  failure.hint =
      "--server-key KEY, the line in coordinator.public in the coordinator's key folder; "
      "or GROUPCTL_KEY_DIR=that folder";
  return failure;
}

std::string names_of(const std::vector<KeyInfo>& keys) {
  std::string names;
  for (const KeyInfo& info : keys) names += (names.empty() ? "" : ", ") + info.name;
  return names;
}

Done accept_all(const GlobalOptions& global, const KeyChangeCall& call, std::vector<KeyInfo> all,
                const HelloReply& hello, Client& client, const Surroundings& around) {
  std::erase_if(all, [](const KeyInfo& info) { return info.state != KeyState::kPending; });
  if (all.empty()) return tl::unexpected(failure_of({ErrorCode::kNotFound, "no key waits"}));
  const std::string question =
      fmt::format("Let in {}: {}?", counted(all.size(), "key"), names_of(all));
  if (auto refused = not_confirmed(global, around, {question})) {
    return tl::unexpected(*std::move(refused));
  }
  return change_all(global, call, all, hello.now, client, around);
}

Done revoke(const GlobalOptions& global, const KeyChangeCall& call, const std::vector<KeyInfo>& all,
            const HelloReply& hello, Client& client, const Surroundings& around) {
  auto chosen = keys_to_revoke(all, call);
  if (!chosen) return tl::unexpected(failure_of(chosen.error()));
  const auto own = own_keys(global);
  const PublicKey own_key = own && *own ? (*own)->own.public_key : PublicKey();
  const std::string question = fmt::format(
      "Revoke {} of {} in group {}?{}", counted(chosen->size(), "key"), chosen->front().name,
      escaped(hello.group), revoking_means(all, *chosen, own_key));
  if (auto refused = not_confirmed(global, around, {question})) {
    return tl::unexpected(*std::move(refused));
  }
  // By the own one the others are revoked.
  std::stable_partition(chosen->begin(), chosen->end(),
                        [&](const KeyInfo& info) { return info.key != own_key; });
  if (chosen->size() == 1) return change_one(global, call, chosen->front(), client, around);
  return change_all(global, call, *chosen, hello.now, client, around);
}

}  // namespace

Result<std::vector<KeyInfo>> read_keys(Client& client, std::uint64_t within_ms) {
  std::vector<KeyInfo> keys;
  KeysQuery query;
  bool more = true;
  while (more) {
    auto page = client.ask<KeysReply>(query, within_ms);
    if (!page) return tl::unexpected<Error>(page.error());
    more = page->more && !page->rows.empty();
    if (more) query.after = page->rows.back().key;
    std::move(page->rows.begin(), page->rows.end(), std::back_inserter(keys));
  }
  sort_keys(keys);
  return keys;
}

Done run_key_list(const GlobalOptions& global, const HelloReply& hello, Client& client,
                  const Surroundings& around) {
  auto keys = read_keys(client, global.timeout_ms);
  if (!keys) return look_failure(client, keys.error());
  return said(KeysReport{*std::move(keys), hello.now}, global.format,
              screen_of(around.screen_facts(), global.color));
}

Done run_key_change(const GlobalOptions& global, const KeyChangeCall& call, const HelloReply& hello,
                    Client& client, const Surroundings& around) {
  if (call.key) return add_key(global, call, client, around);
  auto all = read_keys(client, global.timeout_ms);
  if (!all) return look_failure(client, all.error());
  if (call.all) return accept_all(global, call, *std::move(all), hello, client, around);
  if (call.what == What::kRevoke) return revoke(global, call, *all, hello, client, around);
  const auto chosen = chosen_key(*all, call);
  if (!chosen) return tl::unexpected(failure_of(chosen.error()));
  return change_one(global, call, *chosen, client, around);
}

Done run_key_token(const GlobalOptions& global, const KeyTokenCall& call, const HelloReply& hello,
                   Client& client, const Surroundings& around) {
  const auto server = pinned_server(global.keys);
  if (!server) return tl::unexpected(failure_of(server.error()));
  if (!hello.role) {
    return tl::unexpected(failure_of({ErrorCode::kKeysWanted, "this coordinator has no keys"}));
  }
  if (!server->key) return tl::unexpected(no_server_key());
  const auto status = client.ask<StatusReply>(StatusQuery{}, global.timeout_ms);
  if (!status) return look_failure(client, status.error());
  const KeyPair token = draw_keys();
  ChangeKey add;
  add.key = token.public_key;
  add.name = "token-" + fingerprint(token.public_key).substr(0, 4);
  add.role = KeyRole::kToken;
  add.ttl_ms = call.ttl_ms;
  add.uses = call.uses;
  add.issuer = around.issuer;
  const auto added = client.ask<KeyInfo>(add, global.timeout_ms);
  if (!added) return tl::unexpected(key_not_changed(added.error()));
  return said(TokenReport{*added, token.secret_key, hello.group,
                          reachable_endpoint(status->endpoint_members, global.endpoint),
                          *server->key, call.ttl_ms},
              global.format);
}

}  // namespace groupctl
