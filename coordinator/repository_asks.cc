// CoordinatorCore: what concerns the group's repository. Files are the repository thread's; the
// catalogue is state, so what is put becomes an entry.
#include <fmt/format.h>

#include <algorithm>

#include "commands/state/catalogue.h"
#include "commands/state/names.h"
#include "commands/state/rows.h"
#include "commands/system/system.h"
#include "coordinator/core_impl.h"
#include "wire/limits.h"

namespace groupctl {
namespace {

constexpr std::size_t kStateRowsPerPage = 512;

}  // namespace

// ---- putting

/// What can be said before the first byte travels.
Status CoordinatorCore::Impl::check_put(const PutArtefact& put) const {
  if (!read_only_.empty()) return fail(ErrorCode::kReadOnly, read_only_);
  if (!is_name(put.name)) return fail(ErrorCode::kInvalid, "no artefact's name");
  if (!is_version(put.version)) return fail(ErrorCode::kInvalid, "no version");
  const auto there = catalogued(sequencer_.state(), put.name, put.version);
  if (!there || there->digest == put.digest) return {};
  return fail(ErrorCode::kConflict,
              put.name + "@" + put.version + " is in the catalogue with digest sha256:" +
                  there->digest.hex() + "; another content takes another version");
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const PutArtefact& put) {
  if (const Status possible = check_put(put); !possible) {
    return answer(peer, id, QueryRefused{possible.error().code, possible.error().text});
  }
  output_.repository.push_back(OpenPut{peer, id, put});
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id, const PutChunk& chunk) {
  output_.repository.push_back(WritePut{peer, id, chunk});
}

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const VerifyQuery& query) {
  output_.repository.push_back(VerifyBlob{peer, id, query});
}

/// Blobs that the state names stay, be it the durable one or the one that is ahead of it. What the
/// log's CATALOGUED entries name the state names too: no entry takes a row out of the catalogue.
void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const CollectGarbage& collect) {
  CollectBlobs request{peer, id, collect.dry_run, {}};
  const auto take = [&](std::string_view key, const Bytes& value) {
    if (catalogue_name(key)) {
      if (auto row = decode_catalogue_row(value)) request.named.insert(row->digest);
    } else if (auto row = decode_artefact_row(value)) {
      for (const ArtefactAssignment& one : row->releases) {
        if (one.release) request.named.insert(one.release->digest);
      }
    }
    return true;
  };
  for (const std::string& prefix : {std::string(kCataloguePrefix), artefact_key("")}) {
    sequencer_.for_each_durable(prefix, "", take);
    const GroupState& state = sequencer_.state();
    for (auto at = state.lower_bound(prefix); at != state.end() && at->first.starts_with(prefix);
         ++at) {
      take(at->first, at->second);
    }
  }
  output_.repository.push_back(std::move(request));
}

void CoordinatorCore::Impl::on(const RepoDone& event) {
  if (const auto* chunk = std::get_if<BlobChunk>(&event)) return chunk_read(*chunk);
  if (const auto* done = std::get_if<AdminAnswer>(&event)) {
    return answer(done->peer, done->id, done->reply);
  }
  const auto& whole = std::get<PutWhole>(event);
  if (ready_) catalogue(whole);
}

/// The archive is stored. What this does not answer is asked again.
void CoordinatorCore::Impl::catalogue(const PutWhole& whole) {
  const PutArtefact& put = whole.put;
  Status possible = check_put(put);
  if (auto refused = refusal_of(whole.peer, Verb::kPut)) {
    possible = tl::unexpected<Error>(*std::move(refused));
  }
  const auto there = catalogued(sequencer_.state(), put.name, put.version);
  if (possible && waiters_full()) return settle(put.digest);
  if (possible && there) {
    const CataloguedReply reply{there->sequence, true};
    if (auto batch = sequencer_.batch_of(there->sequence)) {
      return wait_for(*batch, PutWaits{whole.peer, whole.id, put.digest, reply});
    }
    settle(put.digest);
    return answer(whole.peer, whole.id, reply);
  }
  if (possible && !sequencer_.has_room()) return settle(put.digest);
  if (possible) {
    Draft draft;
    draft.kind = kCataloguedKind;
    draft.issuer = put.issuer;
    draft.issuer_key = whole.peer.key;
    draft.message = put.message;
    draft.payload = catalogued_payload({put.name, put.version}, put.digest, put.bytes);
    draft.by_system = true;
    auto placed = sequencer_.append({draft}, group_now(), ledger_);
    if (placed) {
      last_command_ = group_now();
      last_issuer_ = put.issuer;
      return wait_for(placed->batch,
                      PutWaits{whole.peer, whole.id, put.digest, {placed->last, false}});
    }
    possible = tl::unexpected<Error>(placed.error());
  }
  settle(put.digest);
  answer(whole.peer, whole.id, QueryRefused{possible.error().code, possible.error().text});
}

void CoordinatorCore::Impl::settle(const ArtefactDigest& digest) {
  output_.repository.push_back(SettlePut{digest});
}

// ---- chunks for members

/// What is beyond a bound is dropped, and asked again.
void CoordinatorCore::Impl::on_message(const Peer& peer, const ArtefactRequest& request) {
  const MemberSession* session = session_of(peer, request.session);
  if (session == nullptr || chunks_wanted_.size() >= kChunksWanted) return;
  std::size_t& open = chunks_of_[request.session];
  if (open >= kChunksOfAMember) return;
  ++open;
  chunks_wanted_.push_back({peer, request});
}

void CoordinatorCore::Impl::chunk_read(const BlobChunk& done) {
  --chunks_being_read_;
  auto open = chunks_of_.find(done.session);
  if (open != chunks_of_.end() && --open->second == 0) chunks_of_.erase(open);
  if (!ready_) return;
  to_member(done.peer, done.reply);
}

void CoordinatorCore::Impl::read_chunks() {
  while (!chunks_wanted_.empty() && chunks_being_read_ < kChunksBeingRead) {
    output_.repository.push_back(std::move(chunks_wanted_.front()));
    chunks_wanted_.pop_front();
    ++chunks_being_read_;
  }
}

// ---- the state, for whoever decodes its rows

void CoordinatorCore::Impl::on_request(const Peer& peer, AdminRequestId id,
                                       const StateQuery& query) {
  StateReply reply{{}, false, sequencer_.durable().last};
  std::size_t bytes = 0;
  sequencer_.for_each_durable(
      query.prefix, query.after, [&](std::string_view key, const Bytes& value) {
        const std::size_t from =
            reply.rows.empty() ? std::min<std::size_t>(query.offset, value.size()) : 0;
        StateRow row{std::string(key), {}, value.size()};
        bytes += message_size(row);
        const std::size_t room = kPageBudgetBytes - std::min(kPageBudgetBytes, bytes);
        const bool fits = value.size() - from <= room;
        reply.more = !reply.rows.empty() && (!fits || reply.rows.size() == kStateRowsPerPage);
        if (reply.more) return false;
        const auto begin = value.begin() + static_cast<std::ptrdiff_t>(from);
        const std::size_t size = std::min(room, value.size() - from);
        row.value.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
        bytes += size;
        reply.rows.push_back(std::move(row));
        reply.more = !fits;
        return fits;
      });
  answer(peer, id, std::move(reply));
}

}  // namespace groupctl
