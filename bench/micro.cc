// What one command costs the pure parts, piece by piece (Google Benchmark).
#include <benchmark/benchmark.h>

#include "bench/set_command.h"
#include "commands/command.h"
#include "coordinator/sequencer.h"
#include "log/entry.h"
#include "log/hash.h"

namespace groupctl::bench {
namespace {

Entry sample_entry() {
  Pcg pcg(1);
  const SubmittedCommand command = make_set_command(pcg, 1).value();
  Entry entry;
  entry.sequence = Sequence(1);
  entry.kind = command.kind;
  entry.target = command.target;
  entry.payload = command.payload;
  entry.keys = command_table().find(command.kind)->keys(command.payload).value();
  return entry;
}

void encode(benchmark::State& state) {
  const Entry entry = sample_entry();
  for (auto _ : state) benchmark::DoNotOptimize(encode_entry(entry));
}
BENCHMARK(encode);

void decode(benchmark::State& state) {
  const Bytes bytes = encode_entry(sample_entry());
  for (auto _ : state) benchmark::DoNotOptimize(decode_entry(bytes));
}
BENCHMARK(decode);

void chain(benchmark::State& state) {
  const Bytes bytes = encode_entry(sample_entry());
  Hash hash;
  for (auto _ : state) hash = chain_next(hash, bytes);
  benchmark::DoNotOptimize(hash);
}
BENCHMARK(chain);

void apply_set(benchmark::State& state) {
  const Entry entry = sample_entry();
  const ApplyRow& row = *command_table().find(entry.kind);
  GroupState group;
  for (auto _ : state) group.apply(row.apply(entry, group).value());
}
BENCHMARK(apply_set);

/// From draft to sealed frame, 100 commands a batch.
void sequence_set(benchmark::State& state) {
  constexpr int kBatch = 100;
  Sequencer sequencer(command_table(), {}, 4, {empty_head(), {}, {}, {}});
  const Ledger ledger;
  Pcg pcg(1);
  Draft draft;
  const SubmittedCommand command = make_set_command(pcg, 1).value();
  draft.kind = command.kind;
  draft.target = command.target;
  draft.payload = command.payload;
  GroupTime now(1);
  for (auto _ : state) {
    for (int i = 0; i < kBatch; ++i) {
      now = now.next();
      if (!sequencer.append({draft}, now, ledger)) state.SkipWithError("refused");
    }
    sequencer.take(now, {}, {});
    sequencer.committed();
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(sequence_set);

}  // namespace
}  // namespace groupctl::bench

BENCHMARK_MAIN();
