#include "bench/set_command.h"

#include "commands/syntax.h"

namespace groupctl::bench {
namespace {

constexpr std::uint64_t kKeys = 1024;
constexpr char kFirstPrintable = ' ';
constexpr std::uint32_t kPrintable = '~' - ' ' + 1;

const SyntaxRow& set_row() {
  for (const SyntaxRow& row : syntax_table()) {
    if (row.verb == "set") return row;
  }
  broken_invariant("no verb \"set\"", __FILE__, __LINE__);
}

}  // namespace

Result<SubmittedCommand> make_set_command(Pcg& pcg, std::uint64_t number) {
  std::string pair = "bench." + std::to_string(number % kKeys) + "=";
  for (std::size_t i = 0; i < kValueBytes; ++i) {
    pair.push_back(static_cast<char>(kFirstPrintable + pcg.below(kPrintable)));
  }
  const SyntaxRow& row = set_row();
  auto built = row.build({{std::string(row.positionals.front().name), {pair}}});
  if (!built) return tl::unexpected<Error>(built.error());
  SubmittedCommand command;
  command.kind = built->kind;
  command.target = Target::all();
  command.payload = std::move(built->payload);
  return command;
}

}  // namespace groupctl::bench
