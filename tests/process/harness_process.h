// Real processes as children of a test: they end with it, whatever happens.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace groupctl::process_test {

struct Ended {
  int code = -1;   ///< exit code; -1 when a signal ended it
  int signal = 0;  ///< 0: none
  bool operator==(const Ended&) const = default;
};

struct SpawnOptions {
  std::filesystem::path out;  ///< stdout is appended here; empty: nowhere
  std::filesystem::path err;
  std::vector<std::pair<std::string, std::string>> env;  ///< beside the test's own, or in its place
};

/// A child. It gets SIGKILL when this is destroyed, and when the thread ends that started it.
class Process {
 public:
  Process() = default;
  static Process start(const std::vector<std::string>& words, const SpawnOptions& options);
  Process(Process&& other) noexcept { *this = std::move(other); }
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t pid() const { return pid_; }
  bool running();
  void send(int signal) const;
  /// Bytes of memory of its own, not of files; 0 when it is gone.
  std::uint64_t private_memory() const;
  /// nullopt: it still runs after so long.
  std::optional<Ended> wait(std::uint64_t limit_ms);
  /// SIGKILL, and waits until it is gone.
  void kill_nine();

 private:
  pid_t pid_ = 0;
  std::optional<Ended> ended_;
};

struct Said {
  Ended ended;
  std::string out;
  std::string err;
};
/// Runs a program to its end, a minute at most; one that takes longer is killed.
Said run_program(const std::vector<std::string>& words,
                 const std::vector<std::pair<std::string, std::string>>& env = {});

/// Whether strace may trace here; asked once.
bool can_trace();

/// Asks again until it is so or the limit has passed. Gives the last answer.
bool eventually(const std::function<bool()>& condition, std::uint64_t limit_ms = 20000);

/// Milliseconds of a clock that does not go back.
std::uint64_t now_ms();

std::string read_file(const std::filesystem::path& path);
/// At how many places the part begins.
std::size_t count_in(const std::string& text, const std::string& part);
void write_file(const std::filesystem::path& path, std::string_view text);

/// How daemons end, as docs/exit-codes.md says.
inline constexpr int kBadData = 65;
inline constexpr int kLocked = 73;
inline constexpr int kReadWriteError = 74;

/// A folder that is gone with the test.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace groupctl::process_test
