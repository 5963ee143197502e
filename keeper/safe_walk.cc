#include "keeper/safe_walk.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <deque>

namespace groupctl::keeper {
namespace {

constexpr int kMostLinks = 40;  // as the system has it

/// One walk: where it is, and the names that are still to be gone.
class SafeWalk {
 public:
  explicit SafeWalk(const std::string& path) : path_(path) { go_first(path); }

  Startable<UniqueFd> open() {
    if (auto root = to_root(); !root) return tl::unexpected(root.error());
    while (!names_.empty()) {
      const std::string name = names_.front();
      names_.pop_front();
      if (auto gone = go(name); !gone) return tl::unexpected(gone.error());
    }
    return std::move(at_);
  }

 private:
  using Went = Startable<void>;

  void go_first(std::string_view path) {
    std::deque<std::string> names;
    while (!path.empty()) {
      const auto end = path.find('/');
      if (end != 0) names.emplace_back(path.substr(0, end));
      if (end == std::string_view::npos) break;
      path.remove_prefix(end + 1);
    }
    names_.insert(names_.begin(), names.begin(), names.end());
  }

  Went to_root() {
    at_ = UniqueFd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return check(at_, "/");
  }

  Went go(const std::string& name) {
    UniqueFd next(::openat(at_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return tl::unexpected(failure_of(path_, errno));
    if (auto safe = check(next, name); !safe) return safe;
    struct stat is {};
    if (::fstat(next.get(), &is) != 0) return tl::unexpected(failure_of(path_, errno));
    if (S_ISLNK(is.st_mode)) return follow(next);
    at_ = std::move(next);
    return {};
  }

  Went follow(const UniqueFd& link) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(link.get(), "", target.data(), target.size());
    if (size <= 0 || ++links_ > kMostLinks) return tl::unexpected(failure_of(path_, ELOOP));
    const std::string_view text(target.data(), static_cast<std::size_t>(size));
    go_first(text);
    return text.starts_with('/') ? to_root() : Went{};
  }

  Went check(const UniqueFd& file, const std::string& name) const {
    struct stat is {};
    if (!file || ::fstat(file.get(), &is) != 0) return tl::unexpected(failure_of(path_, errno));
    if (is.st_uid != 0 && is.st_uid != ::geteuid()) return unsafe(name, "belongs to somebody else");
    // The mode of a symbolic link says nothing.
    if (!S_ISLNK(is.st_mode) && (is.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      return unsafe(name, "may be written by others");
    }
    return {};
  }

  Went unsafe(const std::string& name, const std::string& what) const {
    return tl::unexpected(
        StartFailure{EndKind::kUnsafe, path_ + ": not safe: \"" + name + "\" " + what});
  }

  const std::string path_;
  UniqueFd at_;
  std::deque<std::string> names_;
  int links_ = 0;
};

}  // namespace

Startable<UniqueFd> open_safely(const std::string& path) { return SafeWalk(path).open(); }

}  // namespace groupctl::keeper
