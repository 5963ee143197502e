// What people write: selectors, durations, endpoints, names and digests.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "cli/watch_keys.h"
#include "commands/state/names.h"
#include "commands/state/target.h"
#include "log/duration.h"
#include "log/text.h"
#include "tests/fuzz/group.h"
#include "tests/fuzz/target.h"
#include "wire/endpoint.h"
#include "wire/http_url.h"
#include "wire/repository_url.h"

namespace groupctl::fuzz {
namespace {

/// Each line is one -t of a command line.
TEST(Texts, F33_Selectors) {
  FuzzTarget target;
  target.seeds =
      texts({"role=web,rack!=r3", "role in (web,api) | has(gpu)", "!drained", "role notin (a)",
             "name=web-0*", "web-01\nweb-02", "a=\\*b|c=d?", "web-01|web-02,role=web"});
  target.words = {"=", "!=", " in (", " notin (", "has(", ")", "!", ",", "|", "*", "?", "\\", "\n"};
  target.decode = [](ByteView bytes) {
    const auto whom = parse_target(lines(bytes));
    if (!whom) return refused();
    const std::string text = to_text(*whom);
    const auto again = parse_target({text});
    if (!again) return broken(text + " does not parse: " + again.error().text);
    if (*again != *whom) return broken(text + " is another target");
    resolve(*whom, a_group().state());
    labels_seen(a_group().state(), *whom, 3);
    return accepted();
  };
  fuzz(target);
}

/// What a terminal sends, whole and a byte at a time.
TEST(Texts, F33_Keys) {
  FuzzTarget target;
  target.seeds =
      texts({"q", "s/role=web\r", "\x1b[A\x1b[B\x1b[5~\x1b[6~", "\x1bOH\x1bOF\x1b", "\x7f\x08?"});
  target.words = {"\x1b", "\x1b[", "\x1bO", "~", ";", "1"};
  target.decode = [](ByteView bytes) {
    KeyReader whole;
    std::vector<Key> keys = whole.take(as_text(bytes));
    std::vector<Key> in_pieces;
    KeyReader pieces;
    const auto add = [](std::vector<Key>& all, const std::vector<Key>& more) {
      all.insert(all.end(), more.begin(), more.end());
    };
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      add(in_pieces, pieces.take(as_text(bytes).substr(i, 1)));
    }
    add(keys, whole.take({}));
    add(in_pieces, pieces.take({}));
    if (keys != in_pieces) return broken("other keys when they come a byte at a time");
    return keys.empty() ? refused() : accepted();
  };
  fuzz(target);
}

TEST(Texts, F33_Durations) {
  FuzzTarget target;
  target.seeds = texts({"200ms", "30s", "10m", "2h", "7d", "0s", "106751991167d"});
  target.words = {"ms", "s", "m", "h", "d", "9223372036854775807", "18446744073709551615"};
  target.decode = [](ByteView bytes) {
    const auto ms = parse_duration_ms(as_text(bytes));
    if (!ms) return refused();
    if (*ms > std::numeric_limits<std::int64_t>::max()) return broken("beyond 63 bits");
    const bool same = parse_duration_ms(std::to_string(*ms) + "ms") == ms;
    return same ? accepted() : broken("in milliseconds it is another");
  };
  fuzz(target);
}

/// What is allowed without keys names this machine and no other.
TEST(Texts, F33_Endpoints) {
  FuzzTarget target;
  target.seeds =
      texts({"tcp://127.0.0.1:7401", "tcp://[::1]:65535", "tcp://127.0.0.1:*", "tcp://0.0.0.0:7401",
             "tcp://db-1.example:7401", "ipc:///run/groupctl/a.sock"});
  target.words = {"tcp://", "ipc://", "127.", "[::1]", ":", "*", "/", "..", "65536", "0.0.0.0"};
  target.decode = [](ByteView bytes) {
    const std::string_view text = as_text(bytes);
    if (!check_endpoint(text) && !check_bind_endpoint(text)) return refused();
    if (!check_without_keys(text)) return accepted();
    const bool local = text.starts_with("tcp://127.") || text.starts_with("tcp://[::1]:") ||
                       text.starts_with("ipc:///");
    return local ? accepted() : broken("it is not of this machine");
  };
  fuzz(target);
}

/// Each line is one repository of a member's chain.
TEST(Texts, F33_RepositoryChains) {
  FuzzTarget target;
  target.seeds = texts({"group:", "file:/srv/mine\ngroup:\nfile:/srv/shared", "file:/srv/mine",
                        "file:/a\nfile:/b\ngroup:"});
  target.words = {"group:", "file:", "file:/", "\n", "/", "..", "http://"};
  target.decode = [](ByteView bytes) {
    const std::vector<std::string> urls = lines(bytes);
    const auto chain = cut_chain(urls);
    if (!chain) return refused();
    std::vector<std::string> whole = chain->own;
    whole.insert(whole.end(), chain->shared.begin(), chain->shared.end());
    if (whole != urls) return broken("the two parts are not the whole");
    if (!chain->shared.empty() && !check_shared_tail(chain->shared)) return broken("a bad tail");
    return accepted();
  };
  fuzz(target);
}

/// What is shown to everybody has nothing secret in it, and files of it are in it.
TEST(Texts, F33_RepositoryUrls) {
  FuzzTarget target;
  target.seeds = texts({"group:", "file:/srv/mine", "http://repo.example/a", "https://[::1]:8443/",
                        "http://127.0.0.1:80/a%20b/c", "https://db-1"});
  target.words = {"http://", "https://", "file:/", "@", "?", "#",  "%2e", "%",
                  "..",      "/./",      ":",      "[", "]", "\\", "\n",  "65536"};
  target.decode = [](ByteView bytes) {
    const std::string_view url = as_text(bytes);
    const auto valid = check_repository(url);
    if (!valid) {
      const std::string& why = valid.error().text;
      const bool secret = is_http_url(url) && url.find_first_of("@?#") != url.npos;
      if (secret && why.find(url) != why.npos) return broken("a secret is repeated");
      return why.find('\n') == why.npos ? refused() : broken("an error of two lines");
    }
    if (!is_http_url(url)) return accepted();
    if (url.find_first_of("@?#\\ \n") != url.npos) return broken("more than a folder");
    const std::string file = url_of_file(url, "site", "1.0+b", ".tar");
    if (!file.ends_with("/site-1.0%2Bb.tar")) return broken("a file elsewhere: " + file);
    if (file.size() < 512 && !check_http_url(file)) return broken("a file that is no URL: " + file);
    return check_redirect(url, file) ? accepted() : broken("a redirect to itself is refused");
  };
  fuzz(target);
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
}

/// Names become folders, keys and lines on a screen.
TEST(Texts, F33_Words) {
  FuzzTarget target;
  target.seeds = texts({"web-01", "2.4.1", "log.level", std::string(64, 'a'), "sch\xc3\xb6n"});
  target.words = {"..", "/", "\xc3", "=", "\xf0\x9f\x98\x80", "_"};
  target.decode = [](ByteView bytes) {
    const std::string_view text = as_text(bytes);
    const bool name = is_name(text), version = is_version(text), key = is_property_key(text);
    if ((name || version || key) && (text.find('/') != text.npos || !is_plain(text))) {
      return broken("it has a slash or a blank");
    }
    if ((name || version) && (text.starts_with('.') || text.size() > 64)) {
      return broken("it is no folder's name");
    }
    ArtefactDigest digest;
    if (digest.assign_hex(text) && digest.hex().size() != text.size()) return broken("digest");
    const std::string_view cut = cut_text(text, text.size() / 2);
    if (is_utf8(text) && !is_utf8(cut)) return broken("a character is cut in two");
    static_cast<void>(check_labels({{"role", std::string(text)}}));
    return name || version || key || is_utf8(text) ? accepted() : refused();
  };
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
