// A fast hash by which a file's content is known again: XXH3 of 128 bits. It keeps no attacker out:
// whoever may write a release may set its times back as well, and then it is not even read.
#pragma once

#include "log/result.h"
#include "log/strong.h"

namespace groupctl {

using ContentHash = Block<16, struct ContentHashMeaning>;

ContentHash content_hash(ByteView bytes);
/// Of an open file, from where it stands to its end. Error: kIo.
Result<ContentHash> content_hash_of(int fd);

}  // namespace groupctl
