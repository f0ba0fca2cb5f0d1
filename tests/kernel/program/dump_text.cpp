// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump_text.h"

namespace pfnscope::record {

namespace {

constexpr std::uint64_t frameMask = 0x000ffffffffff000;
constexpr std::uint64_t presentBit = 1;
constexpr std::uint64_t largeBit = 0x80;
constexpr std::uint64_t protNoneBit = 0x100;
constexpr std::uint64_t softDirtyBit = 0x800;
constexpr std::uint64_t vmSoftDirty = 0x08000000;
constexpr std::size_t entriesPerTable = 512;

struct BitName {
    std::uint64_t bit;
    const char* name;
};

constexpr BitName bitNames[] = {
    {1, "P"},    {2, "RW"},    {4, "US"},       {8, "PWT"},      {0x10, "PCD"},          {0x20, "A"},
    {0x40, "D"}, {0x100, "G"}, {0x200, "SPEC"}, {0x400, "UFFD"}, {softDirtyBit, "SOFT"}, {1ULL << 63, "NX"},
};

/// What bit 7 means: nothing more to say in a table entry, PSE in a huge leaf, PAT in a PTE.
enum class Bit7 { table, huge, pte };

std::string bitsText(std::uint64_t raw, Bit7 bit7) {
    std::string text;
    const auto add = [&text](const char* name) { text += (text.empty() ? "" : "|") + std::string(name); };
    for (const BitName& row : bitNames)
        if (raw & row.bit)
            add(row.name);
    if ((raw & largeBit) && bit7 != Bit7::table)
        add(bit7 == Bit7::huge ? "PSE" : "PAT");
    return text;
}

bool isTable(std::uint64_t raw) {
    return (raw & presentBit) && !(raw & largeBit);
}

class Reader {
public:
    Reader(std::span<const std::uint64_t> words, const Baseline& baseline, TableNames& names,
           SoftDirty softDirty)
        : words_(words), baseline_(baseline), names_(names), softDirty_(softDirty) {}

    DumpText read() {
        std::string head = mm();
        const std::string areas = list([this] { return next(RECORDER_TAG_VMA); }, [this] { return vma(); });
        const std::string tables = list([this] { return next(RECORDER_TAG_PGD); }, [this] { return pgd(); });
        result_.mm = "{" + head + ",\"vmas\":" + areas + ",\"pgd\":" + tables + "}";
        return result_;
    }

private:
    bool next(recorder_tag tag) const { return at_ < words_.size() && words_[at_] == tag; }
    std::uint64_t take() { return at_ < words_.size() ? words_[at_++] : 0; }

    template <typename More, typename Item> static std::string list(More more, Item item) {
        std::string text = "[";
        while (more())
            text += (text.size() > 1 ? "," : "") + item();
        return text + "]";
    }

    std::string mm() {
        take();
        Baseline& now = result_.absolute;
        for (std::int64_t* field : {&now.pgtablesBytes, &now.file, &now.anon, &now.shmem})
            *field = static_cast<std::int64_t>(take());
        std::string text = "\"pgt\":" + std::to_string(now.pgtablesBytes - baseline_.pgtablesBytes);
        const std::int64_t file = now.file - baseline_.file;
        const std::int64_t anon = now.anon - baseline_.anon;
        const std::int64_t shmem = now.shmem - baseline_.shmem;
        if (file != 0 || anon != 0 || shmem != 0)
            text += ",\"rss\":{\"file\":" + std::to_string(file) + ",\"anon\":" + std::to_string(anon) +
                    ",\"shmem\":" + std::to_string(shmem) + "}";
        return text;
    }

    std::string vma() {
        take();
        const std::uint64_t start = take();
        const std::uint64_t end = take();
        const std::uint64_t flags = take() & ~(softDirty_ == SoftDirty::dropped ? vmSoftDirty : 0);
        const std::uint64_t protection = take();
        const std::uint64_t pgoff = take();
        return "{\"start\":\"" + hex(start) + "\",\"end\":\"" + hex(end) + "\",\"flags\":\"" + hex(flags) +
               "\",\"prot\":\"" + hex(protection) + "\",\"pgoff\":\"" + hex(pgoff) + "\"}";
    }

    std::uint64_t leaf(std::uint64_t raw) const {
        const bool mapped = raw & (presentBit | protNoneBit);
        return softDirty_ == SoftDirty::dropped && mapped ? raw & ~softDirtyBit : raw;
    }

    std::string hugeLeaf(std::uint64_t va, std::uint64_t raw) const {
        return "{\"va\":\"" + hex(va) + "\",\"leaf\":\"" + hex(leaf(raw)) + "\",\"bits\":\"" +
               bitsText(leaf(raw), Bit7::huge) + "\"}";
    }

