#include "member/host/bundles.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands/member_view.h"
#include "daemon/clock.h"
#include "daemon/durable_file.h"
#include "member/host/bundle_log.h"
#include "member/host/bundle_text.h"
#include "member/host/names.h"
#include "member/host/process_figures.h"

namespace groupctl {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

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
    : settings_(std::move(config.settings)),
      store_(store),
      files_(std::move(config.folder), ".tar.zst", kMaxKept) {}

StepResult<LeftFile> Bundles::write(Sequence at, const MemberView& view, Host& deployers) const {
  auto written = write_whole(at, view, deployers);
  std::error_code ignored;  // the next dump tries again
  fs::remove(files_.unfinished(), ignored);
  fs::remove_all(deployer_folder(), ignored);
  if (!written) return step_failed("dump", written.error().text);
  return *std::move(written);
}

Result<LeftFile> Bundles::write_whole(Sequence at, const MemberView& view, Host& deployers) const {
  if (Status made = files_.make_folder(); !made) return tl::unexpected<Error>(made.error());
  auto archive = BundleArchive::create(files_.unfinished(), wall_now_ms());
  if (!archive) return tl::unexpected<Error>(archive.error());
  Writing writing{**archive};
  if (Status filled = fill(writing, at, view, deployers); !filled) {
    return tl::unexpected<Error>(filled.error());
  }
  if (Status whole = (*archive)->finish(); !whole) return tl::unexpected<Error>(whole.error());
  return files_.keep(at);
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
  if (Status added = writing.add("settings.toml", settings_); !added) return added;
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

}  // namespace groupctl
