#include "cli/key_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <tuple>

#include "log/keys.h"
#include "log/nearest.h"

namespace groupctl {
namespace {

std::string in_small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool has_fingerprint(const KeyInfo& info, const std::string& wanted) {
  return !wanted.empty() && fingerprint(info.key) == in_small_letters(wanted);
}

/// By name, or by the fingerprint that stands in its place.
std::vector<KeyInfo> called(const std::vector<KeyInfo>& all, const std::string& who) {
  std::vector<KeyInfo> found;
  for (const KeyInfo& info : all) {
    if (info.name == who || has_fingerprint(info, who)) found.push_back(info);
  }
  return found;
}

std::string listed(const std::vector<KeyInfo>& keys) {
  std::string text;
  for (const KeyInfo& info : keys) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} ({}", fingerprint(info.key), to_word(info.state));
    text += info.from.empty() ? ")" : " from " + info.from + ")";
  }
  return text;
}

tl::unexpected<Error> nobody(const std::vector<KeyInfo>& all, const std::string& who) {
  std::vector<std::string> names;
  for (const KeyInfo& info : all) names.push_back(info.name);
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no key of {}.{}", who, did_you_mean(who, names)));
}

bool is_admitted(const KeyInfo& info) { return info.state == KeyState::kAccepted; }

}  // namespace

void sort_keys(std::vector<KeyInfo>& keys) {
  std::sort(keys.begin(), keys.end(), [](const KeyInfo& a, const KeyInfo& b) {
    return std::tie(a.state, a.name, a.since, a.key) < std::tie(b.state, b.name, b.since, b.key);
  });
}

Result<KeyInfo> chosen_key(const std::vector<KeyInfo>& all, const KeyChangeCall& call) {
  std::vector<KeyInfo> found = called(all, call.who);
  if (found.empty()) return nobody(all, call.who);
  const bool by_fingerprint = !call.fingerprint.empty() || has_fingerprint(found[0], call.who);
  if (by_fingerprint) {
    const std::string& wanted = call.fingerprint.empty() ? call.who : call.fingerprint;
    const auto one = std::find_if(found.begin(), found.end(), [&](const KeyInfo& info) {
      return has_fingerprint(info, wanted);
    });
    if (one != found.end()) return *one;
    return fail(ErrorCode::kConflict,
                fmt::format("{} has another key: {}", call.who, listed(found)));
  }
  const std::string known = listed(found);
  std::erase_if(found, [](const KeyInfo& info) { return info.state != KeyState::kPending; });
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no key of {} waits; --fingerprint names one of {}", call.who, known));
  }
  return fail(ErrorCode::kConflict, fmt::format("{} keys of {} wait; --fingerprint names one of {}",
                                                found.size(), call.who, listed(found)));
}

Result<std::vector<KeyInfo>> keys_to_revoke(const std::vector<KeyInfo>& all,
                                            const KeyChangeCall& call) {
  std::vector<KeyInfo> found = called(all, call.who);
  if (found.empty()) return nobody(all, call.who);
  if (has_fingerprint(found[0], call.who)) return found;
  const std::string known = listed(found);
  std::erase_if(found, [](const KeyInfo& info) {
    return info.state == KeyState::kRejected || info.state == KeyState::kRevoked;
  });
  if (found.empty()) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no key of {} is let in or waits: {}", call.who, known));
  }
  const auto other = std::find_if(found.begin(), found.end(), [&](const KeyInfo& info) {
    return (info.role == KeyRole::kMember) != (found[0].role == KeyRole::kMember);
  });
  if (other == found.end()) return found;
  return fail(ErrorCode::kConflict,
              fmt::format("a member and somebody else are called {}; give the fingerprint: {}",
                          call.who, listed(found)));
}

std::string revoking_means(const std::vector<KeyInfo>& all, const std::vector<KeyInfo>& chosen,
                           const PublicKey& own) {
  const auto is_chosen = [&](const KeyInfo& info) {
    return std::any_of(chosen.begin(), chosen.end(),
                       [&](const KeyInfo& one) { return one.key == info.key; });
  };
  const auto is_admin = [](const KeyInfo& info) {
    return is_admitted(info) && info.role == KeyRole::kAdmin;
  };
  const bool takes_an_admin = std::any_of(chosen.begin(), chosen.end(), is_admin);
  const bool leaves_an_admin = std::any_of(all.begin(), all.end(), [&](const KeyInfo& info) {
    return is_admin(info) && !is_chosen(info);
  });
  std::string text;
  if (std::any_of(chosen.begin(), chosen.end(),
                  [&](const KeyInfo& info) { return own && info.key == own; })) {
    text += " It is your own.";
  }
  if (takes_an_admin && !leaves_an_admin) {
    text += " No admin is left then but by the coordinator's admin.sock.";
  }
  return text;
}

}  // namespace groupctl
