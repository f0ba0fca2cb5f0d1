// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/kernel_record.h"

#include <array>

namespace pfnscope::scenario {
namespace {

template <class Value> struct Named {
    std::string_view name;
    Value value;
};

/// The value that the text at `key` names; complains with the list of names.
template <class Value, std::size_t N>
Value named(const std::array<Named<Value>, N>& names, const JsonCursor& args, const char* key) {
    const JsonCursor cursor = args.member(key);
    const std::string text = cursor.text();
    std::string expected = "one of";
    for (const Named<Value>& one : names) {
        if (one.name == text)
            return one.value;
        expected += ' ' + std::string(one.name);
    }
    cursor.complain(ErrorKind::OutOfRange, text, expected);
    return names.front().value;
}

VirtAddr at(const JsonCursor& args) {
    return VirtAddr(args.hex("va"));
}
Bytes length(const JsonCursor& args) {
    return Bytes(args.hex("len"));
}
Pfn frame(const JsonCursor& args) {
    return PhysAddr(args.hex("phys")).frame();
}
std::uint32_t failNth(const JsonCursor& args) {
    return static_cast<std::uint32_t>(args.integerOr("fail_nth", 0));
}

mm::Share share(const JsonCursor& args, mm::Share otherwise) {
    static constexpr std::array<Named<mm::Share>, 2> kShares{
        {{"shared", mm::Share::Shared}, {"private", mm::Share::Private}}};
    return args.has("share") ? named(kShares, args, "share") : otherwise;
}

mm::Protection protection(const JsonCursor& args) {
    const JsonCursor cursor = args.member("prot");
    const std::string text = cursor.text();
    if (text.find_first_not_of("rwx-") != std::string::npos)
        cursor.complain(ErrorKind::OutOfRange, text, "a protection such as rw, r- or --");
    const auto has = [&](char letter) { return text.find(letter) != std::string::npos; };
    return {has('r'), has('w'), has('x')};
}

/// Which vm_ops the driver of the records has while its mmap hook remaps.
enum class Handlers : std::uint8_t { None, Sigbus, Map, MapPte, Access };
/// What the hook remaps.
enum class Remaps : std::uint8_t { Nothing, All, First2M };
/// Which vm_ops are there after the hook.
enum class Afterwards : std::uint8_t { Same, NoHandler, Sigbus, SigbusMkwrite, MapPte };

struct Mode {
    Handlers handlers;
    Remaps remaps;
    Afterwards afterwards = Afterwards::Same;
};

constexpr std::array<Named<Mode>, 14> kModes{{
    {"none", {Handlers::None, Remaps::Nothing}},
    {"remap", {Handlers::None, Remaps::All}},
    {"remap_sigbus", {Handlers::Sigbus, Remaps::All}},
    {"remap_fault", {Handlers::Map, Remaps::All}},
    {"remap_faultpte", {Handlers::MapPte, Remaps::All}},
    {"remap_then_ops", {Handlers::None, Remaps::All, Afterwards::Sigbus}},
    {"remap_first2m_fault", {Handlers::Map, Remaps::First2M}},
    {"remap_first2m_sigbus", {Handlers::Sigbus, Remaps::First2M}},
    {"kernfs_sigbus", {Handlers::Access, Remaps::All, Afterwards::Sigbus}},
    {"kernfs_faultpte", {Handlers::Access, Remaps::All, Afterwards::MapPte}},
    {"kernfs_sigbus_mkwrite", {Handlers::Access, Remaps::All, Afterwards::SigbusMkwrite}},
    {"ops_then_none", {Handlers::Map, Remaps::All, Afterwards::NoHandler}},
    {"fault", {Handlers::Map, Remaps::Nothing}},
    {"sigbus", {Handlers::Sigbus, Remaps::Nothing}},
}};

/// `orders`: bit 0 PTE, bit 1 PMD, bit 2 PUD; a handler that maps answers VM_FAULT_FALLBACK to an order that
/// is off.
machine::VmOps ops(Handlers handlers, Pfn base, std::int64_t orders) {
    machine::VmOps made;
    made.name = "recorder";
    made.basePfn = base;
    if (handlers == Handlers::Map || handlers == Handlers::MapPte) {
        made.fault = machine::FaultHandler::InsertPte;
        made.pteOrderAllowed = (orders & 1) != 0;
    }
    if (handlers == Handlers::Map)
        made.hugeFault = {(orders & 2) != 0, (orders & 4) != 0, true};
    if (handlers == Handlers::Sigbus)
        made.fault = machine::FaultHandler::Sigbus;
    made.access = handlers == Handlers::Access;
    return made;
}

std::optional<mm::Driver> opsAfterwards(Afterwards afterwards, const mm::Driver& before, Pfn base,
                                        std::int64_t orders) {
    mm::Driver driver = before;
    switch (afterwards) {
    case Afterwards::Same:
        return std::nullopt;
    case Afterwards::NoHandler:
        driver.ops = ops(Handlers::None, base, orders);
        break;
    case Afterwards::Sigbus:
    case Afterwards::SigbusMkwrite:
        driver.ops = ops(Handlers::Sigbus, base, orders);
        break;
    case Afterwards::MapPte:
        driver.ops = ops(Handlers::MapPte, base, orders);
        break;
    }
    driver.ops.pageMkwrite = afterwards == Afterwards::SigbusMkwrite;
    return driver;
}

mm::Action mapDevice(const JsonCursor& args, std::uint64_t) {
    static constexpr std::array<Named<mm::CacheMode>, 6> kCaches{{{"UC-", mm::CacheMode::UncachedMinus},
                                                                  {"WB", mm::CacheMode::WriteBack},
                                                                  {"WC", mm::CacheMode::WriteCombining},
                                                                  {"UC", mm::CacheMode::Uncached},
                                                                  {"WT", mm::CacheMode::WriteThrough},
                                                                  {"WP", mm::CacheMode::WriteProtect}}};
    constexpr Bytes kFirstPart{2U << 20};
    const Mode mode = named(kModes, args, "mode");
    const std::int64_t orders = args.integerOr("orders", 3);
    mm::Driver driver;
    driver.ops = ops(mode.handlers, frame(args), orders);
    driver.cache = args.has("cache") ? named(kCaches, args, "cache") : mm::CacheMode::UncachedMinus;

    mm::Mmap map;
    map.name = "device";
    map.at = at(args);
    map.size = length(args);
    map.backing = mm::Backing::Device;
    map.share = share(args, mm::Share::Shared);
    map.file = "device";
    map.driver = driver;
    map.opsAfterRemap = opsAfterwards(mode.afterwards, driver, frame(args), orders);
    if (mode.remaps != Remaps::Nothing)
        map.remap.push_back({Bytes(0), mode.remaps == Remaps::All ? map.size : std::min(map.size, kFirstPart),
                             frame(args), failNth(args)});
    return map;
}

mm::Action mapAnonymous(const JsonCursor& args, std::uint64_t) {
    mm::Mmap map;
    map.name = "anon";
    map.at = at(args);
    map.size = length(args);
    map.share = share(args, mm::Share::Private);
    return map;
}

/// Every map of shared memory is a file of its own.
mm::Action mapShmem(const JsonCursor& args, std::uint64_t step) {
    mm::Mmap map;
    map.name = "shmem" + std::to_string(step);
    map.at = at(args);
    map.size = length(args);
    map.backing = mm::Backing::Shmem;
    map.share = share(args, mm::Share::Shared);
    map.file = map.name;
    return map;
}

/// A read takes the first word at `va`, which on the device is the frame's number; a write goes to the word
/// behind it, so that the number stays (si_addr of a write that fails shows it).
mm::Action touch(const JsonCursor& args, hw::AccessType access) {
    constexpr Bytes kWord{8};
    return mm::Touch{access == hw::AccessType::Write ? at(args) + kWord : at(args), access,
                     hw::Privilege::User};
}

mm::Action move(const JsonCursor& args, std::uint64_t) {
    mm::Mremap move{at(args), length(args), Bytes(args.hexOr("new_len", args.hexOr("len", 0))), {}, false};
    if (const std::uint64_t to = args.hexOr("new_va", 0); to != 0)
        move.to = VirtAddr(to);
    return move;
}

mm::Action advise(const JsonCursor& args, std::uint64_t) {
    using mm::Advice;
    static constexpr std::array<Named<Advice>, 12> kAdvice{{{"DONTNEED", Advice::DontNeed},
                                                            {"FREE", Advice::Free},
                                                            {"COLD", Advice::Cold},
                                                            {"PAGEOUT", Advice::PageOut},
                                                            {"POPULATE", Advice::PopulateRead},
                                                            {"POPULATE_READ", Advice::PopulateRead},
                                                            {"POPULATE_WRITE", Advice::PopulateWrite},
                                                            {"COLLAPSE", Advice::Collapse},
                                                            {"HUGEPAGE", Advice::HugePage},
                                                            {"NOHUGEPAGE", Advice::NoHugePage},
                                                            {"DONTFORK", Advice::DontFork},
                                                            {"DOFORK", Advice::DoFork}}};
    return mm::Madvise{at(args), length(args), named(kAdvice, args, "advice")};
}

using Make = mm::Action (*)(const JsonCursor&, std::uint64_t);

constexpr std::array<Named<Make>, 16> kOperations{{
    {"mmap_dev", mapDevice},
    {"mmap_anon", mapAnonymous},
    {"mmap_shmem", mapShmem},
    {"read", [](const JsonCursor& args, std::uint64_t) { return touch(args, hw::AccessType::Read); }},
    {"write", [](const JsonCursor& args, std::uint64_t) { return touch(args, hw::AccessType::Write); }},
    {"munmap",
     [](const JsonCursor& args, std::uint64_t) -> mm::Action {
         return mm::Munmap{at(args), length(args)};
     }},
    {"mprotect",
     [](const JsonCursor& args, std::uint64_t) -> mm::Action {
         return mm::Mprotect{at(args), length(args), protection(args)};
     }},
    {"mremap", move},
    {"madvise", advise},
    {"msync",
     [](const JsonCursor& args, std::uint64_t) -> mm::Action {
         return mm::Msync{at(args), length(args)};
     }},
    {"mlock",
     [](const JsonCursor& args, std::uint64_t) -> mm::Action {
         return mm::Mlock{at(args), length(args)};
     }},
    {"fork", [](const JsonCursor&, std::uint64_t) -> mm::Action { return mm::Fork{"child"}; }},
    {"exit", [](const JsonCursor&, std::uint64_t) -> mm::Action { return mm::Exit{}; }},
    {"remap_pfn_range",
     [](const JsonCursor& args, std::uint64_t) -> mm::Action {
         return mm::RemapPfnRange{at(args), length(args), frame(args), failNth(args)};
     }},
    {"unmap_mapping_range",
     [](const JsonCursor& args, std::uint64_t) -> mm::Action {
         return mm::UnmapMappingRange{"device", Bytes(args.hex("file_off")), length(args), true};
     }},
    {"zap_vma_ptes",
     [](const JsonCursor& args, std::uint64_t) -> mm::Action {
         return mm::ZapVmaPtes{at(args), length(args)};
     }},
}};

} // namespace

RecordedOperation readOperation(const std::string& op, const JsonCursor& args, std::uint64_t step) {
    constexpr std::string_view kChild = "child_";
    RecordedOperation found;
    std::string_view name = op;
    if (name == "start")
        return found;
    if (name.substr(0, kChild.size()) == kChild) {
        found.actor = Actor::Child;
        name.remove_prefix(kChild.size());
    }
    for (const Named<Make>& one : kOperations)
        if (one.name == name) {
            found.action = one.value(args, step);
            return found;
        }
    args.complain(ErrorKind::UnknownName, op,
                  "an operation of the record format, such as mmap_dev or munmap");
    return found;
}

} // namespace pfnscope::scenario
