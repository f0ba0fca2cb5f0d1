// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/cpu_yaml.h"

#include <fmt/format.h>

namespace pfnscope::scenario {
namespace {

constexpr std::uint64_t kMostTlbEntries = 4096;
constexpr std::uint64_t kMostTlbWays = 16;

Result<void> readFlag(const yaml::Keys& keys, std::string_view key, bool& into) {
    const yaml::Node* const node = keys.find(key);
    if (node == nullptr)
        return {};
    const auto flag = node->flag();
    if (!flag)
        return fail(flag.error());
    into = *flag;
    return {};
}

template <class T>
Result<void> readNumber(const yaml::Keys& keys, std::string_view key, std::string_view what,
                        std::uint64_t least, std::uint64_t most, T& into) {
    const yaml::Node* const node = keys.find(key);
    if (node == nullptr)
        return {};
    const auto number = node->number(what, least, most);
    if (!number)
        return fail(number.error());
    into = static_cast<T>(*number);
    return {};
}

Result<void> readShape(const yaml::Keys& tlb, std::string_view key, hw::TlbShape& into) {
    const yaml::Node* const node = tlb.find(key);
    if (node == nullptr)
        return {};
    const auto keys = yaml::Keys::of(*node, {"entries", "ways"});
    if (!keys)
        return fail(keys.error());
    for (const auto& read : {readNumber(*keys, "entries", "a number of entries, 0 for no such TLB", 0,
                                        kMostTlbEntries, into.entries),
                             readNumber(*keys, "ways", "a number of ways", 1, kMostTlbWays, into.ways)})
        if (!read)
            return read;
    if (into.isValid())
        return {};
    return fail(node->error(ErrorKind::OutOfRange,
                            fmt::format("{} entries in {} ways", into.entries, into.ways),
                            "as many entries as ways times a power of two"));
}

Result<void> readTlb(const yaml::Node& node, hw::TlbSettings& into) {
    const auto keys = yaml::Keys::of(node, {"l1", "stlb", "structure_caches"});
    if (!keys)
        return fail(keys.error());
    bool structureCaches = true;
    for (const auto& read : {readShape(*keys, "l1", into.l1), readShape(*keys, "stlb", into.secondLevel),
                             readFlag(*keys, "structure_caches", structureCaches)})
        if (!read)
            return read;
    if (!structureCaches)
        into.upper = into.pde = hw::TlbShape{};
    return {};
}

/// "key: value, " for what is not as `absent` has it.
class Differing {
public:
    template <class T> void put(std::string_view key, const T& value, const T& absent, std::string text) {
        if (value != absent)
            text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, text);
    }
    std::string map() const { return text_.empty() ? "" : "{" + text_ + "}"; }

private:
    std::string text_;
};

std::string wordFor(bool flag) {
    return flag ? "true" : "false";
}
std::string wordsFor(const hw::TlbShape& shape) {
    return fmt::format("{{entries: {}, ways: {}}}", shape.entries, shape.ways);
}

std::string toYaml(const hw::TlbSettings& tlb) {
    const hw::TlbSettings plain;
    Differing keys;
    keys.put("l1", tlb.l1, plain.l1, wordsFor(tlb.l1));
    keys.put("stlb", tlb.secondLevel, plain.secondLevel, wordsFor(tlb.secondLevel));
    keys.put("structure_caches", tlb.pde.entries != 0, true, wordFor(tlb.pde.entries != 0));
    return keys.map();
}

} // namespace

Result<machine::CpuConfig> readCpu(const yaml::Node& node) {
    const auto keys = yaml::Keys::of(node, {"maxphyaddr", "page1gb", "nx", "tlb"});
    if (!keys)
        return fail(keys.error());
    machine::CpuConfig cpu;
    for (const auto& read :
         {readNumber(*keys, "maxphyaddr", "a width of physical addresses", 36, 52, cpu.features.maxphyaddr),
          readFlag(*keys, "page1gb", cpu.features.page1gb), readFlag(*keys, "nx", cpu.features.nx)})
        if (!read)
            return fail(read.error());
    if (const yaml::Node* const tlb = keys->find("tlb"))
        if (auto read = readTlb(*tlb, cpu.tlb); !read)
            return fail(read.error());
    return cpu;
}

std::string toYaml(const machine::CpuConfig& cpu) {
    const machine::CpuConfig plain;
    Differing keys;
    keys.put("maxphyaddr", cpu.features.maxphyaddr, plain.features.maxphyaddr,
             std::to_string(cpu.features.maxphyaddr));
    keys.put("page1gb", cpu.features.page1gb, plain.features.page1gb, wordFor(cpu.features.page1gb));
    keys.put("nx", cpu.features.nx, plain.features.nx, wordFor(cpu.features.nx));
    keys.put("tlb", cpu.tlb, plain.tlb, toYaml(cpu.tlb));
    return keys.map();
}

} // namespace pfnscope::scenario
