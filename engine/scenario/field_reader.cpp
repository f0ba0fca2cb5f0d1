// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/field_reader.h"

#include "base/numbers.h"
#include "scenario/driver_yaml.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace pfnscope::scenario {
namespace {

constexpr std::uint64_t kUserEnd = 1ULL << 47; ///< TASK_SIZE of x86-64 with four levels

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    const auto last = text.find_last_not_of(' ');
    return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

std::string knownAs(std::string_view what, const std::vector<std::string_view>& names) {
    return names.empty() ? fmt::format("{}; there is none here", what)
                         : fmt::format("{}: {}", what, yaml::oneOf(names));
}

} // namespace

FieldReader::FieldReader(const yaml::Node& map, const AddressBook& book,
                         const std::vector<NamedDriver>& drivers, machine::Pid process)
    : map_(map), book_(book), drivers_(drivers), process_(process) {
    if (!map.isMap())
        fail(map.wrongType("a map of the operation's keys"));
    else if (auto unique = yaml::uniqueKeys(map); !unique)
        fail(unique.error());
}

void FieldReader::fail(Error error) {
    if (!error_)
        error_ = std::move(error);
}

const yaml::Node* FieldReader::find(std::string_view key, bool required) {
    known_.push_back(key);
    if (error_)
        return nullptr;
    const yaml::Node::Entry* entry = map_.entry(key);
    if (!entry && required)
        fail(map_.error(ErrorKind::MissingKey, std::string(key), fmt::format("'{}' here", key)));
    return entry ? &entry->value : nullptr;
}

Result<void> FieldReader::finish() {
    if (map_.isMap()) // an unknown key is often the misspelt one that is missing: it is what to show
        for (const yaml::Node::Entry& entry : map_.entries())
            if (std::find(known_.begin(), known_.end(), entry.key.scalar()) == known_.end())
                return pfnscope::fail(
                    entry.key.error(ErrorKind::UnknownKey, entry.key.described(), yaml::oneOf(known_)));
    if (error_)
        return pfnscope::fail(*error_);
    return {};
}

Result<VirtAddr> FieldReader::namedAddress(const yaml::Node& node) const {
    const std::string_view text = node.scalar();
    const auto plus = text.find('+');
    const std::string_view name = trimmed(text.substr(0, plus));
    const auto map = book_.mapNamed(process_, name);
    if (!map)
        return pfnscope::fail(
            node.error(ErrorKind::UnknownName, node.described(),
                       knownAs("an address, or a map of this process", book_.mapNames(process_))));
    if (plus == std::string_view::npos)
        return map->start;
    const auto offset = parseNumber(trimmed(text.substr(plus + 1)));
    if (!offset)
        return pfnscope::fail(node.wrongType("a map and an offset, for instance 'bar + 8K'"));
    if (*offset >= map->size().raw())
        return pfnscope::fail(
            node.error(ErrorKind::OutOfRange, node.described(),
                       fmt::format("an offset below {}, the size of '{}'", toText(map->size()), name)));
    return map->start + Bytes(*offset);
}

Result<VirtAddr> FieldReader::readAddress(const yaml::Node& node, Bytes unit) const {
    if (!node.isScalar())
        return pfnscope::fail(node.wrongType("an address, or a map and an offset"));
    const auto number = parseNumber(node.scalar());
    auto at = number ? Result<VirtAddr>(VirtAddr(*number)) : namedAddress(node);
    if (!at)
        return at;
    if (at->raw() >= kUserEnd)
        return pfnscope::fail(node.error(ErrorKind::OutOfRange, node.described(),
                                         fmt::format("an address of a process, below {}", toHex(kUserEnd))));
    if (!at->isAligned(unit))
        return pfnscope::fail(node.error(ErrorKind::Unaligned, node.described(),
                                         fmt::format("a multiple of {}", toText(unit))));
    return at;
}

Result<Bytes> FieldReader::readLength(const yaml::Node& node, Bytes least) const {
    auto value = node.number("a size", least.raw(), kLargestMap.raw());
    if (!value)
        return pfnscope::fail(value.error());
    if (!Bytes(*value).isMultipleOf(kPageSize))
        return pfnscope::fail(node.error(ErrorKind::Unaligned, node.described(), "a multiple of 4K"));
    return Bytes(*value);
}

