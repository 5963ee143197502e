// repo put, list, verify, gc: the group's repository.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/bar_display.h"
#include "cli/exit_code.h"
#include "cli/looking.h"
#include "cli/render_upload.h"
#include "cli/repository_report.h"
#include "cli/run.h"
#include "cli/upload.h"
#include "daemon/random.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kSayMs = 1000;
constexpr std::uint64_t kVerifyMs = 100;

// Bytes that are there stay there, so the same again is always right.
tl::unexpected<Failure> put_failure(const Client& client, const Error& error) {
  if (client.stopped()) {
    return tl::unexpected(Failure{"interrupted", "interrupted; what is there stays",
                                  "the same again goes on where it ended", kExitInterrupted});
  }
  if (error.code == ErrorCode::kUnreachable) {
    return tl::unexpected(Failure{"coordinator_unreachable",
                                  "the coordinator went away; nothing was sent", "",
                                  kExitUnreachable});
  }
  Failure failure = failure_of(error);
  if (error.code == ErrorCode::kTimeout) {
    failure.word = "outcome_unknown";
    failure.message = "the coordinator stopped answering; what is there stays";
    failure.hint = "the same again goes on where it ended";
  }
  return tl::unexpected(std::move(failure));
}

/// A bar on a terminal, elsewhere at most a line a second, and one for what was there already.
class UploadDisplay {
 public:
  UploadDisplay(std::string artefact, const GlobalOptions& global, Client& client,
                const Surroundings& around)
      : artefact_(std::move(artefact)),
        client_(client),
        said_ms_(client.now_ms()),
        bar_(global, client, around, [this](std::uint64_t elapsed_ms, const Screen& screen) {
          return upload_bar(progress_, elapsed_ms, screen);
        }) {}

  void show(std::uint64_t done, std::uint64_t total) {
    const bool goes_on = progress_.total == 0 && done > 0;
    if (goes_on) progress_.there = done;
    progress_.there = std::min(progress_.there, done);  // it may have lost some
    progress_.done = done;
    progress_.total = total;
    bar_.draw(done == total);
    const std::uint64_t now = client_.now_ms();
    if (!goes_on && now - said_ms_ < kSayMs) return;
    said_ms_ = now;
    bar_.say(upload_line(artefact_, progress_));
  }

 private:
  const std::string artefact_;
  Client& client_;
  std::uint64_t said_ms_;
  UploadProgress progress_;
  BarDisplay bar_;
};

/// With the way it goes shown.
Result<CataloguedReply> shown_upload(const PutArtefact& put, const ArchiveFile& archive,
                                     const GlobalOptions& global, Client& client,
                                     const Surroundings& around) {
  UploadDisplay display(put.name + "@" + put.version, global, client, around);
  return upload(client, put, archive, global.timeout_ms,
                [&](std::uint64_t done, std::uint64_t total) { display.show(done, total); });
}

Result<std::vector<CatalogueEntry>> read_catalogue(Client& client, std::uint64_t within_ms) {
  GroupState state;
  const Status read = read_state(client, std::string(kCataloguePrefix), within_ms, state);
  if (!read) return tl::unexpected(read.error());
  std::vector<CatalogueEntry> entries;
  for (auto at = state.lower_bound(kCataloguePrefix); at != state.end(); ++at) {
    const auto name = catalogue_name(at->first);
    auto row = decode_catalogue_row(at->second);
    if (!name || !row) return fail(ErrorCode::kCorrupt, "a row of the catalogue does not decode");
    entries.push_back({*name, *std::move(row)});
  }
  std::sort(entries.begin(), entries.end(), [](const CatalogueEntry& a, const CatalogueEntry& b) {
    if (a.artefact.name != b.artefact.name) return a.artefact.name < b.artefact.name;
    return a.row.sequence > b.row.sequence;
  });
  return entries;
}

/// Asks until the blob is read whole.
Result<VerifyReply> verify_one(Client& client, const VerifyQuery& query, std::uint64_t silent_ms) {
  std::uint64_t checked = 0;
  std::uint64_t until = client.now_ms() + silent_ms;
  while (true) {
    auto reply = client.ask<VerifyReply>(query, silent_ms);
    const bool busy = !reply && reply.error().code == ErrorCode::kBusy;
    if (!reply && !busy) return reply;
    if (reply && reply->done) return reply;
    if (reply && reply->checked != checked) {
      checked = reply->checked;
      until = client.now_ms() + silent_ms;
    }
    if (client.stopped() || client.now_ms() >= until) {
      return fail(ErrorCode::kTimeout, "no progress");
    }
    client.pause(kVerifyMs);
  }
}

}  // namespace

Done run_repo_put(const GlobalOptions& global, const RepoPutCall& call, Client& client,
                  const Surroundings& around) {
  const auto archive = open_archive(call.file);
  if (!archive) {
    Failure failure = failure_of(archive.error());
    failure.exit_code = kExitUsage;
    return tl::unexpected(std::move(failure));
  }
  const std::uint64_t start = client.now_ms();
  const PutArtefact put{call.artefact.name, call.artefact.version, archive->digest,
                        archive->bytes,     around.issuer,         call.message};
  const auto catalogued = shown_upload(put, *archive, global, client, around);
  if (!catalogued) return put_failure(client, catalogued.error());
  const PutReport report{call.artefact, archive->digest, archive->bytes, *catalogued,
                         client.now_ms() - start};
  if (global.format == Format::kName) {
    return Said{fmt::format("{}\n", catalogued->sequence.value)};
  }
  return said(report, global.format);
}

Done run_repo_list(const GlobalOptions& global, Client& client, const Surroundings& around) {
  auto entries = read_catalogue(client, global.timeout_ms);
  if (!entries) return look_failure(client, entries.error());
  return said(CatalogueReport{*std::move(entries)}, global.format, around.wall_clock());
}

Done run_repo_verify(const GlobalOptions& global, Client& client, const Surroundings& around) {
  const auto entries = read_catalogue(client, global.timeout_ms);
  if (!entries) return look_failure(client, entries.error());
  std::map<ArtefactDigest, std::vector<CatalogueName>> blobs;
  for (const CatalogueEntry& entry : *entries) {
    blobs[entry.row.digest].push_back(entry.artefact);
  }
  VerifyReport report;
  const std::uint64_t run = random_number();
  for (auto& [digest, artefacts] : blobs) {
    auto reply = verify_one(client, {run, digest}, global.timeout_ms);
    if (!reply) return look_failure(client, reply.error());
    if (!global.quiet) {
      around.say(fmt::format("{}@{}: {}\n", artefacts.front().name, artefacts.front().version,
                             reply->fault.empty() ? "sound" : "DAMAGED"));
    }
    report.blobs.push_back({std::move(artefacts), *std::move(reply)});
  }
  Said result = said(report, global.format);
  if (report.damaged() > 0) result.exit_code = kExitBad;
  return result;
}

Done run_repo_gc(const GlobalOptions& global, const RepoGcCall& call, Client& client) {
  auto reply = client.ask<CollectReply>(CollectGarbage{call.dry_run}, global.timeout_ms);
  if (!reply) return look_failure(client, reply.error());
  return said(CollectReport{*reply, call.dry_run}, global.format);
}

}  // namespace groupctl
