#include "log/lmdb_probe.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "log/little_endian.h"
#include "log/lmdb_tables.h"
#include "log/unique_fd.h"

namespace groupctl {
namespace {

constexpr std::uint64_t kNewestSequences = 1000;

// LMDB's two meta pages (mdb.c, MDB_page and MDB_meta, 64-bit): a page header of 16 bytes, then
// magic, version, address, map size, two MDB_db of 48 bytes, last page, transaction.
constexpr std::size_t kMetaBytes = 152;
constexpr std::uint32_t kLmdbMagic = 0xBEEFC0DE;
constexpr std::uint32_t kLmdbVersion = 1;
constexpr std::size_t kAtMagic = 16;
constexpr std::size_t kAtVersion = 20;
constexpr std::size_t kAtPageSize = 40;
constexpr std::size_t kAtLastPage = 136;

struct FileShape {
  std::uint64_t bytes = 0;
  std::uint64_t wanted_bytes = 0;  ///< what the meta pages speak of
};

tl::unexpected<Error> corrupt(const std::filesystem::path& path, const std::string& what) {
  return fail(ErrorCode::kCorrupt, path.string() + ": " + what);
}

using MetaPage = std::array<std::uint8_t, kMetaBytes>;

Result<MetaPage> read_meta(int fd, const std::filesystem::path& path, std::uint64_t offset) {
  MetaPage meta{};
  if (::pread(fd, meta.data(), meta.size(), static_cast<off_t>(offset)) !=
      static_cast<ssize_t>(meta.size())) {
    return corrupt(path, "too short for a database");
  }
  if (get_le<std::uint32_t>(meta.data() + kAtMagic) != kLmdbMagic) {
    return corrupt(path, "this is not an LMDB database");
  }
  std::uint32_t version = get_le<std::uint32_t>(meta.data() + kAtVersion);
  if (version != kLmdbVersion) {
    return fail(ErrorCode::kUnsupported,
                path.string() + ": LMDB data version " + std::to_string(version));
  }
  return meta;
}

Result<FileShape> check_file(const std::filesystem::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    // Its HEAD file or its folder is there: it was here once.
    ErrorCode code = errno == ENOENT ? ErrorCode::kCorrupt : ErrorCode::kIo;
    return fail(code, path.string() + ": " + std::strerror(errno));
  }
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) {
    return fail(ErrorCode::kIo, path.string() + ": " + std::strerror(errno));
  }
  auto first = read_meta(fd.get(), path, 0);
  if (!first) return tl::unexpected<Error>(first.error());
  std::uint64_t page = get_le<std::uint32_t>(first->data() + kAtPageSize);
  if (page < 512 || page > 65536 || (page & (page - 1)) != 0) {
    return corrupt(path, "impossible page size");
  }
  auto second = read_meta(fd.get(), path, page);
  if (!second) return tl::unexpected<Error>(second.error());
  std::uint64_t last = std::max(get_le<std::uint64_t>(first->data() + kAtLastPage),
                                get_le<std::uint64_t>(second->data() + kAtLastPage));
  if (last > (1ULL << 40)) return corrupt(path, "impossible size in its meta page");
  return FileShape{static_cast<std::uint64_t>(about.st_size), (last + 1) * page};
}

/// The frame's entries lead from its chain hash before to the one after.
bool chain_holds(const Frame& frame) {
  Hash chain = frame.header().chain_before;
  for (std::size_t i = 0; i < frame.size(); ++i) chain = chain_next(chain, frame.entry_bytes(i));
  return chain == frame.header().chain_after;
}

Status examine_frames(MDB_txn* txn, const LmdbTables& tables, const HeadRow& head, Sequence from) {
  Status chain;
  Status walked = walk_frames(txn, tables, head, from, [&](FramePtr frame) {
    if (chain_holds(*frame)) return true;
    chain = fail(ErrorCode::kCorrupt, "sequence " + std::to_string(frame->header().first.value) +
                                          ": chain hash does not hold");
    return false;
  });
  return walked ? chain : walked;
}

Status examine(const std::filesystem::path& dir, ProbeDepth depth) {
  auto env = open_env(dir, 0, MDB_RDONLY | MDB_NOLOCK);
  if (!env) return tl::unexpected<Error>(env.error());
  auto txn = LmdbTxn::begin(env->get(), MDB_RDONLY);
  if (!txn) return tl::unexpected<Error>(txn.error());
  auto tables = open_tables(txn->get());
  if (!tables) return tl::unexpected<Error>(tables.error());
  auto head = read_head_row(txn->get(), *tables);
  if (!head) return tl::unexpected<Error>(head.error());

  Sequence from = head->head.floor;
  if (depth == ProbeDepth::kNewest) {
    std::uint64_t end = head->frames_end.value;
    from = std::max(from, Sequence(end > kNewestSequences ? end - kNewestSequences : 1));
  }
  if (Status frames = examine_frames(txn->get(), *tables, *head, from); !frames) return frames;
  if (depth == ProbeDepth::kNewest) return {};
  for (std::uint8_t table = 1; table <= kTables; ++table) {
    Status rows = walk_rows(txn->get(), *tables, *head, static_cast<Table>(table), "",
                            [](std::string_view, ByteView) {});
    if (!rows) return rows;
  }
  return {};
}

/// The child: no core file, no words of LMDB's on our stderr, no handler of the daemon's.
[[noreturn]] void run_child(int out, const std::filesystem::path& dir, ProbeDepth depth) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int signal : {SIGBUS, SIGSEGV, SIGABRT}) std::signal(signal, SIG_DFL);
  struct rlimit no_core {};
  ::setrlimit(RLIMIT_CORE, &no_core);
  int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
  Status found = examine(dir, depth);
  std::string report = found ? "." : found.error().text;
  auto code = found ? ErrorCode::kOk : found.error().code;
  report.insert(report.begin(), static_cast<char>(code));
  bool written = ::write(out, report.data(), report.size()) == static_cast<ssize_t>(report.size());
  ::_exit(written ? 0 : 1);
}

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 1024> part;
  for (;;) {
    ssize_t length = ::read(fd, part.data(), part.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(length));
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Status examine_in_child(const std::filesystem::path& dir, ProbeDepth depth) {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorCode::kIo, "pipe of the verifier");
  const UniqueFd in(ends[0]);
  UniqueFd out(ends[1]);
  pid_t child = ::fork();
  if (child < 0) return fail(ErrorCode::kIo, "fork of the verifier");
  if (child == 0) run_child(out.get(), dir, depth);
  out.reset();
  std::string report = read_to_end(in.get());
  int status = wait_for(child);
  if (WIFSIGNALED(status)) {
    return corrupt(dir / "data.mdb",
                   std::string("LMDB cannot read it (") + ::sigabbrev_np(WTERMSIG(status)) + ")");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || report.size() < 2) {
    return fail(ErrorCode::kIo, "the verifier of " + dir.string() + " ended early");
  }
  auto code = static_cast<ErrorCode>(static_cast<unsigned char>(report[0]));
  if (code == ErrorCode::kOk) return {};
  return fail(code, dir.string() + ": " + report.substr(1));
}

}  // namespace

Status probe(const std::filesystem::path& dir, ProbeDepth depth) {
  auto shape = check_file(dir / "data.mdb");
  if (!shape) return tl::unexpected<Error>(shape.error());
  // LMDB need not have written the very last pages it counts, if they were freed in the same
  // transaction. So a short file is a reason to read all of it, not a find.
  if (shape->bytes < shape->wanted_bytes) depth = ProbeDepth::kWhole;
  return examine_in_child(dir, depth);
}

}  // namespace groupctl