void FieldReader::newName(std::string_view key, std::string& into) {
    const yaml::Node* node = find(key, true);
    if (!node)
        return;
    keep(readName(*node, "a map's name"), into);
    const auto older = book_.mapNamed(process_, into);
    if (!error_ && older && book_.overlap(process_, *older))
        fail(node->error(ErrorKind::Duplicate, into, "a name that no other map of this process has"));
}

void FieldReader::address(std::string_view key, VirtAddr& into, Bytes unit) {
    if (const yaml::Node* node = find(key, true))
        keep(readAddress(*node, unit), into);
}

void FieldReader::freeAddress(std::string_view key, VirtAddr& into) {
    const yaml::Node* node = find(key, true);
    if (!node)
        return;
    keep(readAddress(*node, kPageSize), into);
    if (const yaml::Node::Entry* size = map_.entry("size"); size && !error_)
        if (const auto length = readLength(size->value, kPageSize))
            refuseOverlap(*node, {into, into + *length});
}

void FieldReader::refuseOverlap(const yaml::Node& node, VirtRange range) {
    if (range.end.raw() > kUserEnd)
        fail(node.error(ErrorKind::OutOfRange, node.described(),
                        fmt::format("a map that ends below {}", toHex(kUserEnd))));
    else if (const auto met = book_.overlap(process_, range))
        fail(node.error(ErrorKind::Overlap, fmt::format("{} to {}", toText(met->start), toText(met->end)),
                        "a range where nothing is mapped"));
}

void FieldReader::optionalAddress(std::string_view key, std::optional<VirtAddr>& into) {
    const yaml::Node* node = find(key, false);
    if (!node)
        return;
    VirtAddr target;
    keep(readAddress(*node, kPageSize), target);
    into = target;
    const yaml::Node::Entry* size = map_.entry(map_.entry("new_size") ? "new_size" : "size");
    if (!error_ && size)
        if (const auto length = readLength(size->value, kPageSize))
            refuseOverlap(*node, {target, target + *length});
}

void FieldReader::size(std::string_view key, Bytes& into, std::optional<Bytes> absent) {
    if (const yaml::Node* node = find(key, !absent))
        keep(readLength(*node, kPageSize), into);
    else if (absent)
        into = *absent;
}

void FieldReader::length(std::string_view key, Bytes& into, Bytes absent) {
    into = absent;
    if (const yaml::Node* node = find(key, false))
        keep(readLength(*node, Bytes(0)), into);
}

void FieldReader::flag(std::string_view key, bool& into, bool absent) {
    into = absent;
    if (const yaml::Node* node = find(key, false))
        keep(node->flag(), into);
}

void FieldReader::count(std::string_view key, std::uint32_t& into, std::uint32_t absent) {
    into = absent;
    const yaml::Node* node = find(key, false);
    if (!node)
        return;
    auto value = node->number("a count", 0, 1'000'000);
    if (value)
        into = static_cast<std::uint32_t>(*value);
    else
        fail(value.error());
}

void FieldReader::frames(std::string_view key, Pfn& into, Bytes size) {
    const yaml::Node* node = find(key, true);
    if (!node)
        return;
    auto value = node->number("a frame number", 0, 1ULL << 52);
    if (!value)
        return fail(value.error());
    into = Pfn(*value);
    if (auto device = deviceFrames(*node, into, size.pages()); !device)
        fail(device.error());
}

Result<mm::Driver> FieldReader::readDriverName(const yaml::Node& node) const {
    const auto found = std::find_if(drivers_.begin(), drivers_.end(),
                                    [&](const NamedDriver& driver) { return driver.name == node.scalar(); });
    if (node.isScalar() && found != drivers_.end())
        return found->driver;
    std::vector<std::string_view> names;
    for (const NamedDriver& driver : drivers_)
        names.push_back(driver.name);
    return pfnscope::fail(node.error(ErrorKind::UnknownName, node.described(), knownAs("a driver", names)));
}

void FieldReader::driverOrNull(std::string_view key, std::optional<mm::Driver>& into) {
    const yaml::Node* node = find(key, true);
    if (!node || node->isNull())
        return;
    mm::Driver driver;
    keep(readDriverName(*node), driver);
    into = std::move(driver);
}

void FieldReader::knownFile(std::string_view key, std::string& into) {
    const yaml::Node* node = find(key, true);
    if (!node)
        return;
    into = node->scalar();
    if (!book_.knowsFile(into))
        fail(node->error(ErrorKind::UnknownName, node->described(),
                         knownAs("a file that is mapped", book_.files())));
}

} // namespace pfnscope::scenario
