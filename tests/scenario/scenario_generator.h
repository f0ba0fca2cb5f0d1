// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/address_book.h"
#include "scenario/scenario.h"
#include "support/property.h"

#include <string>

/// Scenarios that a file can say, at random.
namespace pfnscope::scenario {

class ScenarioGenerator {
public:
    Scenario operator()() {
        scenario_.title = *words();
        scenario_.about = *words();
        scenario_.geometry.levels = *rc::gen::element<std::uint8_t>(4, 5);
        scenario_.cpu.features.maxphyaddr = *rc::gen::element<std::uint8_t>(36, 46, 52);
        scenario_.cpu.features.nx = *flag();
        scenario_.cpu.tlb.l1 =
            *rc::gen::element(hw::TlbShape{64, 4}, hw::TlbShape{0, 1}, hw::TlbShape{24, 3});
        if (*flag())
            scenario_.cpu.tlb.upper = scenario_.cpu.tlb.pde = {};
        scenario_.kernel = {
            *flag(),
            *flag(),
            *rc::gen::element(mm::DepositStorage::RingPerPmdPage, mm::DepositStorage::OverlaidRing),
            *flag(),
            *flag(),
            *flag()};
        scenario_.teardown = *flag();
        for (int i = 0; i < 3; ++i)
            addDriver("d" + std::to_string(i));
        option::Option own;
        own.name = "own";
        own.title = *words();
        own.zapDeposited =
            option::Rule::all({option::Rule::fact(option::Fact::VmaPfnmap), option::Rule::always()});
        if (*flag())
            scenario_.options.push_back(own);
        const int steps = *rc::gen::inRange(1, 12);
        for (int i = 0; i < steps; ++i)
            step();
        if (*flag())
            scenario_.expect["C"] = expected();
        return scenario_;
    }

private:
    static rc::Gen<bool> flag() { return rc::gen::arbitrary<bool>(); }
    static rc::Gen<std::string> words() {
        return rc::gen::element<std::string>("one", "a: b # c", "\"quoted\" \\ text", "null", "two\nlines",
                                             "0x10", "- x", "{}", "ends ");
    }

    void addDriver(const std::string& name) { scenario_.drivers.push_back({name, driver(name)}); }
    mm::Driver driver(const std::string& name) {
        mm::Driver driver;
        driver.ops.name = name;
        driver.ops.basePfn = Pfn(*rc::gen::element<std::uint64_t>(0x200000, 0x300000, 0x80001));
        driver.mixedMap = *flag();
        driver.cache = *rc::gen::element(mm::CacheMode::UncachedMinus, mm::CacheMode::WriteThrough);
        driver.nullOps = *flag();
        if (driver.nullOps)
            return driver;
        driver.ops.fault = *rc::gen::element(machine::FaultHandler::None, machine::FaultHandler::InsertPte,
                                             machine::FaultHandler::Sigbus);
        const bool pmd = *flag();
        const bool pud = *flag();
        driver.ops.hugeFault = {pmd, pud, pmd || pud || *flag()};
        driver.ops.pageMkwrite = *flag();
        driver.ops.access = *flag();
        return driver;
    }

    Expected expected() {
        Expected each;
        if (*flag())
            each.verdict = *rc::gen::element(check::Verdict::Ok, check::Verdict::WrongPfn);
        if (*flag())
            each.faults = *rc::gen::inRange<std::uint64_t>(0, 100);
        if (*flag())
            each.tableBytesPeak = 4096;
        if (*flag())
            each.findings = {{check::FindingKind::StaleTlb, 0, std::nullopt},
                             {check::FindingKind::Leak, std::nullopt, "free_pgtables"}};
        return each;
    }

    void step() {
        Step step;
        const std::uint32_t processes = static_cast<std::uint32_t>(book_.processCount());
        machine::Pid who{*rc::gen::inRange<std::uint32_t>(1, processes + 1)};
        if (!book_.lives(who))
            who = kFirstProcess;
        if (*rc::gen::inRange(0, 8) == 0) {
            step.mark = *words();
        } else {
            step.operation = mm::Operation{action(who), who,
                                           machine::CpuId(*rc::gen::inRange<std::uint32_t>(0, kMostCpus))};
            book_.follow(*step.operation);
        }
        if (*flag())
            step.say = *words();
        if (*flag())
            step.ask = Question{*words(), {*words(), *words()}, *rc::gen::inRange<std::size_t>(0, 2)};
        scenario_.steps.push_back(std::move(step));
    }

