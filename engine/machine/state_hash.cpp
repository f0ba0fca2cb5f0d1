// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/state.h"

#include <algorithm>
#include <string_view>
#include <type_traits>

namespace pfnscope::machine {
namespace {

/// Order matters within one value; frames of memory are combined by addition, since theirs does not.
class Hasher {
public:
    void add(std::uint64_t word) {
        value_ ^= word;
        value_ *= 0xff51afd7ed558ccdULL;
        value_ ^= value_ >> 32;
    }
    template <class T> void value(const T& item) {
        if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
            add(static_cast<std::uint64_t>(item));
        else if constexpr (requires { item.raw(); })
            add(item.raw());
        else if constexpr (std::is_same_v<T, std::string>)
            text(item);
        else if constexpr (requires { item.has_value(); })
            optional(item);
        else if constexpr (requires { item.visit([](std::string_view, const auto&) {}); })
            item.visit([this](std::string_view, const auto& field) { value(field); });
        else
            sequence(item);
    }
    template <class A, class B> void value(const std::pair<A, B>& both) {
        value(both.first);
        value(both.second);
    }
    std::uint64_t result() const { return value_; }

private:
    void text(std::string_view characters) {
        add(characters.size());
        for (const char c : characters)
            add(static_cast<unsigned char>(c));
    }
    template <class T> void optional(const T& item) {
        add(item.has_value());
        if (item.has_value())
            value(*item);
    }
    template <class T> void sequence(const T& items) {
        add(items.size());
        for (const auto& item : items)
            value(std::decay_t<decltype(item)>(item));
    }
    std::uint64_t value_ = 0x9e3779b97f4a7c15ULL;
};

std::uint64_t hashFrame(Pfn pfn, hw::PhysicalMemory::ConstFrame frame) {
    if (std::all_of(frame.begin(), frame.end(), [](Word word) { return word == 0; }))
        return 0; // a frame that was written and zeroed again equals one that never was
    Hasher hasher;
    hasher.value(pfn);
    for (const Word word : frame)
        hasher.add(word);
    return hasher.result();
}

void hashCpu(Hasher& hasher, const Cpu& cpu) {
    const hw::Registers& r = cpu.registers;
    for (const std::uint64_t word :
         {r.cr0, r.cr3, r.cr4, r.efer, r.rflags, r.pat, std::uint64_t{r.pkru}, std::uint64_t{r.pkrs}})
        hasher.add(word);
    cpu.tlb.forEachEntry([&](hw::TlbArray array, unsigned slot, const hw::TlbEntry& entry) {
        hasher.value(array);
        hasher.add(slot);
        hasher.value(entry.page);
        hasher.value(entry.to);
        hasher.value(entry.pcid);
        for (const std::uint8_t part :
             {entry.depth, std::uint8_t{entry.global}, std::uint8_t{entry.rights.writable},
              std::uint8_t{entry.rights.user}, std::uint8_t{entry.rights.executeDisable},
              std::uint8_t{entry.dirty}, static_cast<std::uint8_t>(entry.memoryType), entry.patIndex,
              entry.key})
            hasher.add(part);
    });
    cpu.tlb.forEachCursor([&](hw::TlbArray array, unsigned set, unsigned cursor) {
        hasher.value(array);
        hasher.add(set);
        hasher.add(cursor);
    });
}

} // namespace

std::uint64_t stateHash(const State& state) {
    Hasher hasher;
    std::uint64_t memory = 0;
    state.memory.forEachFrame(
        [&](Pfn pfn, hw::PhysicalMemory::ConstFrame frame) { memory += hashFrame(pfn, frame); });
    hasher.add(memory);
    hasher.value(state.frames.blocks());
    for (const auto& [order, list] : state.frames.freeLists())
        if (!list.empty())
            hasher.value(std::pair{order, list});
    hasher.value(state.frames.smallBrk());
    hasher.value(state.frames.largeBrk());
    for (const Cpu& cpu : state.cpus)
        hashCpu(hasher, cpu);
    hasher.value(state.globals);
    hasher.value(state.tables);
    hasher.value(state.deposits);
    hasher.value(state.mms);
    hasher.value(state.processes);
    hasher.value(state.vmas);
    hasher.value(state.vmOps);
    hasher.value(state.mappings);
    hasher.value(state.folios);
    hasher.value(state.locks);
    hasher.value(state.vmaByStart);
    hasher.value(state.folioByHead);
    return hasher.result();
}

} // namespace pfnscope::machine
