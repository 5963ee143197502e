// Small files that a process finds at its start: HEAD, who a state directory belongs to, where a
// group is served and whether it is deleted, and the records of releases.
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/allowed.h"
#include "agent/record.h"
#include "coordinator/hosting/folders.h"
#include "daemon/state_dir.h"
#include "log/hash.h"
#include "log/head_file.h"
#include "member/host/manifest.h"
#include "member/host/release_files.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"
#include "tests/unit/member/group_log.h"

namespace groupctl::fuzz {
namespace {

LogHead a_head(std::uint64_t batch) {
  LogHead head = empty_head();
  head.batch = BatchNumber(batch);
  head.log_id.bytes.fill(7);
  head.epoch = Epoch(3);
  head.last = Sequence(40 + batch);
  head.chain.bytes.fill(9);
  return head;
}

/// Both slots get the checksum that belongs there.
void seal_slots(Bytes& bytes) {
  constexpr std::size_t kSlot = 128, kCovered = kSlot - sizeof(Checksum::bytes);
  for (std::size_t at = 0; at + kSlot <= bytes.size() && at < 2 * kSlot; at += kSlot) {
    const Checksum sum = row_checksum(0, "HEAD", ByteView(bytes).subspan(at, kCovered));
    std::copy(sum.bytes.begin(), sum.bytes.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(at + kCovered));
  }
}

Bytes head_file_with(const Place& place, const std::vector<LogHead>& heads) {
  std::filesystem::remove(place / "HEAD");
  auto file = HeadFile::create(place / "HEAD");
  for (const LogHead& head : heads) EXPECT_TRUE(file->write(head));
  std::ifstream in(place / "HEAD", std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

TEST(Files, F33_HeadFiles) {
  const Place place;
  FuzzTarget target;
  target.seeds = {head_file_with(place, {}), head_file_with(place, {a_head(1)}),
                  head_file_with(place, {a_head(1), a_head(2)})};
  target.repair = seal_slots;
  target.decode = [&](ByteView bytes) {
    auto file = HeadFile::open(place.put("HEAD", bytes));
    if (!file) return refused();
    const LogHead behind = empty_head();
    const LogHead ahead = a_head(UINT64_MAX);
    static_cast<void>(file->check(behind));
    static_cast<void>(file->check(ahead));
    if (!file->write(ahead)) return broken("it cannot be written");
    const auto again = HeadFile::open(place / "HEAD");
    return again && again->check(ahead) ? accepted() : broken("what was written is not there");
  };
  fuzz(target);
}

/// A file whose last line is a checksum over the others gets the right one.
Bytes with_checksum(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  const std::size_t place = text.rfind("checksum ");
  if (place == text.npos) return copy_bytes(bytes);
  const std::string covered(text.substr(0, place));
  return copy_bytes(as_bytes(covered + "checksum " + hash_of(as_bytes(covered)).hex() + "\n"));
}

Bytes file_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

TEST(Files, F33_StateDirectories) {
  const Place place;
  EXPECT_TRUE(StateDir::create(place.path(), "shop"));
  FuzzTarget target;
  target.seeds = {joined({file_of(place / "identity"), file_of(place / "incarnation")})};
  target.repair = [](Bytes& input) {
    std::vector<Bytes> files;
    for (const ByteView file : parted(input)) files.push_back(with_checksum(file));
    input = joined(files);
  };
  target.decode = [&](ByteView input) {
    auto files = parted(input);
    files.resize(2);
    place.put("identity", files[0]);
    place.put("incarnation", files[1]);
    const auto before = [&]() -> std::optional<Incarnation> {
      const auto opened = StateDir::open(place.path());
      if (!opened) return std::nullopt;
      return opened->incarnation();
    }();
    if (!before) return refused();
    const auto again = StateDir::open(place.path());
    if (!again) return broken("opened once it does not open again: " + again.error().text);
    const bool counted = *before < again->incarnation();
    return counted ? accepted() : broken("its starts are not counted up");
  };
  fuzz(target);
}

TEST(Files, F33_GroupFolders) {
  const Place place;
  const std::string folder = place / "groups/bank";
  std::filesystem::create_directories(folder);
  const DeleteGroup deletion{"bank", {1, 2}};
  const PlaneEndpoints planes{"tcp://127.0.0.1:1", "ipc:///c", "ipc:///a"};
  EXPECT_TRUE(mark_deleted(place.path(), deletion, 5));
  FuzzTarget target;
  target.seeds = {
      joined({copy_bytes(as_bytes(planes_text(planes))), file_of(folder + "/deleted")})};
  target.words = {"member ", "command ", "admin ", "\n", "..", "/", request_text(deletion.request)};
  target.decode = [&](ByteView input) {
    auto files = parted(input);
    files.resize(2);
    const auto read = read_planes(place.put("groups/bank/planes", files[0]));
    if (!read) return refused();
    place.put("groups/bank/planes", as_bytes(planes_text(*read)));
    if (read_planes(folder + "/planes") != read) return broken("written again they are others");
    place.put("groups/bank/deleted", files[1]);
    const auto kept = deleted_by(place.path(), deletion);
    if (!kept) return refused();
    const std::filesystem::path parent = std::filesystem::path(*kept).parent_path();
    return parent == place / "deleted" ? accepted() : broken(*kept + " is elsewhere");
  };
  fuzz(target);
}

TEST(Files, F33_F52_ReleaseRecords) {
  const Place place;
  const ReleaseFiles files(place.path(), "shop");
  const ReleaseRecord record{"shop",    "2.4.1", testing::digest_of("2.4.1"),    7,
                             "process", {1, 2},  {{"bin/ask", "now"}, 500, 9000}};
  const std::string id = release_id(record.version, record.digest);
  EXPECT_TRUE(files.make_folders());
  EXPECT_TRUE(std::filesystem::create_directory(files.release(id)));
  EXPECT_TRUE(files.write(record));
  FuzzTarget target;
  target.seeds = {file_of(files.record(id))};
  target.words = {
      "{",          "}",          "[",           "]",     "\"",       ":",
      ",",          "\\u0000",    "null",        "1e999", "\"name\"", "\"deployed\"",
      "\"config\"", "\"health\"", "\"command\"", "-1",    "\xff",     "18446744073709551616"};
  target.decode = [&](ByteView bytes) {
    place.put("shop/releases/." + id + ".json", bytes);
    const auto read = files.read(id);
    if (!read) return refused();
    if (read->name != "shop" || release_id(read->version, read->digest) != id) {
      return broken("the record of another release");
    }
    if (!files.write(*read)) return broken("it cannot be written again");
    return files.read(id) == *read ? accepted() : broken("written again it is another");
  };
  fuzz(target);
}

/// What stood in a release when it was put in place; the release itself is sound.
TEST(Files, F33_F47_Manifests) {
  const Place place;
  const std::string folder = place / "release";
  std::filesystem::create_directories(folder + "/css");
  place.put("release/index.html", as_bytes("hello"));
  place.put("release/css/a\\b.css", as_bytes("body {}"));
  std::filesystem::create_symlink("index.html", folder + "/link");
  EXPECT_TRUE(write_manifest(folder, place / "manifest"));
  const Bytes honest = file_of(place / "manifest");
  FuzzTarget target;
  target.seeds = {honest, Bytes()};
  target.words = {"f ", "d ", "l ", " ", "\n", "..", "/", "\\n", "18446744073709551616", "-1"};
  target.decode = [&](ByteView bytes) {
    const auto found = differences(folder, place.put("manifest", bytes), at_once);
    if (!found) return refused();
    const bool same = std::equal(bytes.begin(), bytes.end(), honest.begin(), honest.end());
    return same && !found->empty() ? broken("a sound release differs") : accepted();
  };
  fuzz(target);
}

/// Of an agent: whom it lets in.
TEST(Files, F33_KeysThatAnAgentLetsIn) {
  AllowedKeys two;
  PublicKey key;
  key.bytes.fill(7);
  EXPECT_TRUE(allow(two, "ana", key));
  key.bytes.fill(8);
  EXPECT_TRUE(allow(two, "bo.b-2", key));
  FuzzTarget target;
  target.seeds = {copy_bytes(as_bytes(allowed_text(two)))};
  target.decode = [](ByteView bytes) {
    const auto allowed = read_allowed(as_text(bytes));
    if (!allowed) return refused();
    const auto again = read_allowed(allowed_text(*allowed));
    return again && *again == *allowed ? accepted() : broken("it does not read what it writes");
  };
  fuzz(target);
}

/// And what it keeps of a member.
TEST(Files, F33_RecordsOfMembers) {
  FuzzTarget target;
  for (const MemberRecord& record :
       {MemberRecord(), MemberRecord{false, 4711, UINT64_MAX, "9b1c-b00t"}}) {
    target.seeds.push_back(copy_bytes(as_bytes(record_text(record))));
  }
  target.decode = [](ByteView bytes) {
    const auto record = read_record(as_text(bytes));
    if (!record) return refused();
    const auto again = read_record(record_text(*record));
    return again && *again == *record ? accepted() : broken("it does not read what it writes");
  };
  fuzz(target);
}

}  // namespace
}  // namespace groupctl::fuzz
