// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/driver_yaml.h"

#include "hw/registers.h"
#include "machine/frame_pool.h"
#include "scenario/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pfnscope::scenario {
namespace {

constexpr std::size_t kLongestName = 64;

machine::HugeFaultOrders ordersOf(HugeFaultWord word) {
    const bool pmd = word == HugeFaultWord::Pmd || word == HugeFaultWord::PmdAndPud;
    const bool pud = word == HugeFaultWord::Pud || word == HugeFaultWord::PmdAndPud;
    return {pmd, pud, word != HugeFaultWord::None};
}

HugeFaultWord wordOf(const machine::HugeFaultOrders& orders) {
    if (orders.pmd)
        return orders.pud ? HugeFaultWord::PmdAndPud : HugeFaultWord::Pmd;
    if (orders.pud)
        return HugeFaultWord::Pud;
    return orders.present ? HugeFaultWord::Fallback : HugeFaultWord::None;
}

/// Reads a key into `into` if the key is there.
template <class T, std::size_t N>
Result<void> optionalWord(const yaml::Keys& keys, std::string_view key, const Words<T, N>& words, T& into) {
    const yaml::Node* node = keys.find(key);
    if (!node)
        return {};
    auto value = readWord(*node, words);
    if (!value)
        return fail(value.error());
    into = *value;
    return {};
}

Result<void> optionalFlag(const yaml::Keys& keys, std::string_view key, bool& into) {
    const yaml::Node* node = keys.find(key);
    if (!node)
        return {};
    auto value = node->flag();
    if (!value)
        return fail(value.error());
    into = *value;
    return {};
}

Result<void> readVmOps(const yaml::Keys& keys, mm::Driver& driver) {
    const yaml::Node* node = keys.find("vm_ops");
    if (!node)
        return {};
    if (!node->isNull())
        return fail(node->wrongType("null: the driver leaves vm_ops NULL"));
    driver.nullOps = true;
    for (const char* handler : {"fault", "huge_fault", "page_mkwrite", "access"})
        if (const yaml::Node* given = keys.find(handler))
            return fail(given->error(ErrorKind::Duplicate, handler, "no handler where vm_ops is null"));
    return {};
}

Result<mm::Driver> readDriver(const yaml::Node& node, const std::string& name) {
    auto keys = yaml::Keys::of(
        node, {"pfn", "fault", "huge_fault", "vm_ops", "mixedmap", "cache", "page_mkwrite", "access"});
    if (!keys)
        return fail(keys.error());
    mm::Driver driver;
    driver.ops.name = name;
    auto pfnNode = keys->required("pfn");
    if (!pfnNode)
        return fail(pfnNode.error());
    auto pfn = (*pfnNode)->number("a frame number", 0, 1ULL << 52);
    if (!pfn)
        return fail(pfn.error());
    driver.ops.basePfn = Pfn(*pfn);
    if (auto device = deviceFrames(**pfnNode, driver.ops.basePfn, 1); !device)
        return fail(device.error());

    if (auto read = readDriverKeys(*keys, driver); !read)
        return fail(read.error());
    return driver;
}

} // namespace

Result<void> readDriverKeys(const yaml::Keys& keys, mm::Driver& driver) {
    HugeFaultWord hugeFault = HugeFaultWord::None;
    for (auto& read : {readVmOps(keys, driver), optionalWord(keys, "fault", kFaultWords, driver.ops.fault),
                       optionalWord(keys, "huge_fault", kHugeFaultWords, hugeFault),
                       optionalFlag(keys, "mixedmap", driver.mixedMap),
                       optionalWord(keys, "cache", kCacheWords, driver.cache),
                       optionalFlag(keys, "page_mkwrite", driver.ops.pageMkwrite),
                       optionalFlag(keys, "access", driver.ops.access)})
        if (!read)
            return read;
    driver.ops.hugeFault = ordersOf(hugeFault);
    return {};
}

Result<void> deviceFrames(const yaml::Node& node, Pfn first, std::uint64_t count) {
    const machine::FramePoolConfig ram;
    const std::uint64_t end = 1ULL << (hw::CpuFeatures{}.maxphyaddr - kPageShift);
    const auto meets = [&](Pfn start, Pfn stop) {
        return first.raw() < stop.raw() && start.raw() < first.raw() + count;
    };
    const bool isDevice = first.raw() < end && count <= end - first.raw() &&
                          !meets(ram.smallStart, ram.smallEnd) && !meets(ram.largeStart, ram.largeEnd);
    if (isDevice)
        return {};
    return fail(node.error(
        ErrorKind::OutOfRange,
        count == 1 ? toText(first) : fmt::format("{} to {}", toText(first), toText(first + (count - 1))),
        fmt::format("frames of a device: below {}, and neither {} to {} nor {} to {}, which are RAM",
                    toHex(end), toText(ram.smallStart), toText(ram.smallEnd - 1), toText(ram.largeStart),
                    toText(ram.largeEnd - 1))));
}

Result<std::string> readName(const yaml::Node& node, std::string_view what) {
    if (!node.isScalar())
        return fail(node.wrongType(std::string(what)));
    const std::string& name = node.scalar();
    const auto isAllowed = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    };
    const bool isName = !name.empty() && name.size() <= kLongestName &&
                        std::isalpha(static_cast<unsigned char>(name.front())) != 0 &&
                        std::all_of(name.begin(), name.end(), isAllowed);
    if (!isName)
        return fail(node.error(ErrorKind::OutOfRange, node.described(),
                               fmt::format("{}: a letter, then letters, digits, '_', '-' or '.', at most {}",
                                           what, kLongestName)));
    return name;
}

Result<std::vector<NamedDriver>> readDrivers(const yaml::Node& node) {
    if (!node.isMap())
        return fail(node.wrongType("a map from names to drivers"));
    if (auto unique = yaml::uniqueKeys(node); !unique)
        return fail(unique.error());
    if (node.entries().size() > kMostDrivers)
        return fail(node.error(ErrorKind::Limit, fmt::format("{} drivers", node.entries().size()),
                               fmt::format("at most {}", kMostDrivers)));
    std::vector<NamedDriver> drivers;
    for (const yaml::Node::Entry& entry : node.entries()) {
        auto name = readName(entry.key, "a driver's name");
        if (!name)
            return fail(name.error());
        auto driver = readDriver(entry.value, *name);
        if (!driver)
            return fail(driver.error());
        drivers.push_back({std::move(*name), std::move(*driver)});
    }
    return drivers;
}

std::string toYaml(const mm::Driver& driver) {
    const mm::Driver plain;
    std::string text = fmt::format("{{pfn: {}", toText(driver.ops.basePfn));
    if (driver.nullOps)
        text += ", vm_ops: null";
    if (driver.ops.fault != plain.ops.fault)
        text += fmt::format(", fault: {}", wordFor(driver.ops.fault, kFaultWords));
    if (const HugeFaultWord word = wordOf(driver.ops.hugeFault); word != HugeFaultWord::None)
        text += fmt::format(", huge_fault: {}", wordFor(word, kHugeFaultWords));
    if (driver.mixedMap)
        text += ", mixedmap: true";
    if (driver.cache != plain.cache)
        text += fmt::format(", cache: {}", wordFor(driver.cache, kCacheWords));
    if (driver.ops.pageMkwrite)
        text += ", page_mkwrite: true";
    if (driver.ops.access)
        text += ", access: true";
    return text + "}";
}

} // namespace pfnscope::scenario
