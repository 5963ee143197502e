#include "member/host/bundles.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands/member_view.h"
#include "daemon/clock.h"
#include "daemon/durable_file.h"
#include "daemon/file_digest.h"
#include "log/unique_fd.h"
#include "member/host/bundle_log.h"
#include "member/host/bundle_text.h"
#include "member/host/names.h"
#include "member/host/process_figures.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kEnding = ".tar.zst";

std::string process_json(const ProcessFigures& figures) {
  const json object = {{"pid", figures.pid},
                       {"residentBytes", figures.resident_bytes},
                       {"peakBytes", figures.peak_bytes},
                       {"threads", figures.threads},
                       {"openFiles", figures.open_files},
                       {"uptimeMs", figures.uptime_ms}};
  return object.dump() + "\n";
}

/// The regular files below a folder, by name; nothing is followed out of it.
std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (at->symlink_status(error).type() == fs::file_type::regular) files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

/// A bundle on its way, and what it has to do without.
struct Bundles::Writing {
  BundleArchive& archive;
  json problems = json::array();
  std::size_t more_problems = 0;

  void problem(const std::string& text) {
    if (problems.size() < kMaxProblems) {
      problems.push_back(text);
    } else {
      ++more_problems;
    }
  }
  /// One that does not fit is a problem of the bundle; only a broken archive is an error.
  Status add(const std::string& name, std::string_view content) {
    Status added = archive.add(name, content);
    if (added || added.error().code != ErrorCode::kRefused) return added;
    problem(added.error().text);
    return {};
  }
  /// What is in it, and what is not.
  Status add_about(Sequence at, const MemberView& view) {
    json about = {{"schema", "groupctl-dump/1"},
                  {"seq", at.value},
                  {"group", view.group},
                  {"member", view.member},
                  {"received", view.head.last.value},
                  {"stateDigest", view.head.state_digest.hex()},
                  {"writtenMs", wall_now_ms()},
                  {"problems", problems},
                  {"files", json::array()}};
    if (more_problems > 0) about["moreProblems"] = more_problems;
    for (const BundleArchive::File& file : archive.files()) {
      about["files"].push_back({{"name", file.name}, {"bytes", file.bytes}});
    }
    // Names of files and what is said of them may be no UTF-8.
    return archive.add_last("bundle.json",
                            about.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
  }
};

Bundles::Bundles(BundlesConfig config, const Store& store)
    : config_(std::move(config)), store_(store) {}

std::string Bundles::path(Sequence at) const {
  return config_.folder + "/" + std::to_string(at.value) + std::string(kEnding);
}

std::string Bundles::digest_path(Sequence at) const {
  return config_.folder + "/." + std::to_string(at.value) + ".sha256";
}

Status Bundles::make_folder() const {
  std::error_code error;
  fs::create_directories(config_.folder, error);
  if (!error) fs::permissions(config_.folder, fs::perms::owner_all, error);
  if (error) return fail(ErrorCode::kIo, config_.folder + ": " + error.message());
  return {};
}

StepResult<WrittenBundle> Bundles::write(Sequence at, const MemberView& view,
                                         Host& deployers) const {
  auto written = write_whole(at, view, deployers);
  std::error_code ignored;  // the next dump tries again
  fs::remove(unfinished(), ignored);
  fs::remove_all(deployer_folder(), ignored);
  if (!written) return step_failed("dump", written.error().text);
  prune(at);
  return *std::move(written);
}

Result<WrittenBundle> Bundles::write_whole(Sequence at, const MemberView& view,
                                           Host& deployers) const {
  if (Status made = make_folder(); !made) return tl::unexpected<Error>(made.error());
  auto archive = BundleArchive::create(unfinished(), wall_now_ms());
  if (!archive) return tl::unexpected<Error>(archive.error());
  Writing writing{**archive};
  if (Status filled = fill(writing, at, view, deployers); !filled) {
    return tl::unexpected<Error>(filled.error());
  }
  if (Status whole = (*archive)->finish(); !whole) return tl::unexpected<Error>(whole.error());
  const auto digest = file_digest(unfinished());
  if (!digest) return tl::unexpected<Error>(digest.error());
  std::error_code error;
  const std::uint64_t bytes = fs::file_size(unfinished(), error);
  if (error) return fail(ErrorCode::kIo, unfinished() + ": " + error.message());
  // The one that it replaces must not be read with another digest.
  fs::remove(path(at), error);
  if (Status noted = write_file_durably(digest_path(at), digest->hex()); !noted) {
    return tl::unexpected<Error>(noted.error());
  }
  if (std::rename(unfinished().c_str(), path(at).c_str()) != 0) return errno_error(path(at));
  if (Status synced = sync_names(config_.folder); !synced) {
    return tl::unexpected<Error>(synced.error());
  }
  return WrittenBundle{path(at), *digest, bytes};
}

Status Bundles::fill(Writing& writing, Sequence at, const MemberView& view, Host& deployers) const {
  const auto log = log_tail(store_, view.head.last, kMaxLogEntries);
  if (!log) writing.problem("log: " + log.error().text);
  struct Part {
    const char* name;
    std::string (*text)(const MemberView&);
  };
  constexpr Part kParts[] = {{"member.json", member_json},
                             {"state.jsonl", state_lines},
                             {"delta.jsonl", delta_lines},
                             {"outcomes.jsonl", outcome_lines}};
  for (const Part& part : kParts) {
    if (Status added = writing.add(part.name, part.text(view)); !added) return added;
  }
  if (Status added = writing.add("log.jsonl", log ? log_lines(*log) : ""); !added) return added;
  if (Status added = writing.add("process.json", process_json(process_figures())); !added) {
    return added;
  }
  if (Status added = writing.add("settings.toml", config_.settings); !added) return added;
  for (const std::string& name : deployers.deployer_names()) {
    Status added = add_deployer(writing, name, *deployers.deployer(name));
    if (!added) return added;
  }
  return writing.add_about(at, view);
}

Status Bundles::add_deployer(Writing& writing, const std::string& name, Deployer& deployer) const {
  const fs::path folder = deployer_folder();
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error) fs::create_directory(folder, error);
  if (error) return fail(ErrorCode::kIo, folder.string() + ": " + error.message());
  const auto dumped = deployer.dump(folder.string());
  if (!dumped) writing.problem("deployer " + name + ": " + dumped.error().text);
  for (const fs::path& file : files_below(folder)) {
    const auto content = read_small_file(file.string());
    if (!content) {
      writing.problem("deployer " + name + ": " + content.error().text);
      continue;
    }
    const std::string inside = "deployers/" + name + "/" + file.lexically_relative(folder).string();
    if (Status added = writing.add(inside, *content); !added) return added;
  }
  return {};
}

