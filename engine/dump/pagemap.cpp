// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/append.h"
#include "hw/x86_64.h"

#include <bit>
#include <cstring>

namespace pfnscope::dump {
namespace {

static_assert(std::endian::native == std::endian::little, "pagemap's words are those of an x86");

/// Documentation/admin-guide/mm/pagemap.rst.
constexpr Word kFrame = (Word{1} << 55) - 1;
constexpr Word kSoftDirty = Word{1} << 55;
constexpr Word kUffdWp = Word{1} << 57;
constexpr Word kSwapped = Word{1} << 62;
constexpr Word kPresent = Word{1} << 63;

/// The entry that pagemap made such a word of, as far as it tells.
Word entryOf(Word word) {
    namespace bits = hw::x86_64;
    if ((word & kPresent) != 0)
        return bits::kP | bits::kUs | ((word & kFrame) << kPageShift & bits::kAddress) |
               ((word & kSoftDirty) != 0 ? Word{1} << 11 : 0) | ((word & kUffdWp) != 0 ? Word{1} << 10 : 0);
    if ((word & kSwapped) == 0)
        return 0;
    // A swap entry: type in bits 63:59, the inverted offset from bit 9 on (pgtable_64.h).
    const Word type = word & 0x1f;
    const Word offset = (word & kFrame) >> 5;
    return (~offset << 14 >> 5) | (type << 59);
}

} // namespace

Result<PageDump> readPagemap(std::string_view bytes, VirtAddr at) {
    if (bytes.empty() || bytes.size() % sizeof(Word) != 0)
        return fail({ErrorKind::WrongType, {}, std::to_string(bytes.size()) + " bytes", "words of 8 bytes"});
    if (!at.isAligned(kPageSize))
        return fail({ErrorKind::Unaligned, {}, toText(at), "the address of a page"});
    PageDump dump;
    dump.format = Format::Pagemap;
    const std::size_t count = bytes.size() / sizeof(Word);
    for (std::size_t i = 0; i < count; ++i, at += kPageSize) {
        Word word = 0;
        std::memcpy(&word, bytes.data() + i * sizeof(Word), sizeof(Word));
        const Word entry = entryOf(word);
        if (entry == 0)
            continue;
        append(dump.runs, {at, hw::Level::Pte, 1, entry, 0, 0}, dump.geometry);
    }
    if (!dump.runs.empty() &&
        !dump.geometry.isCanonical(dump.runs.back().range(dump.geometry).end - Bytes(1)))
        return fail({ErrorKind::OutOfRange, {}, toText(at), "canonical addresses"});
    return dump;
}

} // namespace pfnscope::dump