    std::string tableHead(std::uint64_t va, std::uint64_t raw, const char* key, char kind) {
        ++result_.counts.tablePages;
        return "{\"va\":\"" + hex(va) + "\",\"val_flags\":\"" + bitsText(raw, Bit7::table) + "\",\"" + key +
               "\":\"" + names_.of(kind, raw & frameMask) + "\"";
    }

    std::string pgd() {
        take();
        const std::uint64_t va = take();
        const std::uint64_t raw = take();
        std::string head = tableHead(va, raw, "pud_table", 'U');
        return head +
               ",\"pud\":" + list([this] { return next(RECORDER_TAG_PUD); }, [this] { return pud(); }) + "}";
    }

    std::string pud() {
        take();
        const std::uint64_t va = take();
        const std::uint64_t raw = take();
        if (!isTable(raw)) {
            ++result_.counts.hugePud;
            return hugeLeaf(va, raw);
        }
        std::string text = tableHead(va, raw, "pmd_table", 'M');
        text += ",\"deposit\":" +
                list([this] { return next(RECORDER_TAG_DEPOSIT); }, [this] { return deposit(); });
        return text +
               ",\"pmd\":" + list([this] { return next(RECORDER_TAG_PMD); }, [this] { return pmd(); }) + "}";
    }

    std::string deposit() {
        take();
        const std::uint64_t phys = take();
        const std::uint64_t nonzero = take();
        ++result_.counts.deposits;
        ++result_.counts.tablePages;
        return "\"" + names_.of('P', phys) + (nonzero ? "!nonzero=" + std::to_string(nonzero) : "") + "\"";
    }

    std::string pmd() {
        take();
        const std::uint64_t va = take();
        const std::uint64_t raw = take();
        if (!isTable(raw)) {
            ++result_.counts.hugePmd;
            return hugeLeaf(va, raw);
        }
        ++result_.counts.pteTables;
        std::string text = "{\"va\":\"" + hex(va) + "\",\"pte_table\":\"" + names_.of('P', raw & frameMask) +
                           "\",\"val_flags\":\"" + bitsText(raw, Bit7::table) + "\"";
        ++result_.counts.tablePages;
        return text + ",\"runs\":" + runs() + "}";
    }

    /// Runs of PTEs with the same bits whose values grow evenly: by a frame, by none, or (inverted) down by
    /// one.
    std::string runs() {
        take();
        std::array<std::uint64_t, entriesPerTable> ptes{};
        for (std::uint64_t& pte : ptes)
            pte = leaf(take());
        std::string text;
        for (std::size_t first = 0; first < entriesPerTable;) {
            if (ptes[first] == 0) {
                ++first;
                continue;
            }
            const std::size_t count = runLength(ptes, first);
            const std::uint64_t step = count > 1 ? ptes[first + 1] - ptes[first] : 0;
            result_.counts.ptes += count;
            text += (text.empty() ? "[" : ",[") + std::to_string(first) + "," + std::to_string(count) +
                    ",\"" + hex(ptes[first]) + "\",\"" + hex(step) + "\",\"" +
                    bitsText(ptes[first], Bit7::pte) + "\"]";
            first += count;
        }
        return "[" + text + "]";
    }

    static std::size_t runLength(const std::array<std::uint64_t, entriesPerTable>& ptes, std::size_t first) {
        std::size_t end = first + 1;
        const auto step = [&](std::size_t i) { return ptes[i] - ptes[i - 1]; };
        while (end < entriesPerTable && ptes[end] != 0 && ((ptes[end] ^ ptes[first]) & ~frameMask) == 0 &&
               (step(end) == 0 || step(end) == kib4 || step(end) == -kib4) && step(end) == step(first + 1))
            ++end;
        return end - first;
    }

    std::span<const std::uint64_t> words_;
    const Baseline& baseline_;
    TableNames& names_;
    SoftDirty softDirty_;
    std::size_t at_ = 0;
    DumpText result_;
};

} // namespace

const std::string& TableNames::of(char kind, std::uint64_t phys) {
    std::string& name = names_[{kind, phys}];
    if (name.empty())
        name = kind + std::to_string(++used_[kind]);
    return name;
}

DumpText dumpText(std::span<const std::uint64_t> words, const Baseline& baseline, TableNames& names,
                  SoftDirty softDirty) {
    return Reader(words, baseline, names, softDirty).read();
}

std::string countsText(const Counts& counts) {
    return "{\"huge_pud\":" + std::to_string(counts.hugePud) +
           ",\"huge_pmd\":" + std::to_string(counts.hugePmd) +
           ",\"pte_tables\":" + std::to_string(counts.pteTables) +
           ",\"ptes\":" + std::to_string(counts.ptes) + ",\"deposits\":" + std::to_string(counts.deposits) +
           ",\"table_pages\":" + std::to_string(counts.tablePages) + "}";
}

} // namespace pfnscope::record
