#include "daemon/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace groupctl {
namespace {

// systemd.exec(5): several directories are separated by colons.
std::string first_of_list(const std::string& list) { return list.substr(0, list.find(':')); }

std::string home() {
  if (const auto told = environment_variable("HOME")) return *told;
  const passwd* user = ::getpwuid(::geteuid());
  return user == nullptr ? "/" : user->pw_dir;
}

// The XDG base directory specification: a path that is not absolute is to be ignored.
std::string xdg_dir(const std::string& variable, const std::string& below_home) {
  const auto told = environment_variable(variable);
  if (told && told->starts_with('/')) return *told;
  return home() + "/" + below_home;
}

}  // namespace

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::string system_config_dir() {
  const auto told = environment_variable("CONFIGURATION_DIRECTORY");
  return told ? first_of_list(*told) : "/etc/groupctl";
}

std::string default_state_dir(const std::string& program_name) {
  if (const auto told = environment_variable("STATE_DIRECTORY")) return first_of_list(*told);
  if (::geteuid() == 0) return "/var/lib/groupctl/" + program_name;
  return xdg_dir("XDG_STATE_HOME", ".local/state") + "/groupctl/" + program_name;
}

std::string default_key_dir() {
  if (::geteuid() == 0) return system_config_dir() + "/keys";
  return xdg_dir("XDG_CONFIG_HOME", ".config") + "/groupctl/keys";
}

std::string user_config_file() {
  return xdg_dir("XDG_CONFIG_HOME", ".config") + "/groupctl/config.toml";
}

std::string program_dir() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

std::string short_host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "";
  const std::string whole = name.data();
  return whole.substr(0, whole.find('.'));
}

}  // namespace groupctl
