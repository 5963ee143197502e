// Keys: their rows in the coordinator's store, their files, what `join` keeps, and how operators
// name them.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/key_choice.h"
#include "coordinator/access.h"
#include "daemon/key_files.h"
#include "daemon/setting_layers.h"
#include "log/memory_store.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"
#include "tests/unit/wire/samples.h"

namespace groupctl::fuzz {
namespace {

PublicKey key_of(std::uint8_t number) { return samples::block<PublicKey>(number); }

std::vector<KeyInfo> some_keys() {
  const GroupTime since(1'000'000), until(9'000'000);
  return {
      {key_of(1), "web-01", KeyRole::kMember, KeyState::kAccepted, since, until, 0, "10.0.0.5",
       "ana@bastion", "in place of another"},
      {key_of(2), "web-01", KeyRole::kMember, KeyState::kPending, since, {}, 0, "", "", ""},
      {key_of(3), "ana", KeyRole::kAdmin, KeyState::kAccepted, since, {}, 0, "", "", ""},
      {key_of(4), "init", KeyRole::kToken, KeyState::kAccepted, since, until, 2, "", "ana", ""},
      {key_of(5), "guest", KeyRole::kGuest, KeyState::kAccepted, {}, {}, 0, "", "", ""},
      {key_of(6), "bob", KeyRole::kReader, KeyState::kRevoked, since, {}, 0, "", "ana", "left"}};
}

// ---- rows

/// What is written over rows that are there, as a batch of the coordinator does.
void write(MemoryStore& store, const RowChanges& rows) {
  Batch batch;
  batch.head = *store.head();
  batch.head.batch = batch.head.batch.next();
  batch.rows = rows;
  store.commit(batch);
}

/// Every key of it does what its role and standing allow; then it is asked to go.
void use(Access& access, const std::vector<PublicKey>& keys, RowChanges& rows) {
  const GroupTime now(5'000'000);
  std::uint8_t next = 100;
  for (const PublicKey& key : keys) {
    const Peer peer{"peer", key, "10.0.0.7"};
    const auto may = [&](Verb verb) {
      return !Access::refusal(access.caller(peer, now), verb).has_value();
    };
    if (may(Verb::kEnrol)) {
      const Enrol asked{1, "", "shop", "web-0" + std::to_string(next % 3), key_of(++next)};
      static_cast<void>(access.enrol(peer, asked, KeyRole::kMember, now, rows));
    }
    if (may(Verb::kRotateKey)) {
      static_cast<void>(access.rotate(peer, {key_of(++next)}, now, rows));
    }
    ChangeKey change;
    change.key = key;
    change.what = key.bytes[0] % 2 == 0 ? ChangeKey::What::kRevoke : ChangeKey::What::kAccept;
    change.replace = key.bytes[0] % 3 == 0;
    static_cast<void>(access.change(change, "ana", now, rows));
  }
  access.expire(GroupTime(now.value + Access::kPendingMs), rows);
}

/// Rows of a store, one after the other. All of them are read or none is; and what is in force
/// after each key was used is what is stored.
Verdict used_rows(ByteView input) {
  MemoryStore store;
  RowChanges rows;
  std::vector<PublicKey> keys;
  bool sound = true;
  for (const ByteView row : parted(input)) {
    const auto info = decode_key_info(row);
    const PublicKey key = info ? info->key : PublicKey();
    sound = sound && info;
    keys.push_back(key);
    rows[key_row(key)] = copy_bytes(row);
    if (!info) continue;
    const Verdict verdict = round_trip(
        row, decode_key_info, [](const KeyInfo& one) { return encode(one); }, kMaxRowBytes);
    if (!verdict.complaint.empty()) return verdict;
  }
  write(store, rows);
  auto access = Access::load(store, false);
  if (access.has_value() != sound) return broken("a damaged row is passed over, or a sound one");
  if (!access) return refused();
  RowChanges changed;
  use(*access, keys, changed);
  write(store, changed);
  const auto again = Access::load(store, false);
  if (!again) return broken("what was written is refused: " + again.error().text);
  if (again->keys() != access->keys()) return broken("other keys are in force than are stored");
  return *again->admissions() == *access->admissions() ? accepted() : broken("others are let in");
}

TEST(Keys, F33_F34_KeyRows) {
  FuzzTarget target;
  std::vector<Bytes> all;
  for (const KeyInfo& one : some_keys()) {
    all.push_back(encode(one));
    target.seeds.push_back(joined({all.back()}));
  }
  target.seeds.push_back(joined(all));
  target.decode = used_rows;
  fuzz(target);
}

// ---- files

/// A text that may hold a secret is not repeated in what is said of it.
bool repeats(const Error& error, std::string_view text) {
  constexpr std::size_t kEnough = 16;
  return text.size() >= kEnough && error.text.find(text.substr(0, kEnough)) != std::string::npos;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Keys, F33_KeyFiles) {
  const Place place;
  const std::string file = place.put("member.secret", {});
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  const std::string digits = samples::block<SecretKey>(7).hex();
  FuzzTarget target;
  target.seeds = texts({digits + "\n", digits, digits + "\nand more", digits + "\n\n"});
  target.words = {"\n", "\r\n", " ", digits, "0", "A"};
  target.decode = [&](ByteView bytes) {
    place.put("member.secret", bytes);
    place.put("member.public", bytes);
    const auto keys = read_or_make_key(place.path(), "member");
    const auto key = read_public_key(place / "member.public");
    if (keys.has_value() != key.has_value()) return broken("one reads it and the other does not");
    if (text_of(file) != as_text(bytes)) return broken("it was written over");
    if (!keys) return repeats(keys.error(), as_text(bytes)) ? broken("it is told") : refused();
    if (as_text(bytes).substr(0, 64) != keys->secret_key.hex() &&
        as_text(bytes).find_first_of("ABCDEF") == std::string_view::npos) {
      return broken("another key than stands there");
    }
    place.put("member.secret", as_bytes(keys->secret_key.hex()));
    const auto again = read_secret_key(file);
    return again && again->public_key == keys->public_key ? accepted() : broken("written anew");
  };
  fuzz(target);
}

// ---- what join keeps

template <auto parse>
Status checked(std::string_view text) {
  return parse(text).map([](auto) {});
}

/// Those of a member's settings that concern keys, and one of each kind.
std::vector<FlagSpec> member_settings() {
  return {{.name = "state-dir", .required = true},
          {.name = "group", .required = true, .check = check_name},
          {.name = "name", .default_value = "web-01", .check = check_name},
          {.name = "server-key", .check = checked<parse_public_key>},
          {.name = "token", .check = checked<parse_secret_key>},
          {.name = "open", .kind = FlagKind::kSwitch, .default_value = "false"},
          {.name = "replica", .kind = FlagKind::kNumber, .default_value = "0"},
          {.name = "repository", .repeated = true, .key = "repositories.chain"},
          {.name = "label", .kind = FlagKind::kPair, .repeated = true, .key = "labels"}};
}

std::map<std::string, std::vector<std::string>> values_in(const Settings& settings) {
  std::map<std::string, std::vector<std::string>> values;
  for (const auto& [name, setting] : settings) values[name] = setting.values;
  return values;
}

/// What a file of settings says where `join` leaves it, and again as `join` writes it.
TEST(Keys, F33_JoinedSettings) {
  const Place place;
  const std::vector<FlagSpec> flags = member_settings();
  const auto read = [&](ByteView text) {
    place.put("joined.toml", text);
    return merged_settings(flags, flags, "",
                           {.flags = {{"state-dir", {{place.path()}, "--state-dir"}}},
                            .sets = {},
                            .config = {},
                            .kept = "joined.toml"});
  };
  const std::string key = key_of(9).hex(), token = samples::block<SecretKey>(7).hex();
  const Settings honest = {{"group", {{"shop"}, "--group"}},
                           {"server-key", {{key}, "--server-key"}},
                           {"token", {{token}, "--token"}},
                           {"repository", {{"file:/srv/$a", "group:"}, "--repository"}},
                           {"label", {{"rack=r4"}, "--label"}}};
  FuzzTarget target;
  target.seeds = texts({settings_text(flags, honest), "group = \"shop\"\nopen = true\nreplica = 3",
                        "group = 'g'\ntoken = '" + token + "'\n[labels]\na = \"${HOSTNAME}\"\n"});
  target.words = {"\n", "\"", "=",        "#", "token", "server_key", "state_dir = \"/\"\n",
                  "$",  "[",  "[labels]", "]", "${",    token,        "\\u0000"};
  target.decode = [&](ByteView bytes) {
    const auto settings = read(bytes);
    if (!settings) return settings.error().text.empty() ? broken("no words") : refused();
    if (settings->at("state-dir").values.back() != place.path()) return broken("it moves away");
    Settings kept = *settings;
    kept.erase("state-dir");
    const auto again = read(as_bytes(settings_text(flags, kept)));
    if (!again) return broken("kept again it is refused: " + again.error().text);
    return values_in(*again) == values_in(*settings) ? accepted() : broken("kept otherwise");
  };
  target.fixed_bytes = 1 << 20;
  fuzz(target);
}

// ---- what operators type

std::string in_small_letters(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

template <class Key>
std::string read_badly(const Result<Key>& key, const std::string& text) {
  if (key) return key->hex() == in_small_letters(text) ? "" : "another key than was said";
  return repeats(key.error(), text) ? "it is told" : "";
}

/// The first line is a name, a fingerprint or a key; the second one --fingerprint.
TEST(Keys, F33_KeyWords) {
  const std::vector<KeyInfo> all = some_keys();
  const std::string first = fingerprint(all[0].key), second = fingerprint(all[1].key);
  FuzzTarget target;
  target.seeds = texts({"web-01", "web-01\n" + first, first, second + "\n" + second, "init\n",
                        all[0].key.hex(), "ana", "guest\n" + fingerprint(all[4].key)});
  target.words = {"-", "\n", "web-01", "ana", first, second, all[2].key.hex(), "K", "0"};
  target.decode = [&](ByteView bytes) {
    std::vector<std::string> words = lines(bytes);
    words.resize(2);
    const auto key = parse_public_key(words[0]);
    const auto token = parse_secret_key(words[0]);
    std::string complaint = read_badly(key, words[0]) + read_badly(token, words[0]);
    if (!complaint.empty()) return broken(std::move(complaint));
    KeyChangeCall call;
    call.who = words[0];
    call.fingerprint = words[1];
    const auto is_meant = [&](const KeyInfo& info) {
      return info.name == call.who || fingerprint(info.key) == in_small_letters(call.who);
    };
    const auto chosen = chosen_key(all, call);
    if (chosen && !is_meant(*chosen)) return broken("another one is chosen");
    if (chosen && !call.fingerprint.empty() &&
        fingerprint(chosen->key) != in_small_letters(call.fingerprint)) {
      return broken("it has another fingerprint");
    }
    const auto revoked = keys_to_revoke(all, call);
    if (revoked && !std::all_of(revoked->begin(), revoked->end(), is_meant)) {
      return broken("another one would be revoked");
    }
    return key || token || chosen || revoked ? accepted() : refused();
  };
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