Result<BundleChunk> Bundles::read(const BundleQuestion& question) const {
  const std::string none = "no bundle of " + std::to_string(question.at.value) + " is kept here";
  const UniqueFd file(::open(path(question.at).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file && errno == ENOENT) return fail(ErrorCode::kNotFound, none);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return errno_error(path(question.at));
  const auto digest = read_small_file(digest_path(question.at));
  BundleChunk chunk;
  if (!digest || !chunk.digest.assign_hex(*digest)) return fail(ErrorCode::kNotFound, none);
  chunk.bytes = static_cast<std::uint64_t>(info.st_size);
  chunk.offset = question.offset;
  if (question.offset > chunk.bytes) {
    return fail(ErrorCode::kInvalid, "an offset beyond the end of the bundle");
  }
  chunk.data.resize(std::min<std::uint64_t>(kQuestionPageBytes, chunk.bytes - question.offset));
  std::size_t done = 0;
  while (done < chunk.data.size()) {
    const ssize_t got = ::pread(file.get(), chunk.data.data() + done, chunk.data.size() - done,
                                static_cast<off_t>(question.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(path(question.at));
    if (got == 0) return fail(ErrorCode::kIo, path(question.at) + ": shorter than it was");
    done += static_cast<std::size_t>(got);
  }
  return chunk;
}

/// By age, not by sequence: another history begins at 1 again. What cannot be removed costs space,
/// not the dump. A clock that was put back must not cost the newest one.
void Bundles::prune(Sequence newest) const {
  std::vector<std::pair<fs::file_time_type, fs::path>> kept;
  std::error_code error;
  fs::directory_iterator at(config_.folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    if (!at->path().filename().string().ends_with(kEnding) || at->path() == path(newest)) continue;
    kept.emplace_back(at->last_write_time(error), at->path());
  }
  std::sort(kept.begin(), kept.end());
  for (std::size_t i = 0; i + kMaxKept < kept.size() + 1; ++i) {
    const std::string name = kept[i].second.filename().string();
    fs::remove(kept[i].second, error);
    fs::remove(config_.folder + "/." + name.substr(0, name.size() - kEnding.size()) + ".sha256",
               error);
  }
}

}  // namespace groupctl
