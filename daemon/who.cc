#include "daemon/who.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace groupctl {
namespace {

std::string login_name() {
  std::array<char, 256> login{};
  if (::getlogin_r(login.data(), login.size()) == 0 && login[0] != '\0') return login.data();
  const passwd* user = ::getpwuid(::geteuid());
  return user == nullptr ? "uid" + std::to_string(::geteuid()) : user->pw_name;
}

}  // namespace

std::string login_at_host() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return login_name() + "@" + host.data();
}

}  // namespace groupctl
