// Bringing bundles home: several members at once, each a piece at a time.
#pragma once

#include <functional>
#include <vector>

#include "cli/client.h"
#include "cli/collect_folder.h"
#include "cli/collected.h"

namespace groupctl {

using OnCollect = std::function<void(const CollectProgress&)>;

/// One for every row, in their order. A member whose entry did not end done is not asked. A
/// coordinator that goes is waited for, 30 s at most. That, and a client that is stopped, ends it:
/// what is not there by then is missing. `told` hears of each that ends, and a few times a second.
std::vector<CollectedBundle> collect_bundles(Client& client, Sequence sequence,
                                             const std::vector<LedgerRow>& rows,
                                             const CollectFolder& folder, const OnCollect& told);

}  // namespace groupctl