    VirtAddr slot() {
        return VirtAddr(0x7f0000000000) + Bytes(2U << 20) * *rc::gen::inRange<std::uint64_t>(0, 16);
    }
    VirtAddr page() { return slot() + kPageSize * *rc::gen::inRange<std::uint64_t>(0, 512); }
    Bytes pages() { return kPageSize * *rc::gen::element<std::uint64_t>(1, 3, 512, 1024); }

    mm::Action mmap(machine::Pid who) {
        const VirtAddr at = slot();
        mm::Mmap map;
        map.name = "m" + std::to_string(scenario_.steps.size());
        map.at = at;
        map.size = pages();
        map.protection = {*flag(), *flag(), *flag()};
        map.share = *rc::gen::element(mm::Share::Shared, mm::Share::Private);
        if (book_.overlap(who, {at, at + map.size}))
            return mm::Munmap{at, map.size};
        map.backing = *rc::gen::element(mm::Backing::Anonymous, mm::Backing::Device, mm::Backing::Shmem,
                                        mm::Backing::Dax);
        if (map.backing == mm::Backing::Anonymous)
            return map;
        map.pgoff = *rc::gen::inRange<std::uint64_t>(0, 3);
        map.file = *rc::gen::element<std::string>("f", "d0", map.name);
        if (map.backing != mm::Backing::Device)
            return map;
        map.driver = scenario_.drivers[*rc::gen::inRange<std::size_t>(0, 3)].driver;
        if (*flag())
            map.remap.push_back({Bytes(0), map.size, map.driver->ops.basePfn + map.pgoff,
                                 *rc::gen::inRange<std::uint32_t>(0, 2)});
        else if (map.size > kPageSize && *flag())
            map.remap.push_back({kPageSize, map.size - kPageSize, Pfn(0x500000), 0});
        if (*flag())
            map.opsAfterRemap = scenario_.drivers[*rc::gen::inRange<std::size_t>(0, 3)].driver;
        return map;
    }

    mm::Action action(machine::Pid who) {
        switch (*rc::gen::inRange(0, 16)) {
        case 0:
            return mm::Munmap{page(), pages()};
        case 1:
            return mm::Mprotect{page(), pages(), {*flag(), *flag(), *flag()}};
        case 2: {
            mm::Mremap move{slot(), pages(), pages(), std::nullopt, *flag()};
            const VirtAddr to = slot();
            if (!book_.overlap(who, {to, to + move.newSize}))
                move.to = to;
            return move;
        }
        case 3:
            return mm::Madvise{page(), pages(), *rc::gen::element(mm::Advice::Cold, mm::Advice::DoFork)};
        case 4:
            return mm::Fork{"p" + std::to_string(scenario_.steps.size())};
        case 5:
            return who == kFirstProcess ? mm::Action(mm::Msync{page(), pages()}) : mm::Action(mm::Exit{});
        case 6:
            return mm::Touch{page() + Bytes(5),
                             *rc::gen::element(hw::AccessType::Read, hw::AccessType::Fetch,
                                               hw::AccessType::ReadModifyWrite),
                             *rc::gen::element(hw::Privilege::User, hw::Privilege::Supervisor)};
        case 7:
            return mm::RemapPfnRange{page(), pages(), Pfn(0x600000), *rc::gen::inRange<std::uint32_t>(0, 3)};
        case 8:
            return mm::SetVmOps{page(), *flag() ? std::optional(scenario_.drivers[1].driver) : std::nullopt};
        case 9:
            if (book_.files().empty())
                return mm::Collapse{page()};
            return mm::UnmapMappingRange{std::string(book_.files().front()), pages(),
                                         *flag() ? Bytes(0) : pages(), *flag()};
        case 10:
            return mm::ZapVmaPtes{page(), pages()};
        case 11:
            return mm::Migrate{page(), *rc::gen::element(mm::Migration::Start, mm::Migration::Finish)};
        case 12:
            return mm::UserfaultMove{page(), page(), pages()};
        case 13:
            return mm::FailAlloc{*rc::gen::inRange<std::uint32_t>(1, 9)};
        default:
            return mmap(who);
        }
    }

    Scenario scenario_;
    AddressBook book_;
};

inline rc::Gen<Scenario> arbitraryScenario() {
    return rc::gen::exec([] { return ScenarioGenerator()(); });
}

} // namespace pfnscope::scenario
