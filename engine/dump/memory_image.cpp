// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/append.h"
#include "hw/x86_64.h"

#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <set>

namespace pfnscope::dump {
namespace {

static_assert(std::endian::native == std::endian::little, "the image's words are those of an x86");

namespace bits = hw::x86_64;
using hw::Level;

constexpr std::size_t kMostTables = 131'072; // as many as a run may have

/// Walks every table once, however often it is referenced: a recursive slot would never end.
class ImageWalker {
public:
    ImageWalker(std::ifstream& file, const ImagePlace& place) : file_(file), place_(place) {
        dump_.format = Format::MemoryImage;
        dump_.geometry = place.geometry;
    }

    Result<PageDump> walk() {
        if (auto done = table(Level::Pgd, VirtAddr(), place_.root.frame(), 0); !done)
            return fail(done.error());
        return std::move(dump_);
    }

private:
    using Words = std::array<Word, kWordsPerFrame>;

    Result<void> table(Level level, VirtAddr base, Pfn frame, Word link) {
        Words words;
        if (!read(frame, words))
            return fail(
                {ErrorKind::OutOfRange,
                 {},
                 toText(PhysAddr(frame)) + ", where a " + std::string(kernelName(level)) + " table is",
                 "an address inside the image"});
        seen_.insert(frame);
        if (seen_.size() > kMostTables)
            return fail({ErrorKind::Limit, {}, "more tables", std::to_string(kMostTables)});
        dump_.tables.push_back({level, base, frame, link});
        const Bytes span = dump_.geometry.entrySpan(level);
        for (unsigned i = 0; i < kWordsPerFrame; ++i) {
            if (words[i] == 0)
                continue;
            if (auto done = entry(level, signExtended(base + span * i), words[i]); !done)
                return done;
        }
        return {};
    }

    Result<void> entry(Level level, VirtAddr at, Word word) {
        const unsigned depth = dump_.geometry.depth(level);
        if (bits::kindOf(word, depth) == bits::EntryKind::Table) {
            const Pfn below = PhysAddr(word & bits::kAddress).frame();
            if (!seen_.contains(below))
                return table(dump_.geometry.below(level), at, below, word);
            ++dump_.sharedTables;
        }
        append(dump_.runs, {at, level, 1, word, 0, 0}, dump_.geometry);
        return {};
    }

    VirtAddr signExtended(VirtAddr at) const {
        const unsigned unused = 64 - dump_.geometry.addressBits();
        return VirtAddr(static_cast<std::uint64_t>(static_cast<std::int64_t>(at.raw() << unused) >> unused));
    }

    bool read(Pfn frame, Words& words) {
        const PhysAddr at(frame);
        if (at < place_.base)
            return false;
        std::array<char, sizeof(Words)> bytes;
        file_.clear();
        file_.seekg(static_cast<std::streamoff>((at - place_.base).raw()));
        if (!file_.read(bytes.data(), bytes.size()))
            return false;
        std::memcpy(words.data(), bytes.data(), bytes.size());
        return true;
    }

    std::ifstream& file_;
    ImagePlace place_;
    PageDump dump_;
    std::set<Pfn> seen_;
};

} // namespace

Result<PageDump> readMemoryImage(const std::string& path, const ImagePlace& place) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail({ErrorKind::CannotRead, {path}, "", "an image of physical memory"});
    auto dump = ImageWalker(file, place).walk();
    if (!dump)
        dump.error().place.file = path;
    return dump;
}

} // namespace pfnscope::dump
