#include "keeper/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>

#include "daemon/clock.h"
#include "keeper/later.h"
#include "keeper/pidfd_calls.h"

namespace groupctl::keeper {
namespace {

/// Of an environment: the system allows more, which nobody has.
constexpr std::size_t kMostProcBytes = 4 << 20;
constexpr std::uint64_t kBetweenSweepsMs = 20;

std::string proc_path(pid_t pid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/" + std::string(name);
}

/// nullopt: there is none, or it is not for us.
std::optional<std::string> read_proc(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 4096> piece{};
  while (text.size() < kMostProcBytes) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// The folders of a folder whose names are numbers.
std::vector<pid_t> numbers_in(const std::string& path) {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), &::closedir);
  if (!folder) return found;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    pid_t pid = 0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (end.ec == std::errc{} && end.ptr == name.data() + name.size()) found.push_back(pid);
  }
  return found;
}

/// The words of a text that one blank parts.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0) words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return words;
}

template <class T>
T number(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Whether the kernel lists children by thread (CONFIG_PROC_CHILDREN).
bool lists_children() {
  const std::string own = std::to_string(::getpid());
  return ::access(("/proc/" + own + "/task/" + own + "/children").c_str(), R_OK) == 0;
}

/// Where it does not: every process is asked for its parent.
std::vector<pid_t> children_by_parent(pid_t parent) {
  std::vector<pid_t> children;
  for (const pid_t pid : all_processes()) {
    const auto stat = proc_stat(pid);
    if (stat && stat->parent == parent) children.push_back(pid);
  }
  return children;
}

bool is_marked(pid_t pid, const std::string& run_id) {
  if (run_id.empty()) return false;
  const auto environment = read_proc(proc_path(pid, "environ"));
  if (!environment) return false;
  const std::string_view text = *environment;
  const std::string whole = std::string(kMarkerName) + "=" + run_id + '\0';
  return text.starts_with(whole) || text.find('\0' + whole) != std::string_view::npos;
}

/// A session keeps its number from being given anew for as long as anybody is in it. So where its
/// beginner is another process than it was, nobody is left of the one that is meant.
bool is_in_session(pid_t pid, const Trace& trace) {
  if (trace.session == 0) return false;
  const auto stat = proc_stat(pid);
  if (!stat || stat->ended || static_cast<std::uint64_t>(stat->session) != trace.session ||
      stat->start_time < trace.session_start) {
    return false;
  }
  const auto beginner = proc_stat(stat->session);
  return !beginner || beginner->start_time == trace.session_start;
}

bool is_traced(pid_t pid, const Trace& trace) {
  return is_in_session(pid, trace) || is_marked(pid, trace.run_id);
}

/// Opened first and looked at then, so that no other process can be meant.
std::vector<UniqueFd> traced_processes(const Trace& trace) {
  std::vector<UniqueFd> found;
  for (const pid_t pid : all_processes()) {
    if (pid == ::getpid() || !is_traced(pid, trace)) continue;
    UniqueFd process(::pidfd_open(pid, 0));
    if (process && is_traced(pid, trace)) found.push_back(std::move(process));
  }
  return found;
}

}  // namespace

std::optional<ProcStat> proc_stat(pid_t pid) {
  const auto text = read_proc(proc_path(pid, "stat"));
  if (!text) return std::nullopt;
  // The name of the program stands in brackets, and may have anything in it.
  const auto name_end = text->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const auto words = words_of(std::string_view(*text).substr(name_end + 1));
  constexpr std::size_t kStart = 22 - 3;  // the first of these words is field 3
  if (words.size() <= kStart) return std::nullopt;
  return ProcStat{number<pid_t>(words[1]), number<pid_t>(words[3]),
                  number<std::uint64_t>(words[kStart]), words[0] == "Z" || words[0] == "X"};
}

std::vector<pid_t> all_processes() { return numbers_in("/proc"); }

std::vector<pid_t> children_of(pid_t pid, std::size_t& threads) {
  static const bool listed = lists_children();
  std::vector<pid_t> children;
  for (const pid_t thread : numbers_in(proc_path(pid, "task"))) {
    ++threads;
    if (!listed) continue;
    const auto text = read_proc(proc_path(pid, "task/" + std::to_string(thread) + "/children"));
    if (!text) continue;
    for (const std::string_view word : words_of(*text)) children.push_back(number<pid_t>(word));
  }
  return listed ? children : children_by_parent(pid);
}

std::size_t count_tasks(std::size_t enough) {
  std::size_t own_threads = 0;
  std::size_t tasks = 0;
  std::vector<pid_t> waiting = children_of(::getpid(), own_threads);
  while (!waiting.empty() && tasks < enough) {
    const pid_t pid = waiting.back();
    waiting.pop_back();
    const auto children = children_of(pid, tasks);
    waiting.insert(waiting.end(), children.begin(), children.end());
  }
  return tasks;
}

Result<UniqueFd> open_process(pid_t pid, std::uint64_t start_time) {
  UniqueFd process(pid > 0 ? ::pidfd_open(pid, 0) : -1);
  const auto stat = process ? proc_stat(pid) : std::nullopt;
  if (!stat || stat->ended || stat->start_time != start_time) {
    return fail(ErrorCode::kNotFound, "process " + std::to_string(pid) + " has ended");
  }
  return process;
}

bool wait_for_end(const UniqueFd& process, std::uint64_t wait_ms) {
  const std::uint64_t until = later(local_now().value, wait_ms);
  for (;;) {
    const std::uint64_t now = local_now().value;
    const std::uint64_t left = until > now ? until - now : 0;
    pollfd waiting = {process.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::uint64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready == 0 && left == 0) return false;
  }
}

Status send_signal(const UniqueFd& process, int signal) {
  if (::pidfd_send_signal(process.get(), signal, nullptr, 0) == 0) return {};
  if (errno == ESRCH) return fail(ErrorCode::kNotFound, "the process has ended");
  return errno_error("cannot send a signal");
}

Status kill_traced(const Trace& trace, std::uint64_t wait_ms) {
  const std::uint64_t until = later(local_now().value, wait_ms);
  for (auto found = traced_processes(trace); !found.empty(); found = traced_processes(trace)) {
    // Stopped first, so that none of them starts another while the rest is killed.
    for (const int signal : {SIGSTOP, SIGKILL}) {
      for (const UniqueFd& process : found) static_cast<void>(send_signal(process, signal));
    }
    if (local_now().value >= until) return fail(ErrorCode::kTimeout, "what is left does not end");
    wait_for_end(found.front(), kBetweenSweepsMs);
  }
  return {};
}

std::string boot_name() {
  std::string name = read_proc("/proc/sys/kernel/random/boot_id").value_or("");
  while (name.ends_with('\n')) name.pop_back();
  // The containers of a machine have its name in common, but not their first process.
  const auto first = name.empty() ? std::nullopt : proc_stat(1);
  return first ? name + "." + std::to_string(first->start_time) : name;
}

}  // namespace groupctl::keeper
