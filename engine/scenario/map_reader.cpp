// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/driver_yaml.h"
#include "scenario/field_reader.h"

#include <fmt/format.h>

/// What an mmap shows: anonymous memory, a file, or a driver's frames and what its mmap hook does.
namespace pfnscope::scenario {

void FieldReader::source(mm::Mmap& map) {
    const yaml::Node* driver = find("driver", false);
    const yaml::Node* backing = find("backing", false);
    if (driver && backing)
        return fail(
            backing->error(ErrorKind::Duplicate, backing->described(), "either 'driver' or 'backing'"));
    word("backing", map.backing, kBackingWords, std::optional(mm::Backing::Anonymous));
    if (driver)
        map.backing = mm::Backing::Device;
    const bool isAnonymous = map.backing == mm::Backing::Anonymous;
    word("flags", map.share, kShareWords,
         std::optional(isAnonymous ? mm::Share::Private : mm::Share::Shared));

    const yaml::Node* file = find("file", false);
    if (file && isAnonymous)
        return fail(file->error(ErrorKind::Duplicate, "file", "no file for anonymous memory"));
    if (file)
        keep(readName(*file, "a file's name"), map.file);
    else if (!isAnonymous)
        map.file = driver ? driver->scalar() : map.name;

    Bytes offset;
    length("offset", offset, Bytes(0));
    map.pgoff = offset.pages();
    const yaml::Node* remapNode = find("remap", false);
    const yaml::Node* then = find("then_driver", false);
    if (driver)
        deviceSource(map, *driver);
    for (const yaml::Node* needsDriver : {remapNode, then})
        if (needsDriver && !driver)
            return fail(
                needsDriver->error(ErrorKind::MissingKey, "driver", "a driver whose mmap hook does this"));
    if (remapNode)
        remap(map, *remapNode);
    if (then) {
        mm::Driver after;
        keep(readDriverName(*then), after);
        map.opsAfterRemap = std::move(after);
    }
}

void FieldReader::deviceSource(mm::Mmap& map, const yaml::Node& node) {
    mm::Driver driver;
    keep(readDriverName(node), driver);
    if (!error_)
        if (auto device = deviceFrames(node, driver.ops.basePfn + map.pgoff, map.size.pages()); !device)
            fail(device.error());
    map.driver = std::move(driver);
}

void FieldReader::remap(mm::Mmap& map, const yaml::Node& node) {
    if (error_)
        return;
    if (node.isScalar()) {
        bool whole = false;
        keep(node.flag(), whole);
        if (whole)
            map.remap.push_back({Bytes(0), map.size, map.driver->ops.basePfn + map.pgoff, 0});
        return;
    }
    if (!node.isList())
        return fail(node.wrongType("true, or a list of parts {offset, size, pfn}"));
    if (node.items().size() > kMostRemapParts)
        return fail(node.error(ErrorKind::Limit, fmt::format("{} parts", node.items().size()),
                               fmt::format("at most {}", kMostRemapParts)));
    for (const yaml::Node& item : node.items()) {
        auto part = remapPart(map, item);
        if (!part)
            return;
        for (const mm::RemapPart& other : map.remap)
            if (part->offset < other.offset + other.size && other.offset < part->offset + part->size)
                return fail(item.error(ErrorKind::Overlap, toText(part->offset), "parts that do not meet"));
        map.remap.push_back(*part);
    }
}

std::optional<mm::RemapPart> FieldReader::remapPart(const mm::Mmap& map, const yaml::Node& node) {
    FieldReader reader(node, book_, drivers_, process_);
    mm::RemapPart part;
    reader.length("offset", part.offset, Bytes(0));
    if (!reader.error_ && part.offset >= map.size)
        reader.fail(node.error(ErrorKind::OutOfRange, toText(part.offset),
                               fmt::format("an offset below {}, the size of the map", toText(map.size))));
    reader.size("size", part.size, map.size - part.offset);
    if (!reader.error_ && part.offset + part.size > map.size)
        reader.fail(
            node.error(ErrorKind::OutOfRange, toText(part.size),
                       fmt::format("at most {}, what is left of the map", toText(map.size - part.offset))));
    part.pfn = map.driver->ops.basePfn + map.pgoff + part.offset.pages();
    if (node.entry("pfn"))
        reader.frames("pfn", part.pfn, part.size);
    else
        reader.known_.push_back("pfn");
    reader.count("fail_alloc", part.failAllocation, 0);
    if (auto done = reader.finish(); !done) {
        fail(done.error());
        return std::nullopt;
    }
    return part;
}

} // namespace pfnscope::scenario
