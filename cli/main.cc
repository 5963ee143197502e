// groupctl: the operators' program.
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>

#include "cli/exit_code.h"
#include "cli/own_keys.h"
#include "cli/parser.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "cli/terminal_keys.h"
#include "daemon/clock.h"
#include "daemon/signals.h"
#include "daemon/who.h"
#include "wire/zmq_client.h"

namespace groupctl {
namespace {

/// A DEALER as the client sees it, once something is sent: some verbs send nothing, and some
/// connect with other keys.
class ZmqChannel : public AdminChannel {
 public:
  using Open = std::function<Result<std::unique_ptr<ZmqClient>>()>;
  explicit ZmqChannel(Open open) : open_(std::move(open)) {}

  Status send(ByteView message, std::uint64_t timeout_ms) override {
    if (!client_) {
      auto opened = open_();
      if (!opened) return tl::unexpected(opened.error());
      client_ = *std::move(opened);
    }
    return client_->send(message, timeout_ms);
  }
  Result<Bytes> receive(std::uint64_t timeout_ms) override {
    if (client_) return client_->receive(timeout_ms);
    ::poll(nullptr, 0, static_cast<int>(timeout_ms));
    return fail(ErrorCode::kTimeout, "nothing was asked");
  }
  std::uint64_t now_ms() override { return local_now().value; }

 private:
  Open open_;
  std::unique_ptr<ZmqClient> client_;
};

Result<std::unique_ptr<ZmqClient>> open_client(const GlobalOptions& global,
                                               const std::optional<ClientKeys>& keys) {
  auto client = ZmqClient::open(global.endpoint, keys);
  if (!client) return fail(global.endpoint_source, client.error());
  return client;
}

std::int64_t utc_offset_s(std::uint64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm local{};
  return ::localtime_r(&seconds, &local) == nullptr ? 0 : local.tm_gmtoff;
}

void say(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

// The signals are taken by a thread, so that Ctrl-C would not interrupt a blocking read.
std::optional<std::string> ask(std::string_view question, const Signals& signals) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return std::nullopt;
  say(question);
  std::string line;
  while (!signals.stop_requested()) {
    pollfd in{STDIN_FILENO, POLLIN, 0};
    if (::poll(&in, 1, 100) <= 0) continue;
    char c = '\n';
    if (::read(STDIN_FILENO, &c, 1) != 1 || c == '\n') break;
    line += c;
  }
  return line;
}

bool print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0;
}

int end_with(const Failure& failure, Format format) {
  const ShownFailure shown = show(failure, format);
  std::fputs(shown.out.c_str(), stdout);
  say(shown.err);
  return failure.exit_code;
}

// A result that could not be written, to a full disk say, is no success. Who reads only the first
// lines, as head does, has what they wanted.
int end_with(const Said& said) {
  std::fputs(said.out.c_str(), stdout);
  if (std::fflush(stdout) == 0 || errno == EPIPE) return said.exit_code;
  say("error: cannot write the result to stdout\n");
  return said.exit_code == kExitDone ? kExitBad : said.exit_code;
}

/// The exit code. What there is to say is said while signals are still heeded: whoever reads it may
/// be slow, and the second Ctrl-C ends that, too.
Result<int> obey(const Invocation& invocation) {
  TerminalKeys keys;
  auto signals = Signals::start(SignalsFor::kCommand, [&] { keys.give_back_for_good(); },
                                {[&] { keys.give_back(); }, [&] { keys.note_going_on(); }});
  if (!signals) return tl::unexpected(signals.error());
  const GlobalOptions& global = invocation.global;
  ZmqChannel channel([&]() -> Result<std::unique_ptr<ZmqClient>> {
    const auto own = own_keys(global);
    if (!own) return tl::unexpected(own.error());
    return open_client(global, *own);
  });
  Client client(channel, [&] { return (*signals)->stop_requested(); });
  Surroundings around{login_at_host(),
                      [] {
                        return WallClock{wall_now_ms(), utc_offset_s};
                      },
                      say, [&](std::string_view question) { return ask(question, **signals); }};
  around.screen_facts = screen_facts;
  around.print = print;
  around.keyboard = [&] { return keys.open(); };
  around.connect_as =
      [&](const std::optional<ClientKeys>& as) -> Result<std::unique_ptr<AdminChannel>> {
    return std::make_unique<ZmqChannel>([&global, as] { return open_client(global, as); });
  };
  around.connect_to = [](const std::string& endpoint,
                         const ClientKeys& as) -> Result<std::unique_ptr<AdminChannel>> {
    return std::make_unique<ZmqChannel>([endpoint, as] { return ZmqClient::open(endpoint, as); });
  };
  const Done done = run(invocation, client, around);
  return done ? end_with(*done) : end_with(done.error(), global.format);
}

int run_program(const std::vector<std::string>& words) {
  const Parsed parsed = parse_command_line(words, syntax_table());
  if (const auto* help = std::get_if<HelpText>(&parsed)) return end_with(Said{help->text});
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    return end_with(error->failure, error->format);
  }
  const auto& invocation = std::get<Invocation>(parsed);
  const auto exit_code = obey(invocation);
  return exit_code ? *exit_code : end_with(failure_of(exit_code.error()), invocation.global.format);
}

}  // namespace
}  // namespace groupctl

int main(int argc, char** argv) {
  return groupctl::run_program(std::vector<std::string>(argv + 1, argv + argc));
}
