// A program that misbehaves as its first argument says. Whatever happens, it ends within a minute.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr unsigned kLongestLifeS = 50;

/// A fork does not inherit the alarm.
pid_t forked() {
  const pid_t pid = ::fork();
  if (pid == 0) ::alarm(kLongestLifeS);
  return pid;
}

int stay() {
  for (;;) ::pause();
}

void say(const char* text) {
  if (::write(STDOUT_FILENO, text, std::char_traits<char>::length(text)) < 0) ::_exit(9);
}

int hang() {
  ::signal(SIGTERM, SIG_IGN);
  say("hanging\n");
  return stay();
}

int end_politely() {
  ::signal(SIGTERM, [](int) {
    say("bye\n");
    ::_exit(0);
  });
  ::signal(SIGHUP, [](int) { say("refreshed\n"); });
  say("ready\n");
  return stay();
}

/// Leaves a daemon in a session of its own behind, which hears no TERM, and a plain child.
int leave_behind() {
  if (forked() == 0) {
    ::setsid();
    if (forked() == 0) return hang();
    ::_exit(0);
  }
  if (forked() == 0) return stay();
  return 0;
}

int leave_behind_and_stay() {
  leave_behind();
  say("left\n");
  return hang();
}

/// Ends at TERM at once, and leaves another that needs a while for that.
int leave_one_that_tidies_up() {
  if (forked() == 0) {
    ::signal(SIGTERM, [](int) {
      ::usleep(100'000);
      say("tidy\n");
      ::_exit(0);
    });
    say("ready\n");
    return stay();
  }
  return stay();
}

/// Every process forks until there were `most` of them in all.
int bomb(unsigned most) {
  ::signal(SIGTERM, SIG_IGN);
  void* shared = ::mmap(nullptr, sizeof(std::atomic<unsigned>), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto* count = new (shared) std::atomic<unsigned>(0);
  while (count->fetch_add(1) < most) {
    if (forked() < 0) break;
  }
  return stay();
}

int run_threads(unsigned count) {
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < count; ++i) threads.emplace_back(stay);
  return stay();
}

int stop_itself() {
  say("stopping\n");
  ::raise(SIGSTOP);
  return stay();
}

int flood() {
  ::signal(SIGTERM, SIG_IGN);
  const std::string piece(64 << 10, 'y');
  for (;;) {
    if (::write(STDOUT_FILENO, piece.data(), piece.size()) < 0) return 9;
    if (::write(STDERR_FILENO, piece.data(), piece.size()) < 0) return 9;
  }
}

int close_outputs() {
  for (int fd = 0; fd < 3; ++fd) ::close(fd);
  ::usleep(50'000);
  return 7;
}

int copy_input() {
  std::cout << std::cin.rdbuf() << std::flush;
  return 0;
}

/// What the keeper is to have put in order.
int show() {
  const mode_t mask = ::umask(0);
  std::printf("umask %03o\n", mask);
  char folder[4096] = {};
  std::printf("folder %s\n", ::getcwd(folder, sizeof folder) != nullptr ? folder : "none");
  std::printf("leader %d\n", ::getsid(0) == ::getpid() && ::getpgid(0) == ::getpid());
  for (int fd = 3; fd < 256; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) std::printf("open %d\n", fd);
  }
  for (char** one = environ; *one != nullptr; ++one) std::printf("env %s\n", *one);
  std::ifstream status("/proc/self/status");
  std::ifstream limits("/proc/self/limits");
  std::cout << status.rdbuf() << limits.rdbuf() << std::flush;
  return 0;
}

int end_by(int signal) {
  ::signal(signal, SIG_DFL);  // a sanitizer has its own
  return ::raise(signal);
}

unsigned number(const std::string& text) { return static_cast<unsigned>(std::stoul(text)); }

}  // namespace

int main(int argc, char** argv) {
  ::alarm(kLongestLifeS);
  const std::string what = argc > 1 ? argv[1] : "";
  const std::string more = argc > 2 ? argv[2] : "0";
  if (what == "exit") return static_cast<int>(number(more));
  if (what == "raise") return end_by(static_cast<int>(number(more)));
  if (what == "bomb") return bomb(number(more));
  if (what == "threads") return run_threads(number(more));
  const std::map<std::string, int (*)()> verbs = {{"hang", hang},
                                                  {"polite", end_politely},
                                                  {"leave", leave_behind},
                                                  {"leave-and-stay", leave_behind_and_stay},
                                                  {"tidy", leave_one_that_tidies_up},
                                                  {"stop", stop_itself},
                                                  {"flood", flood},
                                                  {"close", close_outputs},
                                                  {"copy", copy_input},
                                                  {"show", show}};
  const auto verb = verbs.find(what);
  return verb == verbs.end() ? 2 : verb->second();
}
